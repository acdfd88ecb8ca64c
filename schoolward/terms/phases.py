"""Key stages at which schools are judged."""

from enum import StrEnum


class KeyStage(StrEnum):
    """The stage whose results a rule speaks of; the values are the command line's words."""

    KS2 = "ks2"
    KS4 = "ks4"

    @property
    def label(self) -> str:
        """'key stage 2' or 'key stage 4'."""
        return f"key stage {self.value[2]}"
