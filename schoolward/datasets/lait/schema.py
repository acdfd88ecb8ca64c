"""The forms in which figures by authority and lists of authorities are published."""

from schoolward.datasets.lait import reader
from schoolward.datasets.periods import first_of, undated, year_in_name
from schoolward.datasets.schema import Column, Variant, count, figure, text, whole

TOOL = Variant(
    product="lait",
    name="authority interactive tool, long form",
    title="the local authority interactive tool's figures, one row for each measure, year and authority",
    period=reader.latest_year,
    key=("measure", "year", "la_code"),
    keyed=False,
    reshape=reader.tidy_tool,
    columns=(
        text("Short Desc", "measure", need=True, blank=False),
        text("Years", "year", need=True, blank=False),
        text("LA and Regions", "area", need=True, blank=False),
        figure("Values", "value", need=True),
        whole("LA Number", "la_code", need=True),
        text("Region", "region"),
    ),
)

NEIGHBOURS = Variant(
    product="statistical neighbours",
    name="ten neighbours and how close",
    title="statistical neighbours (LA SN Groups)",
    period=reader.month_of_neighbours,
    key=("la_code", "rank"),
    reshape=reader.one_row_a_neighbour,
    columns=(
        whole("LA num", "la_code", need=True, blank=False),
        text("LA Name", "la_name", need=True),
        *(whole(f"SN{n}", f"neighbour_{n}", need=True) for n in range(1, 11)),
        text("SNP", "closeness_1", need=True),
        *(text(f"SNP#{n}", f"closeness_{n}", need=True) for n in range(2, 11)),
    ),
)


def _authorities(name: str, fullness: int, *columns: Column) -> Variant:
    return Variant(
        product="authorities",
        name=name,
        title=f"a list of authorities ({name})",
        fullness=fullness,
        period=first_of(year_in_name, undated),
        key=("la_code",),
        columns=columns,
    )


PLACES = Variant(
    product="school places",
    name="scorecard",
    title="the school places scorecard by authority",
    period=reader.year_of_places,
    key=("la_code", "year"),
    columns=(
        whole("LANumber", "la_code", need=True),
        text("Year", "year", need=True, blank=False),
        text("LA_name", "la_name"),
        count("PriNOR", "primary_roll", need=True),
        count("SecNOR", "secondary_roll", need=True),
        count("PriCap", "primary_capacity", need=True),
        count("SecCap", "secondary_capacity"),
        figure("For_1_P", "primary_forecast_error_share"),
        figure("For_1_S", "secondary_forecast_error_share"),
    ),
)

VARIANTS = (
    TOOL,
    NEIGHBOURS,
    PLACES,
    _authorities(
        "authority interactive tool",
        3,
        whole("LA Number", "la_code", need=True, blank=False),
        text("LA Name", "la_name", need=True),
        text("Region", "region", need=True),
        text("Type", "authority_type", need=True),
    ),
    _authorities(
        "performance tables",
        2,
        whole("LEA", "la_code", need=True, blank=False),
        text("LA Name", "la_name", need=True),
        text("REGION NAME", "region", need=True),
    ),
    _authorities(
        "old and new codes",
        1,
        whole("old_la_code", "la_code", need=True, blank=False),
        text("new_la_code", "new_la_code", need=True),
        text("local_authority", "la_name", need=True),
        text("region", "region"),
    ),
)
