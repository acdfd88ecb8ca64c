"""Counting: every failure is counted, whichever way a run ends."""

import pytest

from setup.counted import Count, count_of_report, count_of_tool

SUITE = '<testsuite errors="{errors}" failures="{failures}" skipped="{skipped}" tests="{tests}"/>'
REPORT = f"<testsuites>{SUITE}</testsuites>"


@pytest.fixture
def report(tmp_path):
    """Writes a report with these counts and gives its path."""

    def write(tests: int, failures: int = 0, errors: int = 0, skipped: int = 0):
        path = tmp_path / "report.xml"
        path.write_text(REPORT.format(tests=tests, failures=failures, errors=errors, skipped=skipped))
        return path

    return write


def test_report_is_read_with_failures_errors_and_skips(report):
    assert count_of_report(report(10, failures=2, errors=1, skipped=3), 1) == Count(4, 3, 3)


def test_run_that_failed_without_a_failed_test_is_a_failure(report):
    assert count_of_report(report(10), 3) == Count(10, 1, 0)


def test_run_that_left_no_report_is_a_failure(tmp_path):
    assert count_of_report(tmp_path / "none.xml", 4) == Count(0, 1, 0)


def test_run_that_left_a_broken_report_is_a_failure(tmp_path):
    broken = tmp_path / "broken.xml"
    broken.write_text("<testsuites><testsuite")
    assert count_of_report(broken, 1) == Count(0, 1, 0)


def test_run_with_no_test_chosen_counts_nothing(report):
    assert count_of_report(report(0), 5) == Count()


def test_tool_counts_as_one():
    assert count_of_tool(0) + count_of_tool(1) + count_of_tool(2) == Count(1, 2, 0)


def test_count_is_told_in_the_line_that_continuous_integration_reads():
    assert str(Count(12, 0, 3)) == "12 passed, 0 failed, 3 skipped"
