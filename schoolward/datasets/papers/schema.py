"""Files that describe other files. They are named and set aside; nothing in them is a figure."""

from schoolward.datasets.periods import year_in_name
from schoolward.datasets.schema import Variant, text


def _paper(name: str, title: str, *headers: str) -> Variant:
    return Variant(
        product="documentation",
        name=name,
        title=title,
        document=True,
        period=year_in_name,
        columns=tuple(text(header, f"c{n}", need=True) for n, header in enumerate(headers)),
    )


_KS2 = "what the key stage 2 columns mean"

VARIANTS = (
    _paper(
        "abbreviations",
        "what the performance tables' codes mean",
        "Abbreviations used in the csv and excel Download Data files.",
    ),
    _paper("columns of key stage 2", _KS2, "Column", "Field Name", "Label/Description"),
    _paper("columns of key stage 2", _KS2, "Column", "FieldName", "Label/Description"),
    _paper(
        "columns of key stage 4",
        "what the key stage 4 columns mean",
        *("Column", "Metafile heading", "Metafile description"),
    ),
    _paper(
        "measures of the authority tool",
        "what the authority interactive tool's measures mean",
        *("Measure_code", "Topic", "Measure_short", "Polarity"),
    ),
)
