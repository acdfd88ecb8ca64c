"""Who may ask the API: by token or session, and what each refusal says."""

from datetime import timedelta

import pytest
from django.test import Client

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import end_role
from schoolward.apps.accounts.models import ApiToken
from schoolward.apps.accounts.tokens import revoke_token
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.scope import every_authority, scope
from tests.factories.people import make_authority, make_member, sign_in
from tests.factories.programs import make_token

pytestmark = pytest.mark.django_db
SCHOOLS = "/api/v1/schools"


def ask(secret: str, path: str = SCHOOLS, method: str = "get"):
    return getattr(Client(enforce_csrf_checks=True), method)(
        path, headers={"Authorization": f"Bearer {secret}"}
    )


@pytest.fixture
def member(authority):
    return make_member(authority, "analyst")


@pytest.fixture
def secret(member):
    return make_token(member)


def is_problem(answer, status: int) -> bool:
    return answer.status_code == status and set(answer.json()) == {"what", "where", "do"}


def test_token_of_a_role_opens_what_the_role_may_see(secret):
    assert ask(secret).json()["count"] == 3


def test_nobody_is_told_how_to_sign_in(authority):
    answer = Client().get(SCHOOLS)
    assert is_problem(answer, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "", "nonsense"])
def test_header_that_is_no_token_is_refused_even_with_a_session(member, given):
    client = Client()
    sign_in(client, member)
    assert is_problem(client.get(SCHOOLS, headers={"Authorization": given}), 401)


def test_session_of_somebody_signed_in_opens_the_same(member, secret):
    client = Client()
    sign_in(client, member)
    assert client.get(SCHOOLS).json() == ask(secret).json()


def test_session_without_the_second_factor_is_refused(member):
    client = Client()
    client.force_login(member.person, backend="django.contrib.auth.backends.ModelBackend")
    assert is_problem(client.get(SCHOOLS), 401)


def test_revoked_token_is_refused(member, secret):
    with scope(member.authority):
        revoke_token(by=Acting.of(member), token=ApiToken.objects.get())
    assert is_problem(ask(secret), 401)


def test_token_ends_with_its_role(member, authority, secret):
    admin = Acting.of(make_member(authority, "administrator", "Ada King"))
    with scope(authority):
        end_role(
            by=admin, member=member, on=clock.today(), hand_over_to=None, reason="She left.", at_once=True
        )
    assert is_problem(ask(secret), 401)


def test_token_of_somebody_who_may_not_sign_in_any_more_is_refused(member, secret):
    member.person.is_active = False
    member.person.save()
    assert is_problem(ask(secret), 401)


def test_token_works_on_its_last_day_and_not_the_day_after(secret):
    with every_authority("the test looks"):
        ApiToken.objects.update(expires_on=clock.real_now().date())
    assert ask(secret).status_code == 200
    with every_authority("the test looks"):
        ApiToken.objects.update(expires_on=clock.real_now().date() - timedelta(days=1))
    assert is_problem(ask(secret), 401)


def test_use_of_a_token_is_noted_once_in_a_while(secret):
    def used():
        with every_authority("the test looks"):
            return ApiToken.objects.get().last_used_at

    assert used() is None
    ask(secret)
    first = used()
    ask(secret)
    assert first is not None
    assert used() == first


def test_secret_is_nowhere_in_the_database(secret):
    with every_authority("the test looks"):
        kept = str(list(ApiToken.objects.values_list()))
    assert secret not in kept


def test_token_of_another_authority_sees_that_ones_schools(authority):
    elsewhere = make_authority(902, "Elsewhere")
    there = make_token(make_member(elsewhere, "analyst", "Eve Else"))
    assert [school["urn"] for school in ask(there).json()["schools"]] == [900009]
    assert is_problem(ask(there, f"{SCHOOLS}/900001"), 404)


def test_role_that_may_not_is_refused_with_the_sentence_of_the_pages(authority):
    finance = make_token(make_member(authority, "finance_officer", "Fay Nance"))
    answer = ask(finance, "/api/v1/concern")
    assert is_problem(answer, 403)
    assert answer.json()["what"] == (
        "Your role (Finance officer) may not see which schools cause concern, with evidence and chance."
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", [SCHOOLS, "/api/v1/openapi.json", "/api/v1/nowhere"])
def test_anything_but_reading_is_refused(secret, method, path):
    answer = ask(secret, path, method)
    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET, HEAD"


def test_head_is_answered_like_get(secret):
    answer = ask(secret, method="head")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("schools?page=0", "query.page"),
        ("schools?q=a%00b", "query.q"),
        ("schools?phse=Primary", "query.phse"),
        ("floor", "query.phase"),
        ("floor?phase=ks3&exam_year=2018", "query.phase"),
        ("floor?phase=ks2&exam_year=twenty", "query.exam_year"),
        ("concern?as_at=yesterday", "query.as_at"),
        ("schools/12", "path.urn"),
    ],
)
def test_parameter_that_cannot_be_read_is_named(secret, query, where):
    answer = ask(secret, f"/api/v1/{query}")
    assert is_problem(answer, 422)
    assert where in answer.json()["where"]


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nowhere", "/api/v1/schools/", "/api/v1/schools/x"])
def test_address_that_is_not_there_is_a_problem_in_json(secret, path):
    assert is_problem(ask(secret, path), 404)


def test_description_is_open_to_all_and_needs_no_other_site():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.json()["openapi"].startswith("3.1")
    assert set(answer.json()["paths"]) >= {"/api/v1/schools", "/api/v1/floor", "/api/v1/concern"}
