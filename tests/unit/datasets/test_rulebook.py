"""The rulebook loads whole, and a wrong rules file is refused by name and key."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from schoolward.datasets.rulebook import RULES_FOLDER, edition_of, load_rulebook
from schoolward.terms.errors import RulesError
from schoolward.terms.rulebook import (
    Confidence,
    Dated,
    InspectionPattern,
    InspectionScale,
    Provision,
    ResultRule,
)

RULEBOOK = load_rulebook()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the rules that a test may spoil."""
    shutil.copytree(RULES_FOLDER / "national", tmp_path / "national")
    return tmp_path


def spoil(rules: Path, name: str, before: str, after: str) -> None:
    path = rules / "national" / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("floor_ks2.yaml", "confidence: press", "confidence: sure", "'confidence'|official, press, weak"),
        (
            "floor_ks2.yaml",
            "title: Target for key stage 2, 2009",
            "titel: Target",
            "'titel'.*not a known key|titel",
        ),
        ("floor_ks2.yaml", "exam_years: [2009]", "exam_years: [2009, 2011]", "not a run of years"),
        ("floor_ks2.yaml", "l4_eng_maths_pct < 55", "l4_eng_maths_pct below 55", "no condition"),
        (
            "floor_ks2.yaml",
            "l4_eng_maths_pct < 55",
            "l4_eng_math_pct < 55",
            "l4_eng_math_pct' is not described",
        ),
        (
            "floor_ks2.yaml",
            "l4_eng_maths_pct < 55",
            "l4_eng_maths_pct < many",
            "'many', which is not a number",
        ),
        ("floor_ks2.yaml", "  2008-09-01:", "  2010-09-01:", "do not ascend"),
        ("floor_ks2.yaml", "id: ks2-2009", "id: ks2-2010", "Two rules have the id 'ks2-2010'"),
        ("floor_ks2.yaml", "kind: results", "kind: floor", "'kind' is one of"),
        ("floor_ks2.yaml", "key_stage: ks2", "key_stage: ks3", "'key_stage'|key_stage"),
        ("floor_ks4.yaml", "review_by: 2027-04-01", "review_by: next year", "review_by' is not a date"),
        ("medians.yaml", "two_levels_eng_pct: 87", 'two_levels_eng_pct: "87"', "is not a number"),
        ("measures.yaml", "measures:", "measures: [", "not YAML"),
        ("measures.yaml", "  prog_writ:", "  prog_read:", "there twice"),
        (
            "concern_status.yaml",
            "when: floor_below",
            "when: floor_bellow",
            "floor_bellow', which is no evidence",
        ),
        ("inspection_scales.yaml", "standing: below good", "standing: poor", "standing"),
    ],
)
def test_rulebook_wrong_file_is_refused_with_file_and_key(rules, name, before, after, said) -> None:
    spoil(rules, name, before, after)
    with pytest.raises(RulesError, match=said) as refusal:
        load_rulebook(rules)
    assert "Two rules" in said or name in str(refusal.value)


def test_rulebook_value_without_reference_is_refused(rules) -> None:
    text = (rules / "national" / "report_card_checks.yaml").read_text(encoding="utf-8")
    start = text.index("      reference: &cvis")
    cut = text[:start] + text[text.index("\n", start) + 1 :].replace("      reference: *cvis\n", "")
    (rules / "national" / "report_card_checks.yaml").write_text(cut, encoding="utf-8")
    with pytest.raises(RulesError, match="'values > 2025-11-10 > reference' is missing"):
        load_rulebook(rules)


def test_rulebook_edition_changes_with_any_word_and_not_with_line_ends(rules) -> None:
    files = sorted((rules / "national").glob("*.yaml"))
    before = edition_of(files)
    for path in files:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert edition_of(files) == before == RULEBOOK.edition
    spoil(rules, "floor_ks2.yaml", "< 55", "< 56")
    assert edition_of(files) != before


def test_rulebook_every_value_has_a_titled_reference_and_days() -> None:
    values = RULEBOOK.of(Dated)
    assert len(values) > 40
    for value in values:
        assert value.references
        assert all(reference.title for reference in value.references)
        assert value.valid_to is None or value.valid_from <= value.valid_to
        assert value.reference.confidence.sentence


def test_rulebook_floor_covers_every_exam_year_without_a_gap() -> None:
    for stage, first in (("ks2", 2009), ("ks4", 2007)):
        for year in range(first, 2031):
            rules = [r for r in RULEBOOK.topics[f"floor_{stage}"].values if r.covers(year)]
            assert len(rules) == 1, (stage, year)
        with pytest.raises(RulesError, match="no value for exam year"):
            RULEBOOK.floor(stage, first - 1)


def test_rulebook_successive_values_follow_day_by_day() -> None:
    for topic in RULEBOOK.topics.values():
        if isinstance(topic.values[0], ResultRule | InspectionScale):
            for earlier, later in zip(topic.values, topic.values[1:], strict=False):
                assert (later.valid_from - earlier.valid_to).days == 1


@pytest.mark.parametrize(
    ("day", "scale"),
    [
        (date(2012, 8, 31), "scale-2005"),
        (date(2012, 9, 1), "scale-2012"),
        (date(2024, 9, 1), "scale-2012"),
        (date(2024, 9, 2), "scale-2024"),
        (date(2025, 11, 9), "scale-2024"),
        (date(2025, 11, 10), "scale-2025"),
    ],
)
def test_rulebook_inspection_scale_turns_on_its_day(day, scale) -> None:
    assert RULEBOOK.on(InspectionScale, day).id == scale


def test_rulebook_coasting_of_2025_is_not_automated_and_says_why() -> None:
    rule = RULEBOOK.rule("coast-2025")
    assert isinstance(rule, InspectionPattern)
    assert not rule.automated
    assert "not read" in rule.says
    assert rule.reference.confidence is Confidence.WEAK


def test_rulebook_warning_notice_has_fifteen_working_days_only_before_2016() -> None:
    assert RULEBOOK.rule("s60-2007").working_days == 15
    assert RULEBOOK.rule("s60-2016").working_days is None
    on_a_day = {rule.id for rule in RULEBOOK.rules_on(date(2014, 3, 1)) if isinstance(rule, Provision)}
    assert "s60-2007" in on_a_day
    assert "s60-2016" not in on_a_day


def test_rulebook_medians_not_found_are_there_without_a_value() -> None:
    assert RULEBOOK.medians_for("ks2", 2010) == {"two_levels_eng_pct": 87, "two_levels_maths_pct": 86}
    assert set(RULEBOOK.medians_for("ks4", 2013).values()) == {None}
    assert all(m.reference.confidence is Confidence.UNVERIFIED for m in RULEBOOK.medians)
