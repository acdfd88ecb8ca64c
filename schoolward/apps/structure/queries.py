"""Reading structures: which there are, what a version says, how two differ, and who holds posts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.catalogue.models import ServiceCategory
from schoolward.apps.register.models import School
from schoolward.apps.register.queries import is_maintained, schools_of
from schoolward.apps.structure import bridge
from schoolward.apps.structure.models import Holder, Structure, StructureVersion, TrancheSettlement
from schoolward.apps.structure.states import Kind


@dataclass(frozen=True)
class Drawn:
    """A structure with one of its versions, read."""

    structure: Structure
    version: StructureVersion
    establishment: bridge.Establishment

    @property
    def bill_pence(self) -> int:
        return bridge.pay_bill_pence(self.establishment)


def structures(by: Acting) -> list[Structure]:
    """Those that this role may see and that are not set aside: today first, then options, then proposed."""
    rows = Structure.objects.filter(set_aside_at=None)
    if not by.may(Permission.MODEL_STRUCTURE):
        rows = rows.filter(versions__put_forward_at__isnull=False).distinct()
    order = {Kind.TODAY: 0, Kind.OPTION: 1, Kind.PROPOSED: 2}
    return sorted(rows, key=lambda each: (order[Kind(each.kind)], each.pk))


def newest(structure: Structure) -> StructureVersion:
    """The structure's latest version."""
    return structure.versions.select_related("structure").order_by("-number").first()


def shown_version(structure: Structure, by: Acting, number: int | None = None) -> StructureVersion | None:
    """The version of that number, else the latest that this role may see; None where there is none."""
    rows = structure.versions.select_related("structure", "made_by__person", "put_forward_by__person")
    if not by.may(Permission.MODEL_STRUCTURE):
        rows = rows.filter(put_forward_at__isnull=False)
    if number is not None:
        rows = rows.filter(number=number)
    return rows.order_by("-number").first()


def drawn(version: StructureVersion) -> Drawn:
    """The version with what it says."""
    return Drawn(version.structure, version, bridge.from_document(version.content))


def drawn_all(by: Acting) -> list[Drawn]:
    """Every structure that this role may see, in its latest version that it may see."""
    found = ((each, shown_version(each, by)) for each in structures(by))
    return [drawn(version) for _, version in found if version]


def versions_put_forward() -> QuerySet[StructureVersion]:
    """Versions that staff, unions and the board may see, in the order they were put forward."""
    rows = StructureVersion.objects.filter(put_forward_at__isnull=False, structure__set_aside_at=None)
    return rows.select_related("structure").order_by("put_forward_at")


def today_structure() -> Structure | None:
    """The structure as it is."""
    return Structure.objects.filter(kind=Kind.TODAY, set_aside_at=None).first()


def holders_on(day: date) -> QuerySet[Holder]:
    """Who held posts that day."""
    return Holder.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day)
    )


def settlements_of(structure: Structure) -> dict[str, TrancheSettlement]:
    """The latest decision on each tranche of the structure."""
    rows = TrancheSettlement.objects.filter(version__structure=structure)
    rows = rows.select_related("version", "settled_by__person").order_by("settled_at", "pk")
    return {row.tranche: row for row in rows}


def waiting_tranches(found: Drawn) -> list[str]:
    """Tranches of the version that nobody has settled in it, or that changed since they were."""
    settled = settlements_of(found.structure)
    return [
        tranche
        for tranche in found.establishment.tranches
        if tranche not in settled or changed_since(found.establishment, settled[tranche])
    ]


def changed_since(now: bridge.Establishment, settlement: TrancheSettlement) -> bool:
    """True where a post of the tranche is otherwise than when it was settled."""
    then = bridge.from_document(settlement.version.content)
    return _of_tranche(then, settlement.tranche) != _of_tranche(now, settlement.tranche)


def _of_tranche(found: bridge.Establishment, tranche: str) -> dict[str, bridge.Post]:
    return {post.post: post for post in found.posts if post.tranche == tranche}


def category_words() -> Callable[[str], str]:
    """What a category is called on the shelves of the catalogue; by its key where no shelf has it."""
    names = dict(ServiceCategory.objects.values_list("key", "name"))
    return lambda key: names.get(key) or key.replace("-", " ").capitalize()


def strange_schools(found: bridge.Establishment) -> list[tuple[str, int]]:
    """Activities at schools that the register does not have, each with the URN."""
    named = [(each.activity, urn) for each in found.activities for urn in each.urns]
    known = school_names({urn for _, urn in named})
    return [(activity, urn) for activity, urn in named if urn not in known]


def school_names(urns: set[int]) -> dict[int, str]:
    """URN to name, for those in the register."""
    return dict(School.objects.filter(urn__in=urns).values_list("urn", "name"))


def maintained_roll(authority_code: int) -> tuple[int, int]:
    """Pupils in the authority's open maintained schools, and how many of these have no roll published."""
    rolls = [school.roll for school in schools_of(authority_code, open_only=True) if is_maintained(school)]
    return sum(roll for roll in rolls if roll), sum(roll is None for roll in rolls)
