"""Models: foreign keys point down, and what an authority owns is seen in its scope alone."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from schoolward.apps.tenancy import scope
from schoolward.apps.tenancy.models import Authority, ScopedManager, TenantModel
from tests.machinery import tree

# everything else belongs to an authority; each line here says why this does not
NATIONAL = {
    "tenancy.Authority": "the tenant itself",
    "accounts.Person": "one person may hold roles with several authorities",
    "accounts.Organisation": "a school or a trust deals with several authorities",
    "audit.Event": "text without foreign keys, kept whatever else goes",
    "jobs.Job": "work for one authority, named in it by code, or for the site as a whole",
    "jobs.Step": "part of a job",
    "jobs.Schedule": "work of the site as a whole",
}
NATIONAL_APPS = {
    "register": "published facts about schools, the same for every authority",
    "performance": "published figures and rules, the same for every authority",
}


def our_models() -> list[type[models.Model]]:
    """Every concrete model of Schoolward's own apps."""
    return [m for m in apps.get_models() if m.__module__.startswith("schoolward.apps.") and not m._meta.proxy]


def links() -> list[models.Field]:
    """Every foreign key, one-to-one and many-to-many from one of our models to another."""
    fields = (field for model in our_models() for field in model._meta.get_fields(include_parents=False))
    return [f for f in fields if f.is_relation and not f.auto_created and f.related_model in our_models()]


def test_foreign_keys_point_down_the_order_of_apps():
    height = tree.height_of_apps()
    wrong = [
        f"{field} -> {field.related_model._meta.label}"
        for field in links()
        if field.model._meta.app_label != field.related_model._meta.app_label
        and height[field.related_model._meta.app_label] >= height[field.model._meta.app_label]
    ]
    assert links(), "no foreign key was looked at"
    assert not wrong


def test_virtual_school_is_linked_with_nobody():
    assert not [
        f for f in links() if "virtualschool" in {f.model._meta.app_label, f.related_model._meta.app_label}
    ]


def test_model_belongs_to_an_authority_or_says_why_not():
    loose = {m._meta.label for m in our_models() if not issubclass(m, TenantModel)}
    undecided = {
        label for label in loose if label not in NATIONAL and label.split(".")[0] not in NATIONAL_APPS
    }
    assert not undecided, "make it a TenantModel, or add it to NATIONAL with the reason"
    assert loose >= set(NATIONAL), "NATIONAL names what is not there"


def test_model_with_an_authority_is_a_tenant_model():
    loose = [
        f"{field}"
        for field in links()
        if field.related_model is Authority and not issubclass(field.model, TenantModel)
    ]
    assert not loose


@pytest.mark.parametrize("model", [m for m in our_models() if issubclass(m, TenantModel)], ids=str)
class TestTenantModel:
    """What holds of every model that belongs to an authority."""

    def test_rows_outside_a_scope_are_refused(self, model):
        for manager in (model._default_manager, model._meta.base_manager):
            assert isinstance(manager, ScopedManager)
            with pytest.raises(scope.ScopeMissing):
                manager.count()

    def test_row_of_another_authority_is_refused(self, model):
        here, there = Authority(pk=1, code=1, name="Here"), Authority(pk=2, code=2, name="There")
        with scope.scope(here), pytest.raises(scope.WrongScope):
            model.objects.create(authority=there)

    def test_rows_in_a_scope_are_those_of_its_authority(self, model):
        with scope.scope(Authority(pk=7, code=7, name="Here")):
            asked = str(model.objects.all().query)
        assert 'authority_id" = 7' in asked


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
