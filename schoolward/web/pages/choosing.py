"""Choosing an organisation by name or number, without scripts: words, then one of what was found."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.actions import add_organisation
from schoolward.apps.accounts.models import Organisation
from schoolward.apps.accounts.queries import authority_organisation
from schoolward.web.forms import Answers

MOST = 15
NEW = "new"


@dataclass(frozen=True)
class Choice:
    """One organisation decided, or some to choose from, or a sentence that says why neither."""

    organisation: Organisation | None = None
    options: tuple[tuple[str, str], ...] = ()
    sentence: str = ""
    field: str = "organisation"


def choose(by: Acting, role: str, words: str, chosen: str) -> Choice:
    """The organisation in which the role is to be held."""
    kind = roles.BY_KEY[role].organisation_kind
    if kind == roles.AUTHORITY:
        return Choice(authority_organisation())
    if not words.strip():
        return Choice(sentence=f"Say which {kind}: words of its name, or its number.", field="words")
    found = find(by, kind, words)
    if chosen == NEW and kind == roles.PROVIDER:
        return Choice(Organisation(kind=kind, name=" ".join(words.split())))
    if match := next((o for o in found if str(o.pk) == chosen), None):
        return Choice(match)
    if len(found) == 1 and kind != roles.PROVIDER:
        return Choice(found[0])
    options = tuple((str(o.pk), _told(o)) for o in found[:MOST])
    if kind == roles.PROVIDER:
        options += ((NEW, f"A new provider called {' '.join(words.split())}"),)
    if not options:
        return Choice(sentence=f"No {kind} is called or numbered '{words}'.", field="words")
    more = " There are more: use more words to narrow them down." if len(found) > MOST else ""
    return Choice(options=options, sentence=f"Choose which {kind}.{more}")


def choose_into(request: HttpRequest, role: str, answers: Answers, page: dict) -> Organisation | None:
    """The organisation that a form asks for; else what there is to choose from goes on the page."""
    choice = choose(request.acting, role, request.POST.get("words", ""), request.POST.get("organisation", ""))
    page["options"] = choice.options
    if not choice.organisation:
        answers.errors[choice.field] = choice.sentence
    return choice.organisation


def settle(by: Acting, organisation: Organisation) -> Organisation:
    """The organisation, kept from now on where it was only named: nothing is made before the last step."""
    if organisation.pk:
        return organisation
    return add_organisation(by=by, kind=organisation.kind, name=organisation.name)


def find(by: Acting, kind: str, words: str) -> list[Organisation]:
    """Organisations whose name has every word, or whose number it is; the authority's own schools first."""
    rows = Organisation.objects.filter(kind=kind)
    number = words.strip()
    if number.isascii() and number.isdigit():
        rows = rows.filter(urn=int(number)) if kind == roles.SCHOOL else rows.filter(trust_code=number)
    else:
        for word in words.split():
            rows = rows.filter(name__icontains=word)
    if kind != roles.SCHOOL:
        return list(rows.order_by("name")[: MOST + 1])
    ours = Case(
        When(Q(school__authority_code=by.authority_code), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return list(rows.select_related("school").order_by(ours, "name", "urn")[: MOST + 1])


def _told(organisation: Organisation) -> str:
    if organisation.kind != roles.SCHOOL:
        return organisation.name
    school = getattr(organisation, "school", None)
    place = ", ".join(filter(None, (school.town, school.authority_name, school.status))) if school else ""
    return f"{organisation.name} ({organisation.urn}{', ' + place if place else ''})"
