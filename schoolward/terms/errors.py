"""Errors for a wrong world: each says what is wrong, where, and what to do next."""


class SchoolwardError(Exception):
    """A wrong world (bad file, missing data), told so that the reader can put it right.

    The command line prints it on standard error and exits 2; the site shows it on the page.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        self.what = what
        self.where = where
        self.do = do
        super().__init__(what, where, do)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.do}" if self.do else ""
        return f"{place}{self.what}{advice}"


class BadInput(SchoolwardError):
    """What the user gave cannot be used."""


class BadFile(SchoolwardError):
    """A file cannot be read; `where` names file, line and column as far as known."""


class StoreError(SchoolwardError):
    """The store of published data is missing, damaged or in use."""


class RulesError(SchoolwardError):
    """A dated rule is wrong or has no reference."""


class NotEnoughData(SchoolwardError):
    """A figure cannot be worked out from what is there; never a plausible number instead."""


class NotAllowed(SchoolwardError):
    """This person may not do this; the sentence is fit for the screen."""


class NotNow(SchoolwardError):
    """Nobody may do this in the present state; the sentence is fit for the screen."""


class Conflict(SchoolwardError):
    """Somebody else changed the same thing since it was read; nothing was overwritten."""
