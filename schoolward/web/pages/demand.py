"""What schools will buy: income as a range, service by service, and what it rests on."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.catalogue.models import ServiceLine
from schoolward.apps.demand import actions, checks, picturing, queries
from schoolward.apps.demand.gathering import strange_rows
from schoolward.apps.demand.models import DemandRun, EvidenceFile
from schoolward.apps.demand.states import TABLE_WORDS, Stage, Table
from schoolward.apps.tenancy import clock
from schoolward.publishing.charts import Chart
from schoolward.publishing.ranges import Curve, CurvePoint, Interval, Intervals, range_chart
from schoolward.publishing.spreadsheets import SheetColumn
from schoolward.terms.errors import BadFile
from schoolward.terms.money import format_pounds
from schoolward.web.following import follow
from schoolward.web.messages import say
from schoolward.web.sheets import columns_of, sheet_reply

MOST_BYTES = 20_000_000
SOURCE_WORDS = {
    "hypothetical-bias": "Murphy and others (2003), 28 studies of what people say they pay and pay",
    "real-hypothetical-sd": "Stefani, Scarpa and Lombardi, on real and stated willingness to pay",
    "own-judgement": "our own judgement, stated so that it can be argued with",
}


@requires(P.VIEW_DEMAND)
def demand(request: HttpRequest) -> HttpResponse:
    """The newest result, or how to come to one."""
    current = queries.current_run()
    if current:
        return _shown(request, current)
    return render(request, "demand/none.html", _common(request))


@requires(P.VIEW_DEMAND)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: its result, its progress, or why it came to nothing."""
    return _shown(request, get_object_or_404(queries.runs(), pk=pk))


def _common(request: HttpRequest) -> dict:
    runs = follow(queries.runs()[:8], request.acting.authority_code)
    return {
        "runs": runs,
        "waiting": next((each for each in runs if each.goes_on), None),
        "may_run": request.acting.may(P.RUN_DEMAND),
        "why_not": checks.refusal_to_run(request.acting) if request.acting.may(P.RUN_DEMAND) else "",
        "last": runs[0] if runs else None,
    }


def _shown(request: HttpRequest, found: DemandRun) -> HttpResponse:
    page = _common(request) | {"run": found}
    if found.stage != Stage.DONE:
        page["last"] = follow([found], request.acting.authority_code)[0]
        return render(request, "demand/none.html", page)
    services = queries.services_of(found)
    names = _names(services)
    page |= {
        "summary": found.summary,
        "services": services,
        "names": names,
        "income": picturing.income_chart(found.summary),
        "by_service": _service_chart(services, names),
        "bounds": [(words, found.summary["bounds_pence"][key]) for key, words in picturing.BOUNDS],
        "to_ask": queries.schools_to_ask(found),
        "beliefs": [(each["sentence"], _cited(each["source"])) for each in found.summary["beliefs"]],
        "warnings": [_in_words(each, names) for each in found.summary["diagnostics"]["warnings"]],
        "is_current": queries.current_run() == found,
    }
    return render(request, "demand/run.html", page)


def _cited(source: str) -> str:
    """A source as a reader could find it, from its key in docs/sources.md."""
    return SOURCE_WORDS.get(source, source.replace("-", " "))


def _in_words(remark: str, names: dict[str, str]) -> str:
    """The remark with services as people call them, where the files have keys."""
    return re.sub(r"'([a-z0-9-]+)'", lambda key: f"“{names[key[1]]}”" if key[1] in names else key[0], remark)


def _names(services: list[queries.ServiceResult]) -> dict[str, str]:
    known = dict(ServiceLine.objects.values_list("key", "name"))
    return {each.key: known.get(each.key, each.key.replace("-", " ").capitalize()) for each in services}


def _service_chart(services: list[queries.ServiceResult], names: dict[str, str]) -> Chart:
    rows = tuple(
        Interval(names[s.key], *(s.revenue_pence[k] / 100 for k in ("mean", "p05", "p95"))) for s in services
    )
    top = names[services[0].key] if services else "Nothing"
    title = f"{top} is expected to bring in most"
    return range_chart(Intervals(title, "Income a year", "£", rows, "Service"))


@requires(P.VIEW_DEMAND)
def service(request: HttpRequest, pk: int, service: str) -> HttpResponse:
    """One service of a run: take-up and income by price, and how likely each school is to buy."""
    found = get_object_or_404(queries.runs(), pk=pk, stage=Stage.DONE)
    told = next((each for each in queries.services_of(found) if each.key == service), None)
    if told is None:
        raise Http404
    name = _names([told])[service]
    page = {
        "run": found,
        "service": told,
        "name": name,
        "take_up": _curve(told, name, "buyers", "Schools that buy", ""),
        "income": _curve(told, name, "revenue", "Income a year", "£"),
        "chances": queries.chances_for(found, service),
    }
    return render(request, "demand/service.html", page)


