"""Rules in words, for a page or a manual."""

from collections.abc import Mapping

from schoolward.analysis.policy.working import WORDS, figure
from schoolward.terms.rulebook import Comparison, Condition, Flag, Group, Measure

FLAG_WORDS = {
    "special_school": "the school is not mainstream",
    "not_state_funded": "the school is independent",
    "closed": "the school closed by the end of the school year",
}


def condition_in_words(condition: Condition, measures: Mapping[str, Measure]) -> str:
    """'Reading progress below −5 or Maths progress below −5': one line, brackets where all and any mix."""
    match condition:
        case Flag(name):
            return FLAG_WORDS.get(name, name.replace("_", " "))
        case Comparison():
            return _comparison(condition, measures[condition.measure])
        case Group(combine, terms):
            said = [_inside(term, measures) for term in terms]
            return (" and " if combine == "all" else " or ").join(said)
    raise AssertionError(condition)


def _inside(term: Condition, measures: Mapping[str, Measure]) -> str:
    words = condition_in_words(term, measures)
    return f"({words})" if isinstance(term, Group) and len(term.terms) > 1 else words


def _comparison(test: Comparison, measure: Measure) -> str:
    if test.operator == "is":
        return f"{measure.label} marked {test.threshold}"
    if isinstance(test.threshold, tuple):
        return f"{measure.label} one of {', '.join(test.threshold)}"
    line = "the national median" if test.uses_median else figure(test.threshold, measure.unit)
    return f"{measure.label} {WORDS[test.operator]} {line}"
