"""What schools causing concern ask of a person now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.needs import Need
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.concern import queries
from schoolward.apps.concern.models import CategoryRecord
from schoolward.apps.concern.states import CategoryState
from schoolward.apps.tenancy import clock
from schoolward.terms.years import exam_year_of

SOON_DAYS = 14


def concern_needs(by: Acting) -> Iterator[Need]:
    """Reviews due, schools to decide, categories to agree and panel actions, for this role."""
    led = queries.led_by(by.membership_id) if by.role == "adviser" else None  # an adviser sees their own
    if by.may(Permission.DECIDE_CONCERN):
        decided = queries.latest_decisions(clock.today())
        yield from _reviews(led, decided)
        yield from _to_decide(led, decided)
    if led is not None:
        yield from _categories(led)
    items = queries.open_panel_actions(by.membership_id)
    for panel, name, action, due_on in items.values_list("panel_id", "school__name", "action", "due_on"):
        late = due_on < clock.today()
        yield Need(f"{name}: {action}", reverse("panel", args=[panel]), due_on, 1 if late else 2)


def _reviews(led: dict[int, int] | None, decided: list[queries.Decided]) -> Iterator[Need]:
    horizon = clock.today() + timedelta(days=SOON_DAYS)
    for decision in decided:
        if decision.review_on > horizon or (led is not None and decision.school_id not in led):
            continue
        url = reverse("concern_school", args=[decision.urn])
        late = decision.review_on < clock.today()
        yield Need(f"Look again at {decision.name}", url, decision.review_on, 1 if late else 2)


def _to_decide(led: dict[int, int] | None, decided: list[queries.Decided]) -> Iterator[Need]:
    """From the latest list that was worked out: a first page must not wait for a new one."""
    waiting = queries.waiting(decided, None if led is None else led.values())
    if waiting:
        noun = "school is" if waiting == 1 else "schools are"
        whose = "" if led is None else " that you lead on"
        url = reverse("concern_list") + ("" if led is None else "?lead=me")
        yield Need(f"{waiting} {noun} proposed for a decision{whose}", url)


def _categories(led: dict[int, int]) -> Iterator[Need]:
    exam_year = exam_year_of(clock.today())
    agreed = CategoryRecord.objects.filter(
        school__in=list(led), exam_year=exam_year, state=CategoryState.AGREED
    ).count()
    if left := len(led) - agreed:
        noun = "school that you lead on has" if left == 1 else "schools that you lead on have"
        yield Need(
            f"{left} {noun} no agreed category this year", reverse("categories") + "?lead=me", urgency=3
        )
