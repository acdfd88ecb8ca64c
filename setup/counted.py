"""Counting what passed, failed and was skipped, from the reports that pytest writes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """How many tests passed, failed (or broke) and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def count_of_tool(status: int) -> Count:
    """A tool without a report of its own counts as one test."""
    return Count(passed=1) if status == 0 else Count(failed=1)


def count_of_report(report: Path, status: int) -> Count:
    """The counts in a JUnit report; a run that broke without saying so counts as one failure.

    Status 5 is pytest's word for "no test chosen": nothing passed and nothing failed.
    """
    if status == 5:
        return Count()
    count = _read(report) if report.exists() else Count()
    if status != 0 and count.failed == 0:
        count += Count(failed=1)
    return count


def _read(report: Path) -> Count:
    try:
        suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - reads only what pytest wrote a moment before
    except ET.ParseError:
        return Count()
    tests, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    # a test that fails and then breaks in its clean-up is two entries here, so passed never goes below zero
    return Count(max(tests - failed - skipped, 0), failed, skipped)
