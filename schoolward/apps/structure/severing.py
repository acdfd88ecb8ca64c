"""What it costs once to end posts: who holds them, how long they served, and which facts are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schoolward.apps.structure import bridge
from schoolward.apps.structure.models import Holder
from schoolward.apps.structure.queries import holders_on
from schoolward.terms.errors import NotEnoughData


@dataclass(frozen=True)
class EndingCost:
    """The sum over posts; None, with the sentences that say why, where any of it is unknown."""

    pence: int | None
    known_pence: int
    unknown: tuple[str, ...]
    rules: tuple[object, ...]


def cost_of_ending(hits: Iterable[bridge.PostHit], on: date) -> EndingCost:
    """Redundancy pay on actual pay for the FTE that lost money paid, shared evenly among a post's holders.

    Whose post would end is decided by people, later; so each holder of a post counts in proportion.
    """
    total, unknown, rules = 0, [], {}
    held: dict[str, list[Holder]] = {}
    for holder in holders_on(on):
        held.setdefault(holder.post, []).append(holder)
    for hit in hits:
        people = held.get(hit.post.post, [])
        if not people:
            unknown.append(f"{hit.post.title}: nobody is recorded as its holder.")
            continue
        share = min(Decimal(str(hit.fte_lost)) / sum(p.fte for p in people), Decimal(1))
        for person in people:
            found = _severance(person, on)
            if isinstance(found, str):
                unknown.append(f"{hit.post.title}: {found}")
            else:
                total += int(found.actual_pence * share)
                rules |= {rule.id: rule for rule in found.rules}
    return EndingCost(None if unknown else total, total, tuple(dict.fromkeys(unknown)), tuple(rules.values()))


def _severance(person: Holder, on: date) -> bridge.Severance | str:
    """The person's redundancy pay, or the sentence that says what is missing; it names nobody."""
    facts = (person.annual_pay_pence, person.age_years, person.service_years)
    if None in facts:
        return "pay, age or length of service of a holder is not recorded."
    years = on.year - person.recorded_on.year
    pay, age, service = facts
    try:
        return bridge.severance_of(pay, age + years, service + years, on)
    except NotEnoughData as error:
        return str(error)
