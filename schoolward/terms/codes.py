"""Codes that publishers print where a figure would stand: each keeps its meaning and is never a zero."""

BLANK = "blank"  # the cell was empty; publishers do not say why
NOT_CARRIED = "not carried"  # this product or variant has no such column
NOT_KNOWN_CODES = (BLANK, NOT_CARRIED)

MEANINGS = {
    "SUPP": "suppressed, because so few pupils are counted that one could be recognised",
    "NE": "no entries: the school did not enter pupils",
    "NA": "not applicable to this school",
    "NP": "not published",
    "LOWCOV": "not published, because too few pupils' earlier results are known",
    "SP": "suppressed, to protect another figure that would give it away",
    "NEW": "a new school, with no results of its own yet",
    "z": "not applicable",
    "c": "suppressed, because so few pupils are counted that one could be recognised",
    "x": "not available, or suppressed for small numbers (older releases use x for both)",
    "u": "low reliability",
    "-": "not available",
    BLANK: "left blank in the published file",
    NOT_CARRIED: "not in the published file that was loaded",
}


def meaning(code: str) -> str:
    """The sentence part a reader sees after 'unknown:' for a code in a published file."""
    return MEANINGS.get(code, f"published as '{code}'")
