"""Suppositions of the scenario editor, by the edits that the analysis knows; needs no Django."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolward.terms.errors import BadInput

if TYPE_CHECKING:
    from schoolward.analysis.structure.plan import Plan
    from schoolward.analysis.structure.study import Study


def supposed(study: Study, plan: Plan, wish: Mapping[str, Any]) -> tuple[Study, list[str]]:
    """The study as it would be, and remarks on what could not be supposed.

    `grant_cut_share` takes from every grant; `buyers_lost` is how many of the largest buyers leave;
    `rival_category` and `rival_share` are what a rival takes of a category's odds; `academies` are the URNs
    that convert: they no longer share in de-delegation, and buy by `academy_odds_share` of their odds.
    """
    from schoolward.analysis.structure import edits

    remarks: list[str] = []
    if share := wish.get("grant_cut_share"):
        study = _cut(study, "grant", share, remarks)
    if wish.get("rival_share"):
        study = edits.rival_enters(study, wish["rival_category"], 1 - wish["rival_share"])
    if wish.get("academies"):
        study = edits.academy_wave(study, wish["academies"], wish["academy_odds_share"])
        study = _cut(study, "dedelegation", wish["academy_pupil_share"], remarks)
    if wish.get("buyers_lost"):
        study, _ = edits.lose_largest_buyers(study, plan, wish["buyers_lost"])
    return study, remarks


def _cut(study: Study, kind: str, share: float, remarks: list[str]) -> Study:
    from schoolward.analysis.structure import edits

    try:
        return edits.cut_funding(study, kind, share)
    except BadInput as wrong:
        remarks.append(wrong.what)
        return study
