"""Schools' contacts with their gaps: all, one school's, changing one, and the autumn's confirmation."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.contacts import actions, queries, workbook
from schoolward.apps.contacts.models import Contact, ContactRole
from schoolward.apps.contacts.queries import SchoolContacts
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import matching, own_schools, school_of
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotNow
from schoolward.terms.years import academic_year_label, exam_year_of
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import CSV, XLSX, file_reply

SHOWS = {
    "all": "Every school",
    "gaps": "Schools with a gap",
    "unconfirmed": "Schools that have not confirmed this school year",
    "bounced": "Schools where a message came back",
}


@requires(P.VIEW_CONTACTS)
def contacts(request: HttpRequest) -> HttpResponse:
    """Every open school with its contacts by role; nobody known is said in words."""
    found = _asked(request)
    everyone = queries.contacts_of(queries.open_schools())
    page = {
        "found": found,
        "shows": SHOWS,
        "show": request.GET.get("show", "all"),
        "words": request.GET.get("words", ""),
        "roles": list(ContactRole),
        "total": len(everyone),
        "gaps": sum(len(one.gaps) for one in everyone),
        "confirmed": sum(one.confirmed is not None for one in everyone),
        "year": academic_year_label(exam_year_of(clock.today())),
        "may_change": request.acting.may(P.MANAGE_CONTACTS),
        "query": request.GET.urlencode(),
    }
    return render(request, "contacts/list.html", page)


@requires(P.VIEW_CONTACTS)
def contacts_export(request: HttpRequest, form: str) -> HttpResponse:
    """One line for each school and role, gaps included; the Excel one can be changed and given back."""
    name = f"contacts-{clock.today():%Y-%m-%d}"
    if form == "csv":
        return file_reply(workbook.as_csv(_asked(request)), f"{name}.csv", CSV)
    if form == "xlsx":
        return file_reply(workbook.as_xlsx(_asked(request), clock.today()), f"{name}.xlsx", XLSX)
    raise Http404


@requires(P.VIEW_CONTACTS, P.CONFIRM_OWN_CONTACTS)
def school_contacts(request: HttpRequest, urn: int) -> HttpResponse:
    """One school's contacts, with where each comes from, and what they were."""
    school = _school(request, urn)
    history = [row for row in queries.history_of(school) if row.ends_on or row.set_aside_at]
    page = _page(request, school) | {"history": history}
    return render(request, "contacts/school.html", page)


@requires(P.MANAGE_CONTACTS, P.CONFIRM_OWN_CONTACTS)
def change(request: HttpRequest, urn: int, role: str) -> HttpResponse:
    """Adds, corrects, replaces or ends the contact in one role."""
    school = _school(request, urn)
    if role not in ContactRole.values:
        raise Http404
    held = queries.standing().filter(school=school, role=role).last()
    if held and held.ends_on:
        held = None  # the next one is to be added
    page = {"school": school, "role": ContactRole(role), "held": held, "sent": request.POST, "errors": {}}
    if request.method == "POST":
        answers = Answers(request.POST)
        try:
            sentence = _change(request, answers, school, role, held)
        except BadInput as error:
            answers.errors[error.where or "name"] = f"{error.what} {error.do}".strip()
        except NotNow as error:
            answers.errors["name"] = str(error)
        if not answers.errors:
            say(request, sentence)
            return redirect("school_contacts", urn)
        page["errors"] = answers.errors
    return render(request, "contacts/change.html", page, status=400 if page["errors"] else 200)


@requires(P.CONFIRM_OWN_CONTACTS)
def confirm(request: HttpRequest, urn: int) -> HttpResponse:
    """The school's people read their contacts and say that they are right, once in each school year."""
    school = _school(request, urn)
    if request.method == "POST":
        actions.confirm_contacts(by=request.acting, school=school)
        say(request, f"Thank you. The contacts of {school.name} are confirmed.")
        return redirect("school_contacts", urn)
    return render(request, "contacts/confirm.html", _page(request, school))


def _change(request: HttpRequest, answers: Answers, school: School, role: str, held: Contact | None) -> str:
    """What was done, in a sentence; nothing where `answers` has errors."""
    by, who = request.acting, ContactRole(role).label.lower()
    name, email, telephone = (answers.text(key) for key in ("name", "email", "telephone"))
    details = {"name": name, "email": email, "telephone": telephone}
    on = answers.day("on")
    if answers.errors:
        return ""
    if held is None:
        source = actions.source_of(by)
        actions.add_contact(by=by, school=school, role=role, starts_on=on, source=source, **details)
        return f"{name} is now held as {who}."
    match answers.choice("what", ("correct", "replace", "end"), "Choose what has changed."):
        case "correct":
            actions.correct_contact(by=by, contact=held, **details)
            return f"The details of {name} are changed."
        case "replace":
            actions.replace_contact(by=by, contact=held, on=on or clock.today(), **details)
            return f"{name} is now held as {who}, and {held.name} is kept in the history."
        case "end":
            actions.end_contact(by=by, contact=held, on=on or clock.today())
            return f"{held.name} ends as {who}."
    return ""


def _page(request: HttpRequest, school: School) -> dict:
    (found,) = queries.contacts_of([school])
    own = request.acting.may(P.CONFIRM_OWN_CONTACTS)
    return {
        "school": school,
        "found": found,
        "roles": queries.roles_of(school),
        "may_change": own or request.acting.may(P.MANAGE_CONTACTS),
        "may_confirm": own,
        "year": academic_year_label(exam_year_of(clock.today())),
    }


def _school(request: HttpRequest, urn: int) -> School:
    """The school, if it is the officer's authority's or the school's own; else it is not found."""
    if request.acting.may(P.VIEW_CONTACTS):
        school = school_of(request.acting.authority.code, urn)
    else:
        school = next((own for own in own_schools(request.acting) if own.urn == urn), None)
    if school is None:
        raise Http404
    return school


def _asked(request: HttpRequest) -> list[SchoolContacts]:
    found = queries.contacts_of(matching(queries.open_schools(), request.GET.get("words", "")[:100]))
    match request.GET.get("show"):
        case "gaps":
            return [one for one in found if one.gaps]
        case "unconfirmed":
            return [one for one in found if one.confirmed is None]
        case "bounced":
            return [one for one in found if one.bounced]
    return found
