"""Programs that tests start: none outlives the tests, even when those are killed."""

import ctypes
import signal
import sys
from collections.abc import Callable

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


def ended_with_its_parent(by: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: Linux sends the signal when the process that started this one is gone."""
    if sys.platform != "linux":
        return None
    system = ctypes.CDLL(None)
    return lambda: system.prctl(SET_PARENT_DEATH_SIGNAL, by)
