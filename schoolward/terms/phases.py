"""Key stages at which schools are judged, and phases in words."""

from enum import StrEnum


class KeyStage(StrEnum):
    """The stage whose results a rule speaks of; the values are the command line's words."""

    KS2 = "ks2"
    KS4 = "ks4"

    @property
    def label(self) -> str:
        """'key stage 2' or 'key stage 4'."""
        return f"key stage {self.value[2]}"


def phase_in_words(phase: str) -> str:
    """The register's phase as a group is called: its 'Not applicable' is special and alternative schools."""
    return {"": "Phase not known", "Not applicable": "Special and alternative"}.get(phase, phase)
