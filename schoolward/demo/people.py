"""The invented people of Estuary: officers, board, schools, trusts and a provider, for a loader to bring in.

Heads are the register's heads on the first day, so that a contact list and a download agree. Addresses are
of the reserved domain `.example`, to which no mail can go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schoolward.demo.dice import dice
from schoolward.demo.names import Name, name_for
from schoolward.demo.published import ESTUARY, SEED, build_world
from schoolward.demo.published.heads import head_of
from schoolward.demo.published.register import slug
from schoolward.demo.published.schools import Establishment, World
from schoolward.demo.published.trusts import Trust

AUTHORITY_DOMAIN = "estuary.example"
PROVIDER = "Wend Valley Teaching Partnership"

# role key, what the post is called, how many there are
OFFICERS = (
    ("director", "Director of Children's Services", 1),
    ("assistant_director", "Assistant Director, Education", 1),
    ("adviser", "School improvement adviser", 8),
    ("commissioning_manager", "Commissioning and traded services manager", 1),
    ("finance_officer", "Finance business partner, schools", 1),
    ("hr_lead", "Human resources lead", 1),
    ("virtual_head", "Virtual headteacher", 1),
    ("data_analyst", "Data and intelligence analyst", 1),
    ("administrator", "Systems administrator", 1),
    ("board_member", "Member of the children's board", 5),
)
SCHOOL_ROLES = (
    ("chair", "Chair of governors"),
    ("clerk", "Clerk to the governing board"),
    ("business_manager", "School business manager"),
    ("designated_teacher", "Designated teacher for looked-after children"),
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
    world = build_world(first_day, seed)
    found = [*_officers(world), *_in_schools(world), *_in_trusts(world), *_provider(world)]
    return tuple(_told_apart(found))


def _officers(world: World) -> Iterator[Person]:
    for role, title, count in OFFICERS:
        for n in range(count):
            name = name_for(world.seed, "officer", role, n)
            since = _since(world, "officer", role, n)
            yield Person(name, role, title, _address(name, AUTHORITY_DOMAIN), since, authority=ESTUARY.code)


def _in_schools(world: World) -> Iterator[Person]:
    for one in world.open_on(world.first_day, ESTUARY.code):
        yield _head(world, one)
        for role, title in SCHOOL_ROLES:
            if role == "clerk":
                yield _clerk(world, one, title)
            elif role != "designated_teacher" or one.school.kind_code != "IND":
                name = name_for(world.seed, role, one.school.key)
                since = _since(world, role, one.school.key)
                yield Person(name, role, title, _address(name, _domain(one)), since, urn=one.urn)


def _head(world: World, one: Establishment) -> Person:
    head = head_of(world, one, world.first_day)
    led_by = one.school.story.get("head", one.school.key)
    home = next(e for e in world.open_on(world.first_day) if e.school.key == led_by)
    return Person(
        head.name, "head", head.job_title, _address(head.name, _domain(home)), head.since, urn=one.urn
    )


def _clerk(world: World, one: Establishment, title: str) -> Person:
    """Clerks of maintained schools come from the authority's service, each for about eight schools."""
    if one.type.maintained:
        name = name_for(world.seed, "clerk", "service", one.school.number // 8)
        return Person(
            name, "clerk", title, _address(name, AUTHORITY_DOMAIN), _since(world, name.full), urn=one.urn
        )
    name = name_for(world.seed, "clerk", one.school.key)
    return Person(name, "clerk", title, _address(name, _domain(one)), _since(world, name.full), urn=one.urn)


def _in_trusts(world: World) -> Iterator[Person]:
    for trust in _trusts(world):
        for role, title in TRUST_ROLES:
            name = name_for(world.seed, role, trust.uid)
            address = _address(name, f"{slug(trust.name)}.example")
            yield Person(name, role, title, address, _since(world, role, trust.uid), trust=trust.name)


def _trusts(world: World) -> list[Trust]:
    here = {one.trust for one in world.open_on(world.first_day, ESTUARY.code) if one.trust}
    return sorted(here, key=lambda trust: trust.uid)


def _provider(world: World) -> Iterator[Person]:
    for role, title in (
        ("provider_lead", "Director of partnership"),
        ("provider_associate", "Associate adviser"),
    ):
        name = name_for(world.seed, role)
        address = _address(name, f"{slug(PROVIDER)}.example")
        yield Person(name, role, title, address, _since(world, role), provider=PROVIDER)


def _since(world: World, *key: str | int) -> date:
    throw = dice(world.seed, "since", *key)
    return date(world.first_day.year - int(throw.integers(1, 9)), 9, 1)


def _domain(one: Establishment) -> str:
    return f"{slug(one.name)}.example"


def _address(name: Name, domain: str) -> str:
    """first.last@domain, in the letters an address may have."""
    letters = f"{name.first}.{name.last}".lower().replace(" ", "-")
    return f"{letters}@{domain}"


def _told_apart(people: list[Person]) -> Iterator[Person]:
    """The same people; two of one name in one organisation would share an address, so that is a defect."""
    owners: dict[str, Name] = {}
    for person in people:
        assert owners.setdefault(person.email, person.name) == person.name, person.email
        yield person
