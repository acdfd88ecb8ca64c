"""Where a school is and how it is reached: the same in every file."""

from functools import lru_cache

from schoolward.demo.dice import dice
from schoolward.demo.published.kinds import Kind
from schoolward.demo.published.places import STREETS
from schoolward.demo.published.schools import School


@lru_cache(maxsize=1024)
def address(seed: int, school: School) -> dict[str, str]:
    """Street, town, postcode and telephone as the performance tables print them."""
    throw = dice(seed, "address", school.key)
    locality = school.place.name if school.place.name != school.place.town else ""
    return {
        "ADDRESS1": str(throw.choice(STREETS)),
        "ADDRESS2": locality,
        "ADDRESS3": "",
        "TOWN": school.place.town,
        "PCODE": postcode(school),
        "TELNUM": f"01632 96{school.authority.code % 10}{school.number:03d}",  # 01632 960: kept for fiction
    }


def postcode(school: School) -> str:
    """A postcode of area ZZ99, where nobody lives."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    first, second = divmod(school.number, len(letters))
    return f"ZZ99 {school.authority.code % 10}{letters[first % 20]}{letters[second]}"


@lru_cache(maxsize=1024)
def position(seed: int, school: School) -> tuple[int, int]:
    """Easting and northing in metres, near the middle of its place."""
    throw = dice(seed, "position", school.key)
    spread = 620 if school.place.urban else 260
    east, north = throw.normal(0, spread, 2)
    return round(school.place.easting + east), round(school.place.northing + north)


def age_range(kind: Kind) -> str:
    """'4-11'."""
    return f"{kind.low_age}-{kind.high_age}"
