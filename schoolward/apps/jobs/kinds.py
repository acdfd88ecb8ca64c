"""Kinds of job, and which of them run by the calendar. Each app registers its own in its `tasks` module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from schoolward.apps.jobs.slots import Slots

# Gets the running job and the payload's values by name; gives a sentence for the screen, or a dict with one.
Handler = Callable[..., "str | dict[str, Any] | None"]


@dataclass(frozen=True)
class JobKind:
    """What can be done in the background, and how patiently."""

    name: str
    label: str
    handler: Handler
    attempts: int
    lease_seconds: float  # a worker that is silent for so long is taken for dead
    backoff_seconds: float
    is_long: (
        bool  # thinks for minutes: it has a queue and a worker of its own, so that letters never wait for it
    )

    def pause_seconds(self, attempts: int) -> float:
        """How long to wait after the `attempts`-th attempt: doubled each time, at most an hour."""
        return min(self.backoff_seconds * 2 ** (attempts - 1), 3600)


@dataclass(frozen=True)
class Scheduled:
    """A kind that runs by the calendar, once for the site or once for each authority."""

    kind: str
    slots: Slots
    each_authority: bool


kinds: dict[str, JobKind] = {}
schedules: list[Scheduled] = []


def job_kind(
    name: str,
    *,
    label: str,
    attempts: int = 3,
    lease_seconds: float = 60,
    backoff_seconds: float = 10,
    is_long: bool = False,
) -> Callable[[Handler], Handler]:
    """Registers the handler of a kind of job. It must be safe to repeat: see `RunningJob.step`."""

    def register(handler: Handler) -> Handler:
        assert name not in kinds, f"two kinds of job are called {name}"
        kinds[name] = JobKind(name, label, handler, attempts, lease_seconds, backoff_seconds, is_long)
        return handler

    return register


def schedule(kind: str, slots: Slots, *, each_authority: bool = False) -> None:
    """Run `kind` by the calendar, with no payload."""
    assert kind in kinds, f"no kind of job is called {kind}"
    schedules.append(Scheduled(kind, slots, each_authority))
