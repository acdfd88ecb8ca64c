"""The deadline crowd in short: the server is killed in the middle, and nothing acknowledged is lost."""

import shutil

import pytest

from benchmarks.survey_crowd import broken, kill_and_start, rehearse
from benchmarks.survey_site import Site
from tests.machinery.sites import home_of_its_own


@pytest.mark.django_db
def test_nothing_acknowledged_is_lost_and_no_school_answers_twice_when_the_server_is_killed():
    home, database = home_of_its_own("empty")
    site = Site(home, database, workers=1)
    try:
        schools = site.fill(6)["schools"]
        result = rehearse(site, schools, 3, [("server", kill_and_start(site, "server"))], 1 / 10)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert not broken(result, p99_ms=None), result
    assert result["saves_answered"] > 20
    assert result["returns"] > 0
