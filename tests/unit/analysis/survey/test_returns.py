"""How many will have answered: the range holds what comes, and each fact moves it the right way."""

import numpy as np
import pytest

from schoolward.analysis.survey.returns import EarlierSurvey, expected_course, forecast, is_behind
from schoolward.terms.errors import NotEnoughData


def invented_surveys(rng, count, asked=98):
    """Surveys of one authority: each has a share that answers, and a course, somewhat of its own."""
    usual = rng.beta(3.6, 2.4)
    return [invented_survey(rng, rng.beta(12 * usual, 12 * (1 - usual)), asked) for _ in range(count)]


def invented_survey(rng, rate, asked):
    """When those who answer do so: half evenly, half in a rush that is sharper in some years."""
    bent = np.exp(rng.normal(0, 0.25))
    coming = rng.random(asked) < rate
    evenly = rng.random(asked) < 0.5
    moments = np.where(evenly, rng.random(asked), rng.random(asked) ** (1 / 5)) ** bent
    return EarlierSurvey(asked, tuple(np.sort(moments[coming])))


@pytest.mark.parametrize("earlier_count", [0, 2])
@pytest.mark.parametrize("time_share", [0.2, 0.7])
def test_range_holds_nine_in_ten_of_what_comes(time_share, earlier_count):
    rng = np.random.default_rng(20261123)
    held = widths = 0
    trials = 200
    for _ in range(trials):
        now, *earlier = invented_surveys(rng, 1 + earlier_count)
        answered = sum(moment <= time_share for moment in now.arrivals)
        found = forecast(asked=98, answered=answered, time_share=time_share, earlier=earlier)
        held += found.low <= len(now.arrivals) <= found.high
        widths += found.high - found.low
    assert 0.84 <= held / trials <= 0.99
    assert widths / trials < 72, "a range that says nothing is no forecast"


def test_more_answers_so_far_promise_more_in_the_end():
    likely = [forecast(asked=98, answered=n, time_share=0.5).likely for n in (5, 20, 40, 60)]
    assert likely == sorted(likely)
    assert likely[0] < likely[-1]


def test_range_narrows_as_the_deadline_nears():
    widths = []
    for share in (0.1, 0.5, 0.9, 0.99):
        answered = round(60 * expected_course(share))
        found = forecast(asked=98, answered=answered, time_share=share)
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)


def test_an_earlier_rush_makes_a_slow_start_no_alarm():
    late = EarlierSurvey(98, tuple([0.2] * 5 + [0.97] * 70))
    alone = forecast(asked=98, answered=6, time_share=0.6)
    leaning = forecast(asked=98, answered=6, time_share=0.6, earlier=[late, late])
    assert leaning.likely > alone.likely
    assert leaning.earlier == 2


@pytest.mark.parametrize(("answered", "time_share"), [(98, 0.4), (61, 1.0), (61, 1.7)])
def test_nothing_is_left_to_forecast_when_all_have_answered_or_time_is_over(answered, time_share):
    found = forecast(asked=98, answered=answered, time_share=time_share)
    assert (found.low, found.likely, found.high) == (answered,) * 3


def test_nobody_asked_is_refused():
    with pytest.raises(NotEnoughData):
        forecast(asked=0, answered=0, time_share=0.5)


@pytest.mark.parametrize(
    ("answered", "asked", "expected"),
    [(4, 17, True), (7, 17, False), (12, 17, False), (0, 4, False), (0, 5, True), (2, 7, False)],
)
def test_group_is_behind_only_where_chance_would_seldom_do_it(answered, asked, expected):
    assert is_behind(answered=answered, asked=asked, all_answered=55, all_asked=98) is expected


def test_behind_agrees_with_drawing_lots():
    rng = np.random.default_rng(7)
    lots = np.array([rng.permutation(np.arange(98) < 55)[:17].sum() for _ in range(4000)])
    for answered in range(17):
        by_lot = (lots <= answered).mean()
        if abs(by_lot - 0.05) > 0.02:
            behind = is_behind(answered=answered, asked=17, all_answered=55, all_asked=98)
            assert behind == (by_lot < 0.05)
