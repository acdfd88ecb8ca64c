"""When a product's figures for a period were published, from the dated table of releases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from schoolward.terms.errors import RulesError

DAILY = "daily"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where it was built: some ten times as fast


@dataclass(frozen=True)
class Release:
    """A publication date with what it rests on."""

    published_on: date
    title: str
    href: str
    confidence: str  # official, press or unverified


@dataclass(frozen=True)
class ReleaseTable:
    """All release dates and the lags after which dated facts are known."""

    releases: dict[tuple[str, str], Release]
    daily: frozenset[str]
    lags_days: dict[str, int]

    def find(self, product: str, period: str) -> Release | None:
        """The release that carried this product for this period; the register is published every day."""
        if product in self.daily:
            return Release(date.fromisoformat(period), "published every day", "", "official")
        return self.releases.get((product, period))

    def lag(self, fact: str) -> timedelta:
        """How long after a fact's own date it is taken to be public."""
        return timedelta(days=self.lags_days[fact])


@cache
def release_table() -> ReleaseTable:
    """The table of releases among the dated rules."""
    path = files("schoolward") / "rules" / "national" / "releases.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a safe loader)
    releases = {
        (product, str(period)): _release(product, period, row)
        for product, rows in content["releases"].items()
        for period, row in rows.items()
    }
    lags = {fact: row["days"] for fact, row in content["lags"].items()}
    return ReleaseTable(releases, frozenset(content["published_every_day"]), lags)


def _release(product: str, period: object, row: dict) -> Release:
    reference = row.get("reference", {})
    if reference.get("confidence") not in ("official", "press", "unverified") or not reference.get("title"):
        raise RulesError(
            f"The release of {product} for {period} has no reference or confidence.", where="releases.yaml"
        )
    return Release(
        row["published_on"], reference["title"], reference.get("href", ""), reference["confidence"]
    )
