"""Academy trusts of the demonstration, from one school to a dozen."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Trust:
    """An academy trust: `uid` is its number in the register of trusts."""

    uid: int
    name: str
    sponsor: bool  # it takes in schools that must become academies

    @property
    def register_name(self) -> str:
        """The name as the register prints it, in capitals."""
        return self.name.upper()


TRUSTS = {
    "tidewater": Trust(99_001, "Tidewater Learning Trust", True),
    "saltmarsh": Trust(99_002, "Saltmarsh Schools Partnership", True),
    "castle": Trust(99_003, "Castle Hill Federation Trust", False),
    "lantern": Trust(99_004, "The Lantern Church Schools Trust", True),
    "stella": Trust(99_005, "Stella Maris Catholic Education Trust, Merehaven", False),
    "breakwater": Trust(99_006, "Breakwater Academies", True),
    "oarsham": Trust(99_007, "Oarsham Vale Learning Alliance", False),
    "northgate": Trust(99_008, "The Northgate School Trust", False),
    "grammar": Trust(99_009, "Merehaven Grammar School Academy Trust", False),
    "utc": Trust(99_010, "Estuary Marine UTC Limited", False),
    "wend": Trust(99_011, "Wend Valley Multi Academy Trust", True),
}
