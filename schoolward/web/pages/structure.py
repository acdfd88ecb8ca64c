"""Structures: those there are, one of them whole, and several side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.demand.queries import current_run
from schoolward.apps.structure import bridge, picturing, queries
from schoolward.apps.structure.models import Structure
from schoolward.apps.structure.queries import Drawn
from schoolward.apps.structure.states import KIND_WORDS, LEAST_OPTIONS, MOST_OPTIONS, Kind
from schoolward.apps.tenancy import clock
from schoolward.publishing.charts import Chart
from schoolward.terms.errors import NotEnoughData

MOST_ABREAST = 6


@requires(P.MODEL_STRUCTURE, P.VIEW_STRUCTURE)
def structures(request: HttpRequest) -> HttpResponse:
    """Every structure that this role may see, with what each comes to."""
    found = queries.drawn_all(request.acting)
    options = sum(each.structure.kind == Kind.OPTION for each in found)
    page = {
        "found": found,
        "kind_words": KIND_WORDS,
        "may_model": request.acting.may(P.MODEL_STRUCTURE),
        "options": options,
        "least": LEAST_OPTIONS,
        "most": MOST_OPTIONS,
        "income_pence": _income_pence,
        "demand": current_run() if request.acting.may(P.MODEL_STRUCTURE) else None,
    }
    return render(request, "structure/list.html", page)


def _income_pence(found: Drawn) -> int:
    """Funding that still comes in a year from today."""
    day = clock.days_from_today(365)
    return sum(line.amount_pence for line in found.establishment.funding if line.pays_on(day))


@requires(P.MODEL_STRUCTURE, P.VIEW_STRUCTURE)
def structure(request: HttpRequest, pk: int) -> HttpResponse:
    """One structure whole: posts as a chart and a table, and to those who model its money and duties."""
    found = find(request, pk)
    today = _today(request.acting, found)
    may_model = request.acting.may(P.MODEL_STRUCTURE)
    waiting = set(queries.waiting_tranches(found))
    settled = queries.settlements_of(found.structure)
    page = {
        "found": found,
        "establishment": found.establishment,
        "kind_words": KIND_WORDS,
        "kinds": bridge.KINDS,
        "chart": chart_of(found, today),
        "units": _units(found),
        "may_model": may_model,
        "versions": found.structure.versions.select_related("made_by__person") if may_model else [],
        "tranches": [(name, settled.get(name), name in waiting) for name in found.establishment.tranches],
        "bill": bridge.post_bill_pence,
        "key_of": bridge.key_of,
        "category": queries.category_words(),
        "ended": set(bridge.ending_by(found.establishment, clock.today())),
        "reckoned": _reckoned(found) if may_model else {},
        "comparable": [
            each.structure for each in queries.drawn_all(request.acting) if each.structure.pk != pk
        ],
    }
    return render(request, "structure/structure.html", page)


def find(request: HttpRequest, pk: int) -> Drawn:
    """The structure in the version that the address asks for, else the latest; not found where hidden."""
    row = get_object_or_404(Structure, pk=pk)
    text = request.GET.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() else None
    version = queries.shown_version(row, request.acting, number)
    if version is None:
        raise Http404
    return queries.drawn(version)


def _units(found: Drawn) -> list[tuple[str, list[bridge.Post]]]:
    posts = found.establishment.posts
    return [(unit, [post for post in posts if post.unit == unit]) for unit in found.establishment.units]


def _reckoned(found: Drawn) -> dict[str, bridge.PostCost | str]:
    """What the dated pay rules make of each post that names a point, or why they cannot."""
    costs: dict[str, bridge.PostCost | str] = {}
    for post in found.establishment.posts:
        if post.spine:
            try:
                costs[post.post] = bridge.cost_of(post, found.establishment, clock.today())
            except NotEnoughData as unknown:
                costs[post.post] = str(unknown)
    return costs


def _today(by: Acting, found: Drawn) -> Drawn | None:
    """Today's structure to compare with, where this role may see it."""
    today = queries.today_structure()
    if today is None or today.pk == found.structure.pk:
        return None
    version = queries.shown_version(today, by)
    return queries.drawn(version) if version else None


def chart_of(found: Drawn, beside: Drawn | None = None) -> Chart:
    """The organisation chart; what differs from `beside`, or from each post's FTE of today, in accent."""
    title = f"{found.structure.name}: {found.establishment.fte.normalize():f} FTE"
    before = beside.establishment.by_post if beside else None
    return picturing.posts_chart(title, found.establishment.posts, before)


@requires(P.MODEL_STRUCTURE, P.VIEW_STRUCTURE)
def compare(request: HttpRequest) -> HttpResponse:
    """Structures side by side: two charts with changes in accent, and every post of all of them."""
    everyone = queries.drawn_all(request.acting)
    asked = request.GET.getlist("with")
    chosen = [each for each in everyone if str(each.structure.pk) in asked][:MOST_ABREAST]
    if len(chosen) < 2:
        chosen = everyone[:2]
    rows = bridge.side_by_side(tuple(each.establishment for each in chosen))
    only_changes = request.GET.get("only") == "changes"
    charts = []
    if len(chosen) == 2:
        charts = [chart_of(chosen[0]), chart_of(chosen[1], chosen[0])]
    page = {
        "everyone": everyone,
        "chosen": chosen,
        "chosen_pks": {each.structure.pk for each in chosen},
        "rows": [row for row in rows if row.differs or not only_changes],
        "hidden": sum(not row.differs for row in rows) if only_changes else 0,
        "only_changes": only_changes,
        "charts": charts,
        "may_model": request.acting.may(P.MODEL_STRUCTURE),
    }
    return render(request, "structure/compare.html", page)
