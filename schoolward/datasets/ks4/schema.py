"""The forms in which key stage 4 results are published."""

from dataclasses import replace

from schoolward.datasets.ks4 import reader
from schoolward.datasets.periods import (
    after_earlier_years,
    always,
    first_of,
    own_year,
    year_column,
    year_in_name,
)
from schoolward.datasets.schema import Variant, count, figure, percent, text, urn, whole

PRODUCT = "ks4"

MEASURES = (
    "cohort", "p8", "p8_lower_ci", "p8_upper_ci", "coverage_pct", "att8", "basics94_pct", "basics95_pct",
    "five_ac_em_pct", "exp_prog_eng_pct", "exp_prog_maths_pct", "ebacc_entry_pct",
    "fsm6_pct", "eal_pct", "sen_pct", "prior_score",
)  # fmt: skip

_SCHOOL = (
    urn(blank=True),  # rows for authorities and England have none
    text("RECTYPE", "rectype", need=True, blank=False),
    whole("LEA", "la_code", need=True),
    whole("ESTAB", "estab"),
    text("SCHNAME", "name", need=True),
    text("NFTYPE", "nftype", need=True),
    whole("ICLOSE", "iclose"),
    text("RELDENOM", "religious_character"),
    text("ADMPOL", "admissions_policy"),
    count("TPUP", "cohort", need=True),
)

FULL = Variant(
    product=PRODUCT,
    name="full columns, Progress 8 (2016 on)",
    title="key stage 4 final results with the publisher's columns, 2016 on (england_ks4final)",
    fullness=4,
    period=first_of(own_year("PT5EM_94"), after_earlier_years("P8MEA", "ATT8SCR"), year_in_name),
    key=("row_kind", "la_code", "urn"),
    stops_early=True,
    reshape=reader.name_rows_and_needs,
    columns=(
        *_SCHOOL,
        figure("P8MEA", "p8", need=True),
        figure("P8CILOW", "p8_lower_ci", need=True),
        figure("P8CIUPP", "p8_upper_ci", need=True),
        percent("P8MEACOV", "coverage_pct"),
        count("P8PUP", "p8_pupils"),
        figure("ATT8SCR", "att8", need=True),
        percent("PTL2BASICS_94", "basics94_pct", other_names=("PTL2BASICS_LL_PTQ_EE",)),
        percent("PTL2BASICS_95", "basics95_pct"),
        percent("PT5EM_94", "five_ac_em_pct", other_names=("PTAC5EM_PTQ_EE",)),
        percent("PTEBACC_E_PTQ_EE", "ebacc_entry_pct"),
        percent("PTFSM6CLA1A", "fsm6_pct"),
        percent("PTEALGRP2", "eal_pct"),
        percent("PSENSE4", "sen_plan_pct"),
        percent("PSENAPK4", "sen_support_pct"),
        figure("KS2APS", "prior_score"),
    ),
)

FIVE_A_TO_C = Variant(
    product=PRODUCT,
    name="full columns, five A*-C (to 2015)",
    title="key stage 4 results by five A*-C with the publisher's columns, to 2015 (england_ks4)",
    fullness=4,
    seen=False,
    lacks=("P8CILOW",),
    period=first_of(after_earlier_years("PTAC5EM"), year_in_name),
    key=("row_kind", "la_code", "urn"),
    stops_early=True,
    reshape=reader.name_row_kinds,
    columns=(
        *_SCHOOL,
        percent("PTAC5EM_PTQ", "five_ac_em_pct", need=True, other_names=("PTAC5EM", "PTAC5EM_PTQ_EE")),
        percent(
            "PT24ENGPRG_PTQ", "exp_prog_eng_pct", need=True, other_names=("PT24ENGPRG", "PT24ENGPRG_PTQ_EE")
        ),
        percent("PT24MATHPRG_PTQ", "exp_prog_maths_pct", other_names=("PT24MATHPRG", "PT24MATHPRG_PTQ_EE")),
        percent("PTL2BASICS_PTQ", "basics94_pct", other_names=("PTL2BASICS",)),
        percent("PTFSMCLA", "fsm6_pct", other_names=("PTFSM6CLA1A",)),
    ),
)

NATIONAL_RENAMED = Variant(
    product=PRODUCT,
    name="national, trimmed and renamed",
    title="key stage 4 results, trimmed and renamed (KS4 Pupils, Progress 8)",
    fullness=2,
    period=year_column("exam_year"),
    columns=(
        urn(),
        whole("Academic Year", "exam_year", need=True, blank=False),
        count("KS4 Pupils", "cohort", need=True),
        figure("Progress 8", "p8", need=True),
        figure("Attainment 8", "att8", need=True),
        percent("Eng Maths Grade 5", "basics95_pct"),
        percent("Entering EBacc", "ebacc_entry_pct"),
    ),
)

PROGRESS_2019 = Variant(
    product=PRODUCT,
    name="progress with inspection grades (2019)",
    title="key stage 4 results of 2019 beside inspection grades, for a map",
    fullness=1,
    period=always("2019"),
    marks=("P8_BANDING", "COLOUR1"),
    reshape=reader.name_row_kinds,
    columns=(
        urn(),
        text("RECTYPE", "rectype", need=True, blank=False),
        text("SCHNAME", "name", need=True),
        text("SCHTYPE", "type_group"),
        figure("P8MEA", "p8", need=True),
        figure("ATT8SCR", "att8", need=True),
        percent("PTL2BASICS_95", "basics95_pct"),
        percent("PTEBACC_E_PTQ_EE", "ebacc_entry_pct"),
        text("OFSTEDRATING", "ofsted_rating", need=True),
    ),
)

PROVISIONAL = Variant(
    product=PRODUCT,
    name="local provisional results",
    title="an authority's own spreadsheet of provisional key stage 4 results",
    fullness=0,
    provisional=True,
    period=year_column("exam_year"),
    columns=(
        urn(),
        whole("Exam year", "exam_year", need=True, blank=False),
        count("Pupils", "cohort", need=True),
        figure("Attainment 8", "att8", need=True),
        figure("Progress 8", "p8"),
        figure("Progress 8 lower 95% limit", "p8_lower_ci"),
        figure("Progress 8 upper 95% limit", "p8_upper_ci"),
        percent("% grade 4 or above in English and maths", "basics94_pct"),
        percent("% grade 5 or above in English and maths", "basics95_pct"),
        percent("% entering the EBacc", "ebacc_entry_pct"),
    ),
)

# No key stage 2 results, so no Progress 8: summers 2025 and 2026.
NO_PROGRESS = replace(
    FULL,
    name="full columns, no Progress 8 (2025 and 2026)",
    title="key stage 4 final results without Progress 8, 2025 and 2026 (england_ks4revised)",
    seen=False,
    lacks=("p8mea", "p8cilow", "p8ciupp", "p8meacov", "p8pup", "ptac5em_ptq"),
    columns=tuple(c for c in FULL.columns if not c.name.startswith(("p8", "coverage_"))),
)

VARIANTS = (FULL, NO_PROGRESS, FIVE_A_TO_C, NATIONAL_RENAMED, PROGRESS_2019, PROVISIONAL)
