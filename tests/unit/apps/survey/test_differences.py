"""What two people answered differently, and balanced samples."""

from collections import Counter
from datetime import UTC, datetime

import numpy as np

from schoolward.apps.survey.differences import Save, differences_in, last_words
from schoolward.apps.survey.sampling import balanced_design

AT = datetime(2027, 3, 20, 10, tzinfo=UTC)


def save(version: int, who: str, *, refused: dict | None = None, **values: object) -> Save:
    fields = {name: {"before": None, "after": value} for name, value in values.items()}
    return Save(version, AT, who, who.title(), fields, refused or {})


def found(saves, settled=None, texts=()):
    return differences_in(saves, settled or {}, lambda name: name in texts)


def test_choice_that_another_replaced_is_a_difference_with_both_words():
    (difference,) = found([save(1, "chair", clear=4), save(2, "head", clear=2)])
    assert [(w.by_name, w.value, w.stands) for w in difference.words] == [
        ("Head", 2, True),
        ("Chair", 4, False),
    ]


def test_somebody_who_changes_their_own_mind_differs_with_nobody():
    assert not found([save(1, "head", clear=4), save(2, "head", clear=2)])


def test_text_edited_on_top_of_anothers_is_no_difference():
    assert not found([save(1, "head", words="One"), save(2, "chair", words="One, two")], texts={"words"})


def test_text_that_was_refused_is_kept_as_a_difference():
    saves = [save(1, "head", words="Mine"), save(2, "chair", refused={"words": "Theirs"})]
    (difference,) = found(saves, texts={"words"})
    assert [w.value for w in difference.words] == ["Mine", "Theirs"]


def test_difference_is_gone_once_settled_and_back_when_somebody_changes_it_again():
    saves = [save(1, "chair", clear=4), save(2, "head", clear=2), save(3, "chair", clear=3)]
    assert not found(saves, {"clear": 3})
    assert found([*saves, save(4, "head", clear=5), save(5, "chair", clear=1)], {"clear": 3})


def test_agreeing_at_last_ends_a_difference():
    assert not found([save(1, "chair", clear=4), save(2, "head", clear=2), save(3, "head", clear=4)])


def test_last_words_name_who_answered_and_leave_out_what_was_emptied():
    words = last_words([save(1, "head", a=1, b=2), save(2, "chair", a=3), save(3, "head", b=None)])
    assert {name: (w.by_name, w.value) for name, w in words.items()} == {"a": ("Chair", 3)}


def test_balanced_design_asks_each_service_of_equally_many_schools():
    services = [f"s{n}" for n in range(30)]
    design = balanced_design(range(98), services, 12, np.random.default_rng(1))
    counts = Counter(s for chosen in design.values() for s in chosen)
    assert set(map(len, design.values())) == {12}
    assert max(counts.values()) - min(counts.values()) <= 1


def test_balanced_design_asks_pairs_together_about_equally_often():
    services = [f"s{n}" for n in range(12)]
    design = balanced_design(range(120), services, 4, np.random.default_rng(2))
    pairs = Counter((a, b) for chosen in design.values() for a in chosen for b in chosen if a < b)
    assert len(pairs) == 66
    assert max(pairs.values()) <= 2 * min(pairs.values())
