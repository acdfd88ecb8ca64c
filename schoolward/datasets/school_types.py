"""Which types of school are state-funded and which mainstream, whatever words or codes a file uses."""

from __future__ import annotations

import polars as pl

UTC, STUDIO, FURTHER = "University technical college", "Studio schools", "Further education"

# Codes of the results files (their abbreviations list) in the register's words.
NFTYPES = {
    "CY": "Community school", "VA": "Voluntary aided school", "VC": "Voluntary controlled school",
    "FD": "Foundation school", "CTC": "City technology college",
    "AC": "Academy sponsor led", "ACC": "Academy converter", "F": "Free schools",
    "FUTC": UTC, "UTC": UTC, "FSS": STUDIO, "SS": STUDIO, "FESI": FURTHER,
    "CYS": "Community special school", "FDS": "Foundation special school",
    "NMSS": "Non-maintained special school", "ACS": "Academy special sponsor led",
    "ACCS": "Academy special converter", "FS": "Free schools special",
    "CHS": "Community hospital school", "FHS": "Foundation hospital school", "PRU": "Pupil referral unit",
    "AP": "Alternative provision", "FAP": "Free schools alternative provision",
    "ACCAP": "Academy alternative provision converter", "ACAP": "Academy alternative provision sponsor led",
    "F1619": "Free schools 16 to 19", "ACC1619": "Academy 16-19 converter",
    "AC1619": "Academy 16 to 19 sponsor led",
    "IND": "Other independent school", "INDSPS": "Other independent special school",
    "MODFC": "Institution funded by other government department",
}  # fmt: skip
# Words of older or private files in the register's.
_OTHER_WORDS = {
    "sponsored academy": "Academy sponsor led",
    "academy": "Academy converter",
    "free school": "Free schools",
    "independent school": "Other independent school",
}
_MAINSTREAM = (
    "Community school", "Voluntary aided school", "Voluntary controlled school", "Foundation school",
    "City technology college", "Academy sponsor led", "Academy converter", "Free schools", UTC, STUDIO,
)  # fmt: skip
_STATE_OTHER = (
    "Community special school", "Foundation special school", "Non-maintained special school",
    "Academy special sponsor led", "Academy special converter", "Free schools special",
    "Community hospital school", "Foundation hospital school", "Pupil referral unit", "Alternative provision",
    "Free schools alternative provision", "Academy alternative provision converter",
    "Academy alternative provision sponsor led", "Free schools 16 to 19", "Academy 16-19 converter",
    "Academy 16 to 19 sponsor led", FURTHER, "Sixth form centres", "Local authority nursery school",
)  # fmt: skip
_CANONICAL = {
    name.casefold(): name for name in (*_MAINSTREAM, *_STATE_OTHER, *NFTYPES.values())
} | _OTHER_WORDS


def school_type(words: pl.Expr) -> pl.Expr:
    """The register's words for a type written in any spelling."""
    stripped = words.str.strip_chars()
    return stripped.str.to_lowercase().replace_strict(_CANONICAL, default=stripped, return_dtype=pl.String)


def type_of_code(code: pl.Expr) -> pl.Expr:
    """The register's words for a code of the results files; nothing for a code nobody listed."""
    return code.str.strip_chars().replace_strict(NFTYPES, default=None, return_dtype=pl.String)


def is_mainstream(type_name: pl.Expr) -> pl.Expr:
    """True for state-funded mainstream schools, studio schools and technical colleges with them."""
    return type_name.is_in(_MAINSTREAM)


def is_state_funded(type_name: pl.Expr) -> pl.Expr:
    """True for every type that the state pays for."""
    return type_name.is_in([*_MAINSTREAM, *_STATE_OTHER])
