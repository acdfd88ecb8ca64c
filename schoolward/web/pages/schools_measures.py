"""How a school page names and writes each published measure, and which are drawn."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.web.formats import signed

FEWER_THAN_TEN = "not shown: fewer than ten pupils"


@dataclass(frozen=True)
class Shown:
    """A measure on the page: label, unit as charts have it, decimals, and whether it is drawn."""

    name: str
    label: str
    unit: str = "%"
    digits: int = 0
    drawn: bool = True
    low: str = ""
    high: str = ""

    @property
    def is_share(self) -> bool:
        """True for percentages, which are not shown of fewer than ten children."""
        return self.unit == "%"

    def say(self, value: float) -> str:
        """The figure with its unit: 62%, +1.2, 104."""
        if self.unit == "%":
            return f"{value:.{self.digits}f}%"
        if self.unit == "score" and self.low:
            return signed(value, self.digits)
        return f"{value:,.{self.digits}f}".replace("-", "−")


def _progress(name: str, label: str) -> Shown:
    return Shown(name, label, "score", 1, low=f"{name}_low", high=f"{name}_high")


KS2 = (
    Shown("exp_rwm_pct", "Expected standard in reading, writing and maths"),
    Shown("high_rwm_pct", "Higher standard in reading, writing and maths"),
    _progress("prog_read", "Reading progress"),
    _progress("prog_writ", "Writing progress"),
    _progress("prog_maths", "Maths progress"),
    Shown("score_read", "Reading: average scaled score", "score", 0),
    Shown("score_maths", "Maths: average scaled score", "score", 0),
    Shown("l4_rwm_pct", "Level 4 in reading, writing and maths"),
    Shown("l4_eng_maths_pct", "Level 4 in English and maths"),
    Shown("exp_prog_read_pct", "Expected progress in reading"),
    Shown("exp_prog_writ_pct", "Expected progress in writing"),
    Shown("exp_prog_maths_pct", "Expected progress in maths"),
    Shown("two_levels_eng_pct", "Two levels of progress in English"),
    Shown("two_levels_maths_pct", "Two levels of progress in maths"),
    Shown("exp_read_pct", "Expected standard in reading", drawn=False),
    Shown("exp_writ_pct", "Expected standard in writing", drawn=False),
    Shown("exp_maths_pct", "Expected standard in maths", drawn=False),
    Shown("absence_pct", "Absence", digits=1, drawn=False),
    Shown("fsm6_pct", "Pupils eligible for free meals in the last six years", drawn=False),
    Shown("eal_pct", "Pupils whose first language is not English", drawn=False),
    Shown("sen_pct", "Pupils with special educational needs", drawn=False),
    Shown("prior_score", "Attainment at key stage 1: average points", "score", 1, drawn=False),
    Shown("cohort", "Pupils at the end of key stage 2", "pupils", drawn=False),
)
KS4 = (
    Shown("p8", "Progress 8", "score", 2, low="p8_lower_ci", high="p8_upper_ci"),
    Shown("att8", "Attainment 8", "score", 1),
    Shown("basics94_pct", "Grade 4 in English and maths"),
    Shown("basics95_pct", "Grade 5 in English and maths"),
    Shown("five_ac_em_pct", "Five A* to C with English and maths"),
    Shown("ebacc_entry_pct", "Entered for the English Baccalaureate", drawn=False),
    Shown("exp_prog_eng_pct", "Expected progress in English", drawn=False),
    Shown("exp_prog_maths_pct", "Expected progress in maths", drawn=False),
    Shown("fsm6_pct", "Pupils eligible for free meals in the last six years", drawn=False),
    Shown("eal_pct", "Pupils whose first language is not English", drawn=False),
    Shown("sen_pct", "Pupils with special educational needs", drawn=False),
    Shown("prior_score", "Attainment at key stage 2: average points", "score", 1, drawn=False),
    Shown("coverage_pct", "Pupils whose key stage 2 results are known", drawn=False),
    Shown("cohort", "Pupils at the end of key stage 4", "pupils", drawn=False),
)
STAGES = {"ks2": ("Key stage 2", KS2), "ks4": ("Key stage 4", KS4)}
# What each key stage is told by first: the first of these that the latest year has.
LEADING = {
    "ks2": ("exp_rwm_pct", "l4_rwm_pct", "l4_eng_maths_pct", "prog_read"),
    "ks4": ("p8", "att8", "basics94_pct", "five_ac_em_pct"),
}
AREAS = {
    "quality_of_education": "quality of education",
    "behaviour": "behaviour",
    "personal_development": "personal development",
    "leadership": "leadership",
    "safeguarding": "safeguarding",
    "inclusion": "inclusion",
    "curriculum": "curriculum and teaching",
    "achievement": "achievement",
    "early_years": "early years",
    "post16": "post-16",
}
SCALE = ("Outstanding", "Good", "Requires improvement", "Satisfactory", "Inadequate")
