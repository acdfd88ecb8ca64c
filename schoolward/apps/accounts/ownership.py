"""Work that belongs to a person: a registry, so that a role can be ended without losing any of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.accounts.queries import ended


@dataclass(frozen=True)
class OwnedWork:
    """One kind of work: how much of it a member has, and how it is handed to another.

    `count(membership)` gives the number of things; `hand_over(by=, from_member=, to_member=)` moves them
    all in the caller's transaction and returns how many; `owners()` gives the keys of the memberships that
    have any, so that work left behind is found without asking for every leaver in turn.
    """

    kind: str
    count: Callable[[Membership], int]
    hand_over: Callable[..., int]
    owners: Callable[[], Collection[int]] | None = None


_kinds: dict[str, OwnedWork] = {}


def register_owned_work(work: OwnedWork) -> None:
    """Called once per kind from an app's `ready()`."""
    assert work.kind not in _kinds, f"{work.kind} is registered twice"
    _kinds[work.kind] = work


def owned_by(member: Membership) -> list[tuple[OwnedWork, int]]:
    """What the member has, where there is any."""
    return [(work, count) for work in _kinds.values() if (count := work.count(member))]


def hand_over_all(*, by: Acting, from_member: Membership, to_member: Membership) -> dict[str, int]:
    """How many things of each kind moved; in the caller's transaction."""
    return {
        work.kind: work.hand_over(by=by, from_member=from_member, to_member=to_member)
        for work, _ in owned_by(from_member)
    }


def left_behind() -> list[tuple[Membership, int]]:
    """Members whose role is over and who still have work, and how many things each."""
    if not _kinds:
        return []
    leavers = list(ended(Membership.objects.all()).values_list("pk", flat=True))
    asked = [work.owners for work in _kinds.values()]
    if leavers and all(asked):
        owners = {pk for owners in asked for pk in owners()}
        leavers = [pk for pk in leavers if pk in owners]
    if not leavers:
        return []
    over = Membership.objects.filter(pk__in=leavers).select_related("person", "organisation")
    found = [(member, sum(n for _, n in owned_by(member))) for member in over]
    return [(member, count) for member, count in found if count]
