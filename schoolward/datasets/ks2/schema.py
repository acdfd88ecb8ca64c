"""The forms in which key stage 2 results are published."""

from dataclasses import replace

from schoolward.datasets.ks2 import reader
from schoolward.datasets.periods import (
    after_earlier_years,
    always,
    england_row,
    first_of,
    year_column,
    year_in_name,
)
from schoolward.datasets.schema import Variant, count, figure, percent, text, urn, whole

PRODUCT = "ks2"

MEASURES = (
    "cohort", "exp_rwm_pct", "high_rwm_pct",
    "prog_read", "prog_read_low", "prog_read_high", "prog_writ", "prog_writ_low", "prog_writ_high",
    "prog_maths", "prog_maths_low", "prog_maths_high",
    "coverage_read_pct", "coverage_writ_pct", "coverage_maths_pct",
    "exp_read_pct", "exp_writ_pct", "exp_maths_pct", "score_read", "score_maths",
    "l4_eng_maths_pct", "l4_rwm_pct", "two_levels_eng_pct", "two_levels_maths_pct",
    "exp_prog_read_pct", "exp_prog_writ_pct", "exp_prog_maths_pct",
    "fsm6_pct", "eal_pct", "sen_pct", "prior_score", "absence_pct",
)  # fmt: skip

_SCHOOL = (
    urn(blank=True),  # rows for authorities and England have none
    text("RECTYPE", "rectype", need=True, blank=False),
    whole("LEA", "la_code", need=True),
    whole("ESTAB", "estab"),
    text("SCHNAME", "name", need=True),
    text("NFTYPE", "nftype", need=True),
    whole("ICLOSE", "iclose"),
    whole("URN_AC", "academy_urn"),
    text("OPEN_AC", "academy_opened"),
    text("RELDENOM", "religious_character"),
    text("AGERANGE", "age_range"),
    count("TELIG", "cohort", need=True),
)

# From the tables' own rows for England; the year is known by them when no header repeats an earlier year.
_ENGLAND = {
    "2016": {"exp_rwm_pct": 54, "score_read": 103, "score_maths": 103},
    "2017": {"exp_rwm_pct": 62, "score_read": 104, "score_maths": 104},
    "2018": {"exp_rwm_pct": 65, "score_read": 105, "score_maths": 104},
    "2019": {"exp_rwm_pct": 65, "score_read": 104, "score_maths": 105},
}

FULL = Variant(
    product=PRODUCT,
    name="full columns, 2016 on",
    title="key stage 2 final results with all columns, 2016 on (england_ks2final)",
    fullness=4,
    period=first_of(
        after_earlier_years("READPROG", "PTRWM_EXP"), england_row("exp_rwm_pct", _ENGLAND), year_in_name
    ),
    key=("row_kind", "la_code", "urn"),
    stops_early=True,
    reshape=reader.name_rows_and_needs,
    columns=(
        *_SCHOOL,
        percent("PTRWM_EXP", "exp_rwm_pct", need=True),
        percent("PTRWM_HIGH", "high_rwm_pct"),
        figure("READPROG", "prog_read", need=True),
        figure("READPROG_LOWER", "prog_read_low"),
        figure("READPROG_UPPER", "prog_read_high"),
        figure("WRITPROG", "prog_writ", need=True),
        figure("WRITPROG_LOWER", "prog_writ_low"),
        figure("WRITPROG_UPPER", "prog_writ_high"),
        figure("MATPROG", "prog_maths", need=True),
        figure("MATPROG_LOWER", "prog_maths_low"),
        figure("MATPROG_UPPER", "prog_maths_high"),
        percent("READCOV", "coverage_read_pct"),
        percent("WRITCOV", "coverage_writ_pct"),
        percent("MATCOV", "coverage_maths_pct"),
        percent("PTREAD_EXP", "exp_read_pct"),
        percent("PTWRITTA_EXP", "exp_writ_pct"),
        percent("PTMAT_EXP", "exp_maths_pct"),
        figure("READ_AVERAGE", "score_read"),
        figure("MAT_AVERAGE", "score_maths"),
        percent("PTFSM6CLA1A", "fsm6_pct"),
        percent("PTEALGRP2", "eal_pct"),
        percent("PSENELEK", "sen_pct"),
        percent("PSENELSE", "sen_plan_pct"),  # statement or plan; the files of 2016 and 2017 give no total
        percent("PSENELSAPK", "sen_support_pct"),
        figure("TKS1AVERAGE", "prior_score", other_names=("TKS1APS",)),
    ),
)

LEVELS = Variant(
    product=PRODUCT,
    name="full columns, reading, writing and maths levels (2013 to 2015)",
    title="key stage 2 results by level with all columns, 2013 to 2015 (england_ks2)",
    fullness=4,
    seen=False,
    period=first_of(after_earlier_years("PTREADWRITTAMATX"), year_in_name),
    key=("row_kind", "la_code", "urn"),
    stops_early=True,
    reshape=reader.name_row_kinds,
    columns=(
        *_SCHOOL,
        percent("PTREADWRITTAMATX", "l4_rwm_pct", need=True, other_names=("PTREADWRITMATX",)),
        percent("PT2READ", "exp_prog_read_pct", need=True, other_names=("PT2READ12",)),
        percent("PT2WRITTA", "exp_prog_writ_pct", other_names=("PT2WRITTA12", "PT2WRIT")),
        percent("PT2MATH", "exp_prog_maths_pct", other_names=("PT2MATH12", "PT2MAT")),
        percent("COVREAD", "coverage_read_pct", other_names=("COVREAD12",)),
        percent("COVWRITTA", "coverage_writ_pct", other_names=("COVWRITTA12",)),
        percent("COVMATH", "coverage_maths_pct", other_names=("COVMATH12",)),
        percent("PTFSM6CLA1A", "fsm6_pct", other_names=("PTFSMCLA",)),
        percent("PTEALGRP2", "eal_pct"),
    ),
)

