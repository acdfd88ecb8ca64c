"""What the lines stand on: categories, providers, people, skills and terms, each changed from one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue import actions
from schoolward.apps.catalogue.details import (
    CategoryDetails,
    PersonDetails,
    ProviderDetails,
    SkillDetails,
    TermsDetails,
)
from schoolward.apps.catalogue.holding import details_of, held_catalogue
from schoolward.apps.catalogue.models import OfferedPerson, Provider, ServiceCategory, Skill
from schoolward.apps.catalogue.states import PROVIDER_WORDS
from schoolward.apps.rulebook.queries import rule_on
from schoolward.apps.tenancy import clock
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadInput
from schoolward.terms.trading import AgreementTerms
from schoolward.web.forms import Answers
from schoolward.web.messages import say

NEW = "new"


@dataclass(frozen=True)
class Shelf:
    """One kind of thing: its name, what is made of answers, what takes it, and where it is kept."""

    noun: str
    make: Callable[[Answers, str], object]
    take: Callable[..., object]
    model: type | None = None


def _category(answers: Answers, key: str) -> CategoryDetails:
    position = answers.whole("position") or 0
    return CategoryDetails(key, answers.text("name", "Give a name."), answers.text("description"), position)


def _skill(answers: Answers, key: str) -> SkillDetails:
    return SkillDetails(key, answers.text("name", "Give a name."))


def _provider(answers: Answers, key: str) -> ProviderDetails:
    kind = answers.choice("kind", PROVIDER_WORDS, "Choose what kind of provider it is.")
    return ProviderDetails(key, answers.text("name", "Give a name."), kind, answers.text("description"))


def _person(answers: Answers, key: str) -> PersonDetails:
    return PersonDetails(
        key,
        answers.text("name", "Give a name."),
        answers.text("job_title"),
        answers.text("provider"),
        tuple(sorted(set(answers.sent.getlist("skills")))),
        answers.day("offered_until"),
    )


def _terms(answers: Answers, key: str) -> TermsDetails:
    months = answers.whole("term_months", "Give the months for which an order binds.")
    days = answers.whole("notice_days", "Give the days of notice.")
    starts_on = answers.day("starts_on", "Give the day from which they hold.")
    words = answers.text("words", "Write the terms.").replace("\r\n", "\n")
    category = "" if key == NEW else key
    return TermsDetails(category, words, months or 0, days or 0, starts_on or clock.today())


SHELVES = {
    "category": Shelf("category", _category, actions.set_category, ServiceCategory),
    "skill": Shelf("skill", _skill, actions.set_skill, Skill),
    "provider": Shelf("provider", _provider, actions.set_provider, Provider),
    "person": Shelf("person", _person, actions.set_person, OfferedPerson),
    "terms": Shelf("terms", _terms, actions.set_terms),
}


@requires(P.MANAGE_CATALOGUE)
def shelves(request: HttpRequest) -> HttpResponse:
    """Everything that the lines stand on, with a way to change each."""
    held = held_catalogue()
    names = {one.key: one.name for one in (*held.providers, *held.skills)}
    page = {
        "held": held,
        "names": names,
        "categories": {one.key: one.name for one in held.categories} | {"": "All services"},
        "provider_words": PROVIDER_WORDS,
        "counts": {c.key: sum(line.category == c.key for line in held.lines) for c in held.categories},
        "new": NEW,
    }
    return render(request, "catalogue/shelves.html", page)


@requires(P.MANAGE_CATALOGUE)
def change(request: HttpRequest, shelf: str, key: str) -> HttpResponse:
    """The form of one thing; `new` adds one, and for terms means those for all services."""
    if shelf not in SHELVES:
        raise Http404
    of, answers = SHELVES[shelf], Answers(request.POST)
    held = _held(of, shelf, key)
    if request.method == "POST" and _save(request, of, answers, key, held):
        return redirect("shelves")
    page = {
        "shelf": shelf,
        "noun": of.noun,
        "adding": held is None,
        "key": key,
        "value": request.POST.dict() if request.method == "POST" else _values(held),
        "chosen": request.POST.getlist("skills") if request.method == "POST" else getattr(held, "skills", ()),
        "errors": answers.errors,
        "providers": [(p.key, p.name) for p in Provider.objects.all()],
        "skills": [(s.key, s.name) for s in Skill.objects.all()],
        "kinds": list(PROVIDER_WORDS.items()),
        "category": ServiceCategory.objects.filter(key=key).first(),
        "longest": rule_on(AgreementTerms, clock.today()),
    }
    return render(request, "catalogue/shelf.html", page, status=400 if answers.errors else 200)


def _held(of: Shelf, shelf: str, key: str) -> object | None:
    if of.model is None:
        if key != NEW and not ServiceCategory.objects.filter(key=key).exists():
            raise Http404
        category = "" if key == NEW else key
        rows = [terms for terms in held_catalogue().terms if terms.category == category]
        return rows[-1] if rows else None
    if key == NEW:
        return None
    row = of.model.objects.filter(key=key).first()
    if row is None:
        raise Http404
    return details_of(row)


def _save(request: HttpRequest, of: Shelf, answers: Answers, key: str, held: object | None) -> bool:
    own_key = of.model is not None and held is None
    key = answers.text("key", "Give a key.") if own_key else key
    if own_key and of.model.objects.filter(key=key).exists():
        answers.errors["key"] = f"There is a {of.noun} '{key}' already. Give another key."
    details = of.make(answers, key)
    if answers.errors:
        return False
    try:
        of.take(by=request.acting, details=details)
    except BadInput as error:
        answers.errors[error.where or "name"] = f"{error.what} {error.do}".strip()
        return False
    say(request, f"The {of.noun} {'are' if of.noun == 'terms' else 'is'} saved.")
    return True


def _values(held: object | None) -> dict:
    if held is None:
        return {}
    return {
        name: format_day(value) if isinstance(value, date) else "" if value is None else value
        for name, value in vars(held).items()
    }
