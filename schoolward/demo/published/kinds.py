"""What the register and the tables call each type of school, and the ages each kind teaches."""

from dataclasses import dataclass

MAINTAINED = "Local authority maintained schools"


@dataclass(frozen=True)
class Type:
    """A type of establishment: the register's words, and the tables' code."""

    name: str
    group: str
    maintained: bool
    table_code: str


TYPES = {
    "CY": Type("Community school", MAINTAINED, True, "CY"),
    "VA": Type("Voluntary aided school", MAINTAINED, True, "VA"),
    "VC": Type("Voluntary controlled school", MAINTAINED, True, "VC"),
    "FD": Type("Foundation school", MAINTAINED, True, "FD"),
    "LAN": Type("Local authority nursery school", MAINTAINED, True, ""),
    "PRU": Type("Pupil referral unit", MAINTAINED, True, ""),
    "CYS": Type("Community special school", "Special schools", True, "CYS"),
    "FDS": Type("Foundation special school", "Special schools", True, "FDS"),
    "ACC": Type("Academy converter", "Academies", False, "ACC"),
    "AC": Type("Academy sponsor led", "Academies", False, "AC"),
    "ACCS": Type("Academy special converter", "Academies", False, "ACCS"),
    "APC": Type("Academy alternative provision converter", "Academies", False, ""),
    "F": Type("Free schools", "Free Schools", False, "F"),
    "FS": Type("Free schools special", "Free Schools", False, "FS"),
    "UTC": Type("University technical college", "Free Schools", False, "UTC"),
    "IND": Type("Other independent school", "Independent schools", False, "IND"),
}


@dataclass(frozen=True)
class Kind:
    """Who is taught: ages, year groups, and which key stages end there."""

    phase: str
    low_age: int
    high_age: int
    year_groups: float
    ks2: bool = False
    ks4: bool = False
    number_from: int = 2000  # establishment numbers tell the kind

    @property
    def sixth_form(self) -> bool:
        """True when pupils stay to 18."""
        return self.ks4 and self.high_age > 16


KINDS = {
    "N": Kind("Nursery", 2, 5, 1.4, number_from=1000),
    "I": Kind("Primary", 4, 7, 3),
    "J": Kind("Primary", 7, 11, 4, ks2=True),
    "P": Kind("Primary", 4, 11, 7, ks2=True),
    "PN": Kind("Primary", 3, 11, 7.6, ks2=True),
    "S": Kind("Secondary", 11, 16, 5, ks4=True, number_from=4000),
    "S6": Kind("Secondary", 11, 18, 6.1, ks4=True, number_from=4000),
    "A": Kind("All-through", 4, 18, 12, ks2=True, ks4=True, number_from=4000),
    "UTC": Kind("Secondary", 14, 19, 2.9, ks4=True, number_from=4000),
    "SP": Kind("Not applicable", 4, 16, 9, ks2=True, number_from=7000),
    "PRU": Kind("Not applicable", 11, 16, 3, number_from=1100),
    "IND": Kind("Not applicable", 4, 16, 9, ks4=True, number_from=6000),
}
FAITHS = {"CE": "Church of England", "RC": "Roman Catholic", "": "Does not apply"}
DIOCESES = {"CE": "Diocese of Merehaven", "RC": "Diocese of Sallowmouth and the Isles", "": "Not applicable"}
