"""From rows of surveys to the analysis of returns; needs no Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from schoolward.analysis.survey.returns import EarlierSurvey, Forecast, forecast, is_behind


@dataclass(frozen=True)
class Course:
    """When a survey ran, how many were asked, and when their answers first came."""

    opened_at: datetime
    closes_at: datetime
    asked: int
    came_at: tuple[datetime, ...] = ()

    def share_of_time(self, moment: datetime) -> float:
        """How much of the time from opening to deadline was over at the moment: 0 to 1, and more after it."""
        whole = (self.closes_at - self.opened_at).total_seconds()
        return (moment - self.opened_at).total_seconds() / whole if whole > 0 else 1.0


@lru_cache(maxsize=64)  # by all that it hangs on, so that what is kept is never another survey's or moment's
def expected_returns(
    now: datetime, course: Course, answered: int, earlier: tuple[Course, ...] = ()
) -> Forecast:
    """How many will have answered by the deadline, where so many have by now."""
    return forecast(
        asked=course.asked,
        answered=answered,
        time_share=course.share_of_time(now),
        earlier=[_over(each) for each in earlier if each.asked],
    )


def _over(course: Course) -> EarlierSurvey:
    shares = (course.share_of_time(moment) for moment in course.came_at)
    return EarlierSurvey(course.asked, tuple(sorted(share for share in shares if share <= 1)))


@dataclass(frozen=True)
class Group:
    """Schools of one kind: how many were asked, have started, have answered; and whether they are behind."""

    name: str
    asked: int
    started: int
    answered: int
    behind: bool


def groups_of(marks: Sequence[tuple[str, bool, bool]]) -> list[Group]:
    """Kinds by name from (kind, has started, has answered) of each school; behind beside all the others."""
    asked = Counter(kind for kind, _, _ in marks)
    started = Counter(kind for kind, began, sent in marks if began and not sent)
    answered = Counter(kind for kind, _, sent in marks if sent)
    return [
        Group(
            name,
            asked[name],
            started[name],
            answered[name],
            is_behind(
                answered=answered[name],
                asked=asked[name],
                all_answered=answered.total(),
                all_asked=len(marks),
            ),
        )
        for name in sorted(asked)
    ]