ENGLISH_AND_MATHS = Variant(
    product=PRODUCT,
    name="full columns, English and maths levels (to 2012)",
    title="key stage 2 results in English and maths with all columns, to 2012 (england_ks2)",
    fullness=4,
    seen=False,
    period=first_of(after_earlier_years("PTENGMATX"), year_in_name),
    key=("row_kind", "la_code", "urn"),
    stops_early=True,
    reshape=reader.name_row_kinds,
    columns=(
        *_SCHOOL,
        percent("PTENGMATX", "l4_eng_maths_pct", need=True),
        percent("PT2ENG12", "two_levels_eng_pct", need=True, other_names=("PT2ENG",)),
        percent("PT2MATH12", "two_levels_maths_pct", other_names=("PT2MATH", "PT2MAT12", "PT2MAT")),
        percent("PTFSMCLA", "fsm6_pct", other_names=("PTFSM6CLA1A",)),
        percent("PTEALGRP2", "eal_pct"),
    ),
)

NATIONAL_RENAMED = Variant(
    product=PRODUCT,
    name="national, trimmed and renamed",
    title="key stage 2 results, trimmed and renamed (KS2 Pupils, Overall Meet Std)",
    fullness=2,
    period=year_column("exam_year"),
    columns=(
        urn(),
        whole("Academic Year", "exam_year", need=True, blank=False),
        count("KS2 Pupils", "cohort", need=True),
        percent("Overall Meet Std", "exp_rwm_pct", need=True),
        percent("Overall Exceed Std", "high_rwm_pct"),
        figure("Reading Progress", "prog_read", need=True),
        figure("Writing Progress", "prog_writ", need=True),
        figure("Maths Progress", "prog_maths", need=True),
        percent("Reading Meet Std", "exp_read_pct"),
        percent("Writing Meet Std", "exp_writ_pct"),
        percent("Maths Meet Std", "exp_maths_pct"),
        figure("Reading Score", "score_read"),
        figure("Maths Score", "score_maths"),
    ),
)

PROGRESS_2019 = Variant(
    product=PRODUCT,
    name="progress only, with inspection grades (2019)",
    title="key stage 2 progress of 2019 beside inspection grades, for a map",
    fullness=1,
    period=always("2019"),
    marks=("READPROG_DESCR", "COLOUR1"),
    reshape=reader.name_row_kinds,
    columns=(
        urn(),
        text("RECTYPE", "rectype", need=True, blank=False),
        text("SCHNAME", "name", need=True),
        text("SCHTYPE", "type_group"),
        figure("READPROG", "prog_read", need=True),
        figure("WRITPROG", "prog_writ", need=True),
        figure("MATPROG", "prog_maths", need=True),
        text("OFSTEDRATING", "ofsted_rating", need=True),
    ),
)

LONDON_2011 = Variant(
    product=PRODUCT,
    name="London map data (2011)",
    title="key stage 2 results of 2011 for London, from a map",
    fullness=1,
    period=always("2011"),
    columns=(
        urn(),
        text("title", "name", need=True),
        text("School Type", "type_name", need=True),
        count("# Pupils", "roll", need=True),
        percent("Level 4 in Math and English", "l4_eng_maths_pct", need=True),
        percent("Overall absence", "absence_pct"),
        percent("% Pupils on Free School Meals", "fsm6_pct"),
        percent("% Pupils with English not as First Language", "eal_pct"),
    ),
)

PROVISIONAL = Variant(
    product=PRODUCT,
    name="local provisional results",
    title="an authority's own spreadsheet of provisional key stage 2 results",
    fullness=0,
    provisional=True,
    period=year_column("exam_year"),
    columns=(
        urn(),
        whole("Exam year", "exam_year", need=True, blank=False),
        count("Pupils", "cohort", need=True),
        percent("% expected standard reading, writing and maths", "exp_rwm_pct", need=True),
        percent("% higher standard reading, writing and maths", "high_rwm_pct"),
        percent("% expected standard reading", "exp_read_pct"),
        percent("% expected standard writing", "exp_writ_pct"),
        percent("% expected standard maths", "exp_maths_pct"),
        figure("Reading progress", "prog_read"),
        figure("Writing progress", "prog_writ"),
        figure("Maths progress", "prog_maths"),
        figure("Reading average scaled score", "score_read"),
        figure("Maths average scaled score", "score_maths"),
    ),
)

# No key stage 1 results, so no progress and no groups by prior attainment: summers 2024 and 2025.
NO_PROGRESS = replace(
    FULL,
    name="full columns, no progress (2024 and 2025)",
    title="key stage 2 final results without progress, 2024 and 2025 (england_ks2revised)",
    seen=False,
    lacks=("readprog", "writprog", "matprog", "readcov", "tks1average"),
    columns=tuple(c for c in FULL.columns if not c.name.startswith(("prog_", "coverage_"))),
)

VARIANTS = (
    FULL,
    NO_PROGRESS,
    LEVELS,
    ENGLISH_AND_MATHS,
    NATIONAL_RENAMED,
    PROGRESS_2019,
    LONDON_2011,
    PROVISIONAL,
)
