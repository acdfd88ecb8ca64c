"""An authority and somebody who acts in it, for what stands below accounts."""

from dataclasses import dataclass
from datetime import date

from schoolward.apps.tenancy.models import Authority


@dataclass(frozen=True)
class Somebody:
    """An actor in plain words, as `audit.record.Actor` asks."""

    audit_name: str
    authority_code: int | None = 901
    audit_role: str = "Adviser"

    @property
    def audit_id(self) -> str:
        return f"person:{self.audit_name.lower()}"


ANN, BEN = Somebody("Ann"), Somebody("Ben")


def make_authority(code: int = 901, name: str = "Estuary") -> Authority:
    """An authority kept since 1 September 2026."""
    return Authority.objects.create(code=code, name=name, first_started_on=date(2026, 9, 1))
