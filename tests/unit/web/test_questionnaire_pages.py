"""The editor of questionnaires: forms without scripts, a preview as each role, versions compared."""

import re

import pytest
from django.urls import reverse

from schoolward.apps.accounts.models import Membership
from schoolward.apps.survey import drafting, queries
from schoolward.apps.survey.actions import save_questionnaire
from schoolward.apps.survey.models import Questionnaire
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.apps.tenancy.scope import scope
from tests.factories.people import make_acting, make_authority, sign_in

EDIT = {"kind": "single", "flags": ["required"], "options": "yes: Yes\nNo\nmaybe: Perhaps | say why"}


@pytest.fixture
def authority(db, today):
    authority = make_authority()
    with scope(authority):
        yield authority


@pytest.fixture
def officer(authority):
    return make_acting(authority, "analyst", "Ana List")


@pytest.fixture
def row(officer):
    save_questionnaire(by=officer, definition=standard_questionnaires()["strategy-vision"])
    return Questionnaire.objects.get()


@pytest.fixture
def site(client, officer):
    sign_in(client, Membership.objects.select_related("person").get(pk=officer.membership_id))
    return client


def address(row, query=""):
    return reverse("questionnaire_edit", args=[row.key]) + query


def send(site, row, step, query="", **sent):
    """As the page's form would, with the version and the key that it carries."""
    page = site.get(address(row, query)).text
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("version", "key")
    }
    return site.post(address(row, query), hidden | {"step": step} | sent)


def written(row):
    return drafting.definition_in(drafting.draft_of(row))


def test_question_is_shown_as_typed_before_anything_is_saved(site, row):
    page = send(site, row, "preview", "?q=strategy_clear", text="Is it clear?", **EDIT).text
    preview = page.split('id="preview"')[1]
    for words in ("Is it clear?", "Perhaps", "say why"):
        assert words in preview
    assert drafting.draft_of(row) is None


def test_question_is_saved_in_the_next_version_and_published_with_a_sentence(site, row):
    assert send(site, row, "save", "?q=strategy_clear", text="Is it clear?", **EDIT).status_code == 302
    question = written(row).question("strategy_clear")
    assert (question.text, question.option_keys, question.cannot_say) == (
        "Is it clear?",
        ("yes", "no", "maybe"),
        False,
    )
    assert queries.definition_of(row.versions.first()).question("strategy_clear").kind == "scale"
    assert "Say what is different" in send(site, row, "publish", change="").text
    assert send(site, row, "publish", change="Plainer words.").status_code == 302
    version = row.versions.first()
    assert (version.number, version.change, drafting.draft_of(row)) == (2, "Plainer words.", None)
    page = site.get(reverse("questionnaire", args=[row.key])).text
    for words in (
        "from version 1 to version 2",
        "Plainer words.",
        "<ins>Is it clear?</ins>",
        "kind of answer",
    ):
        assert words in page


def test_questions_and_sections_are_added_moved_and_taken_out(site, row):
    send(site, row, "add", "?q=priorities", new_text="What else?", new_kind="multiple")
    keys = [q.key for q in written(row).sections[0].questions]
    assert keys[-1] == "what_else"
    send(site, row, "up", "?q=what_else")
    assert [q.key for q in written(row).sections[0].questions][-2] == "what_else"
    send(site, row, "add_section", new_title="About you")
    assert written(row).sections[-1].title == "About you"
    send(site, row, "up", f"?s={written(row).sections[-1].key}")
    assert written(row).sections[-2].title == "About you"
    send(site, row, "take_out", "?q=what_else")
    assert written(row).question("what_else") is None
    send(site, row, "discard")
    assert drafting.draft_of(row) is None
    assert row.versions.count() == 1


def test_section_asked_of_the_chair_alone_is_not_in_the_heads_preview(site, row):
    key = written_section(row)
    sent = {"title": "For the chair", "asked": ["chair"]}
    assert send(site, row, "save", f"?s={key}", **sent).status_code == 302
    for role, there in (("head", False), ("chair", True)):
        page = site.get(reverse("questionnaire_preview", args=[row.key]) + f"?as={role}").text
        assert ("For the chair" in page) is there
    assert "is not asked this" in site.get(address(row, f"?s={key}&as=head")).text
    assert "Choose who is asked" in send(site, row, "save", f"?s={key}", title="Nobody").text


def written_section(row):
    return queries.definition_of(row.versions.first()).sections[0].key


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": ""}, "Write the question"),
        ({"options": "a: One\na: Two"}, "Two answers are called"),
        ({"show_if": "nothing = yes"}, "names no question"),
        ({"show_if": "consent = yes"}, "not asked before|names no question|not an answer"),
        ({"kind": "poem"}, "Choose the kind"),
        ({"kind": "scale", "low": "9", "high": "1"}, "not below"),
    ],
)
def test_change_that_will_not_do_is_refused_and_what_was_typed_stays(site, row, changes, words):
    reply = send(site, row, "save", "?q=strategy_clear", **({"text": "Is it clear?"} | EDIT | changes))
    assert reply.status_code == 400
    assert any(word in reply.text for word in words.split("|"))
    assert changes.get("text", "Is it clear?") in reply.text
    draft = drafting.draft_of(row)
    assert draft is None or written(row).question("strategy_clear").kind == "scale"


def test_second_tab_never_overwrites(site, row):
    page = site.get(address(row, "?q=strategy_clear")).text
    old = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("version", "key")}
    send(site, row, "save", "?q=strategy_clear", text="First", **EDIT)
    late = {"step": "save", "text": "Second"} | old | EDIT
    reply = site.post(address(row, "?q=strategy_clear"), late | {"key": "another"})
    assert reply.status_code == 409
    assert "changed this questionnaire after you opened it" in reply.text
    assert written(row).question("strategy_clear").text == "First"


def test_another_is_made_from_a_standard_one(site, row):
    page = reverse("questionnaires")
    assert "Choose what to begin from" in site.post(page, {"title": "Mine"}).text
    sent = {"begin": "traded-services", "title": "Traded services, 2027"}
    assert site.post(page, sent).url == reverse("questionnaire_edit", args=["traded-services-2027"])
    assert "already" in site.post(page, sent).text
    made = queries.definition_of(Questionnaire.objects.get(key="traded-services-2027").versions.get())
    assert made.title == "Traded services, 2027"
    preview = site.get(reverse("questionnaire_preview", args=["traded-services-2027"])).text
    assert "A service of the catalogue" in preview
    assert site.get(reverse("questionnaire", args=["nothing"])).status_code == 404
