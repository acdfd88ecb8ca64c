"""Themes suggested for free text, and how far they agree with people."""

import numpy as np
import pytest

from schoolward.analysis.survey.agreement import agreement
from schoolward.analysis.survey.themes import Theme, _terms, _Words, cluster, suggest
from schoolward.terms.errors import NotEnoughData

PRICE = [
    "The price is too high for a small school",
    "We cannot afford the day rate with our budget",
    "Cheaper packages would help schools with little money",
    "Cost matters most, our budget is in deficit",
    "Too expensive; show what the money pays for",
    "The budget will not stretch to these prices",
    "A lower price for three days would be affordable",
    "Charges went up and our budget went down",
]
PEOPLE = [
    "We want to keep the same adviser who knows our school",
    "Named advisers with recent headship experience",
    "The adviser we had was excellent, do not change people",
    "Please send people who have led a school",
    "Continuity of adviser matters to governors",
    "An adviser who knows early years",
    "Experienced colleagues, not consultants we have never met",
    "Our adviser understood us and came back each term",
]
THEMES = (Theme("price", "price cost budget afford expensive"), Theme("people", "adviser people named"))
TEXTS = (*PRICE, *PEOPLE)


def truth(n: int) -> frozenset[str]:
    return frozenset({"price"} if n < len(PRICE) else {"people"})


def test_before_anything_is_decided_a_theme_s_own_words_suggest_it():
    found = suggest(TEXTS, THEMES, {})
    assert found[0][0].theme == "price"
    assert not found[0][0].learnt
    assert "price" in found[0][0].words
    assert found[8][0].theme == "people"


def test_once_enough_is_decided_suggestions_are_learnt_and_show_the_words_that_speak_for_them():
    decided = {n: truth(n) for n in range(len(TEXTS)) if n not in (7, 15)}
    found = suggest(TEXTS, THEMES, decided)
    assert found[7][0].theme == "price"
    assert found[7][0].learnt
    assert "budget" in " ".join(found[7][0].words)
    assert found[15][0].theme == "people"


def test_suggestion_for_a_decided_text_does_not_know_its_own_decision():
    decided = {n: truth(n) for n in range(len(TEXTS))}
    wrong = decided | {0: frozenset({"people"})}
    first = {s.theme: s.strength for s in suggest(TEXTS, THEMES, decided)[0]}
    again = {s.theme: s.strength for s in suggest(TEXTS, THEMES, wrong)[0]}
    assert first.get("people") == again.get("people")


def test_weights_of_words_are_those_of_a_library():
    from sklearn.feature_extraction.text import TfidfVectorizer  # seconds to import

    ours = _Words.of(TEXTS)
    library = TfidfVectorizer(analyzer=_terms, sublinear_tf=True)
    theirs = library.fit_transform(TEXTS).toarray()
    assert ours.names == tuple(library.get_feature_names_out())
    np.testing.assert_allclose(ours.matrix, theirs, atol=1e-12)


def test_text_without_words_is_suggested_nothing():
    assert suggest(["...", "42"], THEMES, {}) == ((), ())
    assert suggest([], THEMES, {}) == ()
    assert suggest(["the price"], (), {}) == ((),)


def test_texts_that_speak_alike_are_shown_together_with_their_words():
    found = cluster(TEXTS, how_many=2)
    assert len(found) == 2
    groups = [set(each.texts) for each in found]
    assert max(len(group & set(range(8, 16))) for group in groups) >= 6
    assert all(each.words for each in found)
    assert cluster(TEXTS[:3], how_many=2) == ()


def test_agreement_is_f1_over_pairs_with_an_interval_from_whole_texts():
    suggested = [frozenset("ab"), frozenset("a"), frozenset(), frozenset("b")]
    decided = [frozenset("a"), frozenset("a"), frozenset("b"), frozenset("b")]
    found = agreement(suggested, decided, rng=np.random.default_rng(1))
    assert found.f1 == pytest.approx(0.75)
    assert (found.precision, found.recall) == (0.75, 0.75)
    assert found.low < found.f1 < found.high


def test_full_agreement_that_nothing_is_said_counts_as_agreement():
    found = agreement([frozenset()] * 3, [frozenset()] * 3, rng=np.random.default_rng(1))
    assert (found.f1, found.low, found.high) == (1, 1, 1)


def test_agreement_before_anything_is_decided_is_refused():
    with pytest.raises(NotEnoughData):
        agreement([], [], rng=np.random.default_rng(1))
