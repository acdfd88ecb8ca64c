"""What schools expect to spend on services: one school's word and its history, and the list for officers."""

from __future__ import annotations

from statistics import median

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue import actions, queries
from schoolward.apps.catalogue.models import Earmark
from schoolward.apps.catalogue.states import CERTAINTY_WORDS, Certainty
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import own_schools, school_of, schools_of
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput
from schoolward.terms.years import financial_year_end, financial_year_label
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply

FIELD = {"amount_pence": "amount", "budget_share_pence": "budget"}


@requires(P.VIEW_EARMARKS)
def earmarks(request: HttpRequest) -> HttpResponse:
    """Each school that said what it expects to spend in a year; the others are counted as unknown."""
    year = _year(request)
    rows = [(row, queries.figures_of(row)) for row in _standing(request, year)]
    sums = [row.amount_pence for row, _ in rows]
    schools = schools_of(request.acting.authority_code, open_only=True).count()
    page = {
        "rows": rows,
        "year": year,
        "label": financial_year_label(year),
        "years": _years(),
        "total_pence": sum(sums),
        "middle_pence": int(median(sums)) if sums else None,
        "silent": max(0, schools - len(rows)),
        "certainty_words": CERTAINTY_WORDS,
    }
    return render(request, "catalogue/earmarks.html", page)


@requires(P.VIEW_EARMARKS)
def earmarks_export(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV or Excel."""
    year = _year(request)
    return sheet_reply(form, f"expected-spending-{year}", EXPORTED, map(_exported, _standing(request, year)))


EXPORTED = columns_of(
    "URN",
    "School",
    "Year",
    ("Expected (£)", "pounds"),
    ("Share of budget (%)", "percent"),
    ("For each pupil (£)", "pounds"),
    "How sure",
    "Said by",
    ("Said on", "date"),
)


def _exported(row: Earmark) -> list:
    figures = queries.figures_of(row)
    return [
        *(row.school.urn, row.school.name, financial_year_label(row.year), row.amount_pence / 100),
        None if figures.share_of_budget is None else figures.share_of_budget * 100,
        None if figures.per_pupil_pence is None else figures.per_pupil_pence / 100,
        *(CERTAINTY_WORDS[Certainty(row.certainty)], row.said_by, row.said_on),
    ]


def _standing(request: HttpRequest, year: int) -> list[Earmark]:
    rows = queries.earmarks_of(year).filter(school__authority_code=request.acting.authority_code)
    return list(rows.order_by("school__name"))


@requires(P.SET_EARMARK, P.VIEW_EARMARKS)
def earmark(request: HttpRequest, urn: int) -> HttpResponse:
    """What one school expects to spend, what it said before, and the form to say it anew."""
    school, answers = _school(request, urn), Answers(request.POST)
    may_say = request.acting.may(P.SET_EARMARK)
    if request.method == "POST":
        request.acting.check(P.SET_EARMARK)
        if _say(request, school, answers):
            return redirect("earmark", urn)
    history = [(row, queries.figures_of(row)) for row in queries.earmark_history(school)]
    page = {
        "school": school,
        "history": history,
        "years": _years(),
        "label": financial_year_label,
        "next_year": financial_year_end(clock.today()) + 1,
        "certainty_words": CERTAINTY_WORDS,
        "sent": request.POST,
        "errors": answers.errors,
        "may_say": may_say,
    }
    return render(request, "catalogue/earmark.html", page, status=400 if answers.errors else 200)


def _say(request: HttpRequest, school: School, answers: Answers) -> bool:
    year = answers.choice("year", dict(_years()), "Choose the year.")
    amount_pence = answers.pounds("amount", "Give the sum. 0 means that nothing will be spent.")
    certainty = answers.choice("certainty", CERTAINTY_WORDS, "Choose how sure this is.")
    budget_pence = answers.pounds("budget")
    if answers.errors:
        return False
    try:
        actions.record_earmark(
            by=request.acting,
            school=school,
            year=int(year),
            amount_pence=amount_pence,
            certainty=Certainty(certainty),
            said_by=f"{request.user.name}, {request.acting.role_name.lower()}",
            budget_share_pence=budget_pence,
        )
    except BadInput as error:
        answers.errors[FIELD.get(error.where, "amount")] = f"{error.what} {error.do}".strip()
        return False
    say(request, "Your expected spending is recorded.")
    return True


def _school(request: HttpRequest, urn: int) -> School:
    """The school, if it is one's own, or for officers the authority's; else it is not found."""
    if request.acting.may(P.VIEW_EARMARKS):
        school = school_of(request.acting.authority_code, urn)
    else:
        school = next((own for own in own_schools(request.acting) if own.urn == urn), None)
    if school is None:
        raise Http404
    return school


def _years() -> list[tuple[int, str]]:
    """The year before this one, this one and the next."""
    year = financial_year_end(clock.today())
    return [(each, financial_year_label(each)) for each in (year + 1, year, year - 1)]


def _year(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    return int(text) if text in {str(year) for year, _ in _years()} else financial_year_end(clock.today())
