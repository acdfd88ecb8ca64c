"""The grant-cliff map: where each line's money goes, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.structure import bridge, queries, severing
from schoolward.apps.tenancy import clock
from schoolward.web.pages.structure import find


@dataclass(frozen=True)
class Alternative:
    """What schools would pay each year in place of the lost money, if their forum agreed."""

    per_pupil_pence: int | None
    pupils: int
    schools_without_roll: int


@requires(P.MODEL_STRUCTURE)
def cliff(request: HttpRequest, pk: int) -> HttpResponse:
    """Each line with its activities, posts and schools; and, for the lines chosen, what goes when they go."""
    found = find(request, pk)
    whole = bridge.cliff_map(found.establishment)
    known = {each.line.line for each in whole.lines}
    gone = [line for line in request.GET.getlist("without") if line in known]
    if not gone and "without" not in request.GET:
        next_year = clock.days_from_today(365)
        gone = list(bridge.ending_by(found.establishment, next_year))
    loss = bridge.loss_of(found.establishment, gone)
    urns = {urn for flow in whole.lines for urn in flow.by_school if urn}
    page = {
        "found": found,
        "map": whole,
        "kinds": bridge.KINDS,
        "gone": set(gone),
        "loss": loss,
        "names": queries.school_names(urns),
        "bill": bridge.post_bill_pence,
        "once": severing.cost_of_ending(loss.posts, clock.today()) if loss.posts else None,
        "alternative": _alternative(request, loss.pence),
    }
    page["paid_back"] = _paid_back(page["once"], loss)
    return render(request, "structure/cliff.html", page)


def _alternative(request: HttpRequest, pence: int) -> Alternative:
    pupils, unknown = queries.maintained_roll(request.acting.authority_code)
    return Alternative(bridge.per_pupil_pence(pence, pupils), pupils, unknown)


def _paid_back(once: severing.EndingCost | None, loss: bridge.Loss):
    """The month in which what ending posts costs has been saved, counted from the last line's end."""
    if once is None or once.pence is None:
        return None
    saved = sum(hit.lost_pence for hit in loss.posts)
    months = bridge.pay_back_months(once.pence, saved)
    ends = max((each.line.ends_on for each in loss.lines if each.line.ends_on), default=clock.today())
    return None if months is None else (months, bridge.months_after(ends, months))
