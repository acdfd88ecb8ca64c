"""The words of the catalogue: units, kinds of provider, for whom a price is, how sure an earmark is."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """What one of a service is; the values are the words of the files that leave."""

    DAY = "day"
    PLACE = "place"
    SUBSCRIPTION = "subscription"
    PACKAGE = "package"
    CASE = "case"


UNIT_WORDS = {
    Unit.DAY: "Day",
    Unit.PLACE: "Place",
    Unit.SUBSCRIPTION: "Subscription",
    Unit.PACKAGE: "Package",
    Unit.CASE: "Case",
}
PER_UNIT = {
    Unit.DAY: "a day",
    Unit.PLACE: "a place",
    Unit.SUBSCRIPTION: "a year",
    Unit.PACKAGE: "a package",
    Unit.CASE: "a case",
}


class ProviderKind(StrEnum):
    """Who delivers: a team of the authority, another school, or a private firm."""

    TEAM = "team"
    SCHOOL = "school"
    FIRM = "firm"


PROVIDER_WORDS = {
    ProviderKind.TEAM: "Authority team",
    ProviderKind.SCHOOL: "School",
    ProviderKind.FIRM: "Private firm",
}


class Audience(StrEnum):
    """For whom a price is."""

    MAINTAINED = "maintained"
    ACADEMY = "academy"
    OUT_OF_AREA = "out_of_area"


AUDIENCE_WORDS = {
    Audience.MAINTAINED: "Maintained schools",
    Audience.ACADEMY: "Academies",
    Audience.OUT_OF_AREA: "Schools of other authorities",
}


class ContractYear(StrEnum):
    """The year for which a service is bought, by the month it starts in."""

    APRIL = "april"
    SEPTEMBER = "september"


CONTRACT_WORDS = {ContractYear.APRIL: "April to March", ContractYear.SEPTEMBER: "September to August"}
USUAL_CONTRACT = {
    Audience.MAINTAINED: ContractYear.APRIL,
    Audience.ACADEMY: ContractYear.SEPTEMBER,
    Audience.OUT_OF_AREA: ContractYear.APRIL,
}


class Certainty(StrEnum):
    """How far a school has come with its expected budget."""

    AGREED = "agreed"
    DISCUSSED = "discussed"
    GUESS = "guess"


CERTAINTY_WORDS = {
    Certainty.AGREED: "Agreed by the governing board",
    Certainty.DISCUSSED: "Discussed, not yet agreed",
    Certainty.GUESS: "A guess",
}


class Vat(StrEnum):
    """How a service is treated for VAT: set by finance for each line, never worked out from the school."""

    NOT_SET = "not_set"
    STANDARD = "standard"
    ZERO = "zero"
    EXEMPT = "exempt"
    OUTSIDE = "outside"


VAT_WORDS = {
    Vat.NOT_SET: "Not yet set by finance",
    Vat.STANDARD: "Standard rate",
    Vat.ZERO: "Zero rate",
    Vat.EXEMPT: "Exempt",
    Vat.OUTSIDE: "Outside the scope of VAT",
}
