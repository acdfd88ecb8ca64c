"""Key stage 4 results by authority, as the statistical releases give them (numbers of pupils)."""

from schoolward.datasets.periods import always
from schoolward.datasets.schema import Variant, count, text, whole

_AREA = (
    whole("LA_code", "la_code", need=True),
    text("LA_name", "la_name"),
    text("Region_name", "region", other_names=("GOR_name",)),
    text("Country_name", "country", need=True),
)

ALL_PUPILS = Variant(
    product="ks4 by authority",
    name="all pupils, 2013",
    title="GCSE results by authority, 2012-13 (SFR 05/2014, all pupils)",
    period=always("2013"),
    key=("la_code", "region", "country"),
    columns=(
        *_AREA,
        count("Laden_all_13", "pupils", need=True),
        count("KS4_LEVEL2_EM_all_13", "five_ac_em_pupils", need=True),
        count("KS4_EBACC_all_13", "ebacc_pupils"),
    ),
)

FREE_MEALS = Variant(
    product="ks4 by authority",
    name="pupils with free meals, 2013",
    title="GCSE results by authority, 2012-13 (SFR 05/2014, free school meals)",
    period=always("2013"),
    key=("la_code", "region", "country"),
    columns=(
        *_AREA,
        count("Laden_all_FSM_13", "pupils", need=True),
        count("KS4_LEVEL2_EM_all_FSM_13", "five_ac_em_pupils", need=True),
    ),
)

VARIANTS = (ALL_PUPILS, FREE_MEALS)