def _curve(told: queries.ServiceResult, name: str, what: str, up: str, unit: str) -> Chart:
    def cell(row: dict, end: str) -> float:
        return row[f"{what}_{end}"] if what == "buyers" else row[f"{what}_{end}_pence"] / 100

    points = tuple(
        CurvePoint(row["price_pence"] / 100, *(cell(row, end) for end in ("mean", "p05", "p95")))
        for row in told.curve
    )
    best = max(told.curve, key=lambda row: cell(row, "mean"), default=None)
    at = format_pounds(best["price_pence"], pence=False) if best else "no price"
    title = (
        f"Fewer schools buy {name} as its price rises"
        if what == "buyers"
        else f"Of these prices, {at} is expected to bring in most"
    )
    here = told.list_price_pence / 100
    return range_chart(Curve(title, "Price", "£", up, unit, points, here, "list price"))


@requires(P.VIEW_DEMAND)
def export(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A run's services, or every school's chance of buying each of them, as CSV or Excel."""
    found = get_object_or_404(queries.runs(), pk=pk, stage=Stage.DONE)
    services = queries.services_of(found)
    stem, _, form = name.partition(".")
    sheets = {"services": _services_sheet, "chances": _chances_sheet}
    if stem not in sheets:
        raise Http404
    columns, rows = sheets[stem](found, services, _names(services))
    return sheet_reply(form, f"{stem}-{found.as_at}", columns, rows)


type Sheet = tuple[list[SheetColumn], list[list]]


def _services_sheet(found: DemandRun, services: list[queries.ServiceResult], names: dict[str, str]) -> Sheet:
    """Buyers and income of each service, as the page shows them."""
    headings = ["Service", "Key", "Unit", ("List price (£)", "pounds")]
    headings += [("Buyers", "decimal"), ("Buyers, low", "decimal"), ("Buyers, high", "decimal")]
    headings += [
        ("Income a year (£)", "pounds"),
        ("Income, low (£)", "pounds"),
        ("Income, high (£)", "pounds"),
    ]
    ends = ("mean", "p05", "p95")
    rows = [
        [names[s.key], s.key, s.unit, s.list_price_pence / 100]
        + [s.buyers[end] for end in ends]
        + [s.revenue_pence[end] / 100 for end in ends]
        for s in services
    ]
    return columns_of(*headings), rows


def _chances_sheet(found: DemandRun, services: list[queries.ServiceResult], names: dict[str, str]) -> Sheet:
    """Every school with every service; restricted, as the page is."""
    prices = {each.key: each.list_price_pence / 100 for each in services}
    schools = queries.names_of_schools(found)
    rows = [
        [int(urn), schools.get(int(urn), ""), names.get(key, key), key, prices.get(key), chance]
        for urn, chances in found.chances.items()
        for key, chance in chances.items()
    ]
    headings = [
        "URN",
        "School",
        "Service",
        "Key",
        ("List price (£)", "pounds"),
        ("Chance, 0 to 1", "decimal"),
    ]
    return columns_of(*headings), rows


@requires(P.RUN_DEMAND)
@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """Gathers what is known and works it out in the background."""
    asked = actions.ask_for_run(by=request.acting)
    say(request, "It is being worked out. You can leave this page.")
    return redirect("demand_run", asked.pk)


def _held(
    request: HttpRequest, key: str, row: EvidenceFile | None
) -> tuple[str, EvidenceFile | None, list[tuple[int, str]]]:
    """The kind in words, the file that counts, and what of it does not."""
    code = request.acting.authority_code
    return TABLE_WORDS[Table(key)], row, strange_rows(row.rows, code, clock.today()) if row else []


@requires(P.RUN_DEMAND)
def evidence(request: HttpRequest) -> HttpResponse:
    """Purchases and orders that count, and the form to give newer ones."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        table = request.POST.get("table", "")
        given = request.FILES.get("file")
        if table not in list(Table):
            errors["table"] = "Choose what the file holds."
        elif given is None or given.size > MOST_BYTES:
            errors["file"] = "Choose a CSV file of at most 20 MB."
        else:
            try:
                taken = actions.take_evidence(
                    by=request.acting, table=Table(table), file_name=given.name, content=given.read()
                )
                say(request, f"{taken.file_name} counts from now on.")
                return redirect("demand_evidence")
            except BadFile as wrong:
                errors["file"] = str(wrong)
    page = {
        "held": [_held(request, key, row) for key, row in queries.evidence_files().items()],
        "tables": [(str(key), words) for key, words in TABLE_WORDS.items()],
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "demand/evidence.html", page, status=400 if errors else 200)
