"""The invented people of Estuary: officers, board, schools, trusts and a provider, for a loader to bring in.

Heads are the register's heads on the first day, so that a contact list and a download agree. Addresses are
of the reserved domain `.example`, to which no mail can go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count as count_up

from schoolward.demo.dice import dice
from schoolward.demo.names import Name, name_for
from schoolward.demo.published import ESTUARY, SEED, build_world
from schoolward.demo.published.heads import head_of
from schoolward.demo.published.register import slug
from schoolward.demo.published.schools import Establishment, World

AUTHORITY_DOMAIN = "estuary.example"
PROVIDER = "Wend Valley Teaching Partnership"

# other services that sit on the panel; one person speaks for each
PANEL_SERVICES = ("Inclusion", "Schools finance", "Safeguarding in education")
# role key, what the post is called, how many there are
OFFICERS = (
    ("director", "Director of Children's Services", 1),
    ("assistant_director", "Assistant Director, Education", 1),
    ("adviser", "School improvement adviser", 8),
    ("commissioning_manager", "Commissioning and traded services manager", 1),
    ("finance_officer", "Finance business partner, schools", 1),
    ("hr_lead", "Human resources lead", 1),
    ("governor_services", "Governor services officer", 1),
    ("virtual_head", "Virtual headteacher", 1),
    ("data_analyst", "Data and intelligence analyst", 1),
    ("administrator", "Systems administrator", 1),
    *(("panel_member", f"{service} lead", 1) for service in PANEL_SERVICES),
    ("staff_member", "School improvement officer", 2),
    ("union_representative", "Branch representative", 1),
    ("board_member", "Member of the children's board", 5),
)
SCHOOL_ROLES = (
    ("chair", "Chair of governors"),
    ("clerk", "Clerk to the governing board"),
    ("business_manager", "School business manager"),
    ("designated_teacher", "Designated teacher for looked-after children"),
)
PROVIDER_ROLES = (
    ("provider_lead", "Director of partnership"),
    ("provider_associate", "Associate adviser"),
)
TRUST_ROLES = (("trust_lead", "Chief executive"), ("trust_finance", "Chief finance officer"))


@dataclass(frozen=True)
class Person:
    """One person in one role of one organisation: exactly one of the last four fields is set."""

    name: Name
    role: str
    job_title: str
    email: str
    since: date
    authority: int | None = None
    urn: int | None = None
    trust: str | None = None  # the trust's name
    provider: str | None = None


def people_of_estuary(first_day: date, seed: int = SEED) -> tuple[Person, ...]:
    """Everyone with a role on the first day: officers first, then schools by URN, trusts and the provider.

    A head of two schools stands in the list twice with one e-mail address, as does a clerk who serves
    several: the same person in two roles.
    """
    return tuple(_Town(build_world(first_day, seed)).everyone())


class _Town:
    """Finds everyone, giving no address to two people: a second of one name is called otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken: set[str] = set()
        self.open = world.open_on(world.first_day, ESTUARY.code)
        self.heads = {one.school.key: self._lead(one) for one in self.open if "head" not in one.school.story}

    def everyone(self) -> Iterator[Person]:
        """Officers, schools by URN, trusts, the provider."""
        met: dict[str, int] = {}
        for role, title, count in OFFICERS:
            for _ in range(count):
                n = met[role] = met.get(role, -1) + 1
                yield self._new(role, title, AUTHORITY_DOMAIN, "officer", n, authority=ESTUARY.code)
        clerks = self._clerks()
        for one in self.open:
            yield self._head(one)
            yield (
                replace(clerks[one.school.number // 8], urn=one.urn)
                if one.type.maintained
                else self._clerk(one)
            )
            yield from self._staff(one)
        yield from self._trusts()
        for role, title in PROVIDER_ROLES:
            yield self._new(role, title, f"{slug(PROVIDER)}.example", "partnership", provider=PROVIDER)

    def _new(self, role: str, title: str, domain: str, *key: str | int, **place: int | str) -> Person:
        for attempt in count_up():
            name = name_for(self.world.seed, role, *key, *([attempt] if attempt else []))
            address = _address(name, domain)
            if address not in self.taken:
                break
        self.taken.add(address)
        return Person(name, role, title, address, _since(self.world, role, *key), **place)

    def _lead(self, one: Establishment) -> Person:
        head = head_of(self.world, one, self.world.first_day)
        address = _address(head.name, _domain(one))
        self.taken.add(address)
        return Person(head.name, "head", head.job_title, address, head.since, urn=one.urn)

    def _head(self, one: Establishment) -> Person:
        """The school's head, who may lead another school too."""
        leads = self.heads[one.school.story.get("head", one.school.key)]
        return replace(leads, urn=one.urn)

    def _clerks(self) -> dict[int, Person]:
        """The authority's clerking service: one clerk for about eight maintained schools."""
        rounds = {one.school.number // 8 for one in self.open if one.type.maintained}
        title = dict(SCHOOL_ROLES)["clerk"]
        return {n: self._new("clerk", title, AUTHORITY_DOMAIN, "service", n) for n in sorted(rounds)}

    def _clerk(self, one: Establishment) -> Person:
        return self._new("clerk", dict(SCHOOL_ROLES)["clerk"], _domain(one), one.school.key, urn=one.urn)

    def _staff(self, one: Establishment) -> Iterator[Person]:
        for role, title in SCHOOL_ROLES:
            none = role == "designated_teacher" and one.school.kind_code == "IND"
            if role != "clerk" and not none:
                yield self._new(role, title, _domain(one), one.school.key, urn=one.urn)

    def _trusts(self) -> Iterator[Person]:
        here = {one.trust for one in self.open if one.trust}
        for trust in sorted(here, key=lambda each: each.uid):
            for role, title in TRUST_ROLES:
                yield self._new(role, title, f"{slug(trust.name)}.example", trust.uid, trust=trust.name)


def _since(world: World, *key: str | int) -> date:
    throw = dice(world.seed, "since", *key)
    return date(world.first_day.year - int(throw.integers(1, 9)), 9, 1)


def _domain(one: Establishment) -> str:
    return f"{slug(one.name)}.example"


def _address(name: Name, domain: str) -> str:
    """first.last@domain, in the letters an address may have."""
    letters = f"{name.first}.{name.last}".lower().replace(" ", "-")
    return f"{letters}@{domain}"
