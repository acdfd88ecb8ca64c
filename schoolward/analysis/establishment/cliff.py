"""The grant-cliff map: from funding line to activity to post to school, to the penny."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from schoolward.analysis.establishment.posts import Activity, Establishment, FundingLine, Post


@dataclass(frozen=True)
class SchoolShare:
    """What of an activity reaches one school; `urn` None is what is for all schools alike."""

    urn: int | None
    pence: int


@dataclass(frozen=True)
class Flow:
    """One line's money to one post for one activity, and on to schools."""

    activity: Activity
    schools: tuple[SchoolShare, ...]


@dataclass(frozen=True)
class LineMap:
    """Where one line's money goes; what no activity claims is said and not lost."""

    line: FundingLine
    flows: tuple[Flow, ...]

    @property
    def unassigned_pence(self) -> int:
        return self.line.amount_pence - sum(flow.activity.amount_pence for flow in self.flows)

    @property
    def by_activity(self) -> dict[str, int]:
        """Activity to pence."""
        return _summed((flow.activity.activity, flow.activity.amount_pence) for flow in self.flows)

    @property
    def by_post(self) -> dict[str, int]:
        """Post to pence."""
        return _summed((flow.activity.post, flow.activity.amount_pence) for flow in self.flows)

    @property
    def by_school(self) -> dict[int | None, int]:
        """School to pence; None for all schools alike."""
        return _summed((share.urn, share.pence) for flow in self.flows for share in flow.schools)


@dataclass(frozen=True)
class CliffMap:
    """Every line with where it goes."""

    lines: tuple[LineMap, ...]

    @cached_property
    def total_pence(self) -> int:
        return sum(each.line.amount_pence for each in self.lines)


@dataclass(frozen=True)
class PostHit:
    """What a post loses with some lines, and what it keeps."""

    post: Post
    lost_pence: int
    kept_pence: int

    @property
    def fte_lost(self) -> float:
        """Full-time equivalents that the lost money pays for, at most what the post has."""
        cost = self.post.annual_cost_pence
        return min(self.lost_pence / cost, float(self.post.fte)) if cost else 0.0


@dataclass(frozen=True)
class Loss:
    """What goes when some lines go."""

    lines: tuple[LineMap, ...]
    posts: tuple[PostHit, ...]
    by_school: Mapping[int | None, int]

    @property
    def pence(self) -> int:
        return sum(each.line.amount_pence for each in self.lines)

    @property
    def activities(self) -> dict[str, int]:
        return _summed(pair for each in self.lines for pair in each.by_activity.items())

    @property
    def unassigned_pence(self) -> int:
        return sum(each.unassigned_pence for each in self.lines)


def cliff_map(found: Establishment) -> CliffMap:
    """Every line with its activities, posts and schools; each level sums to the line, to the penny."""
    flows: dict[str, list[Flow]] = {line.line: [] for line in found.funding}
    for activity in found.activities:
        flows[activity.line].append(Flow(activity, shared(activity.amount_pence, activity.urns)))
    return CliffMap(tuple(LineMap(line, tuple(flows[line.line])) for line in found.funding))


def shared(pence: int, urns: Iterable[int]) -> tuple[SchoolShare, ...]:
    """Equal shares in whole pence; the pennies left over go to the first schools, one each."""
    urns = tuple(urns)
    if not urns:
        return (SchoolShare(None, pence),)
    each, over = divmod(pence, len(urns))
    return tuple(SchoolShare(urn, each + (n < over)) for n, urn in enumerate(urns))


def loss_of(found: Establishment, lines: Iterable[str]) -> Loss:
    """What goes when these lines go: activities, posts with what they lose and keep, schools."""
    gone = set(lines)
    whole = cliff_map(found)
    lost = tuple(each for each in whole.lines if each.line.line in gone)
    lost_by_post = _summed(pair for each in lost for pair in each.by_post.items())
    paid = _summed(pair for each in whole.lines for pair in each.by_post.items())
    hits = tuple(
        PostHit(found.by_post[post], pence, paid[post] - pence) for post, pence in lost_by_post.items()
    )
    by_school = _summed(pair for each in lost for pair in each.by_school.items())
    return Loss(lost, tuple(sorted(hits, key=lambda hit: -hit.lost_pence)), by_school)


def ending_by(found: Establishment, day: date) -> tuple[str, ...]:
    """The lines that have ended by the day."""
    return tuple(each.line for each in found.funding if each.ends_on and each.ends_on < day)


def per_pupil_pence(pence: int, pupils: int) -> int | None:
    """What each pupil would have to bring to replace the money, rounded up; None without pupils."""
    return -(-pence // pupils) if pupils > 0 else None


def _summed[Key](pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, pence in pairs:
        found[key] = found.get(key, 0) + pence
    return found
