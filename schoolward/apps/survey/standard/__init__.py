"""The questionnaires that come with Schoolward, as data that anyone can read; `reading.py` says their form.

A file may include the sections of others before its own, so that each thing is asked in one place.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schoolward.apps.survey.questionnaire import Questionnaire
from schoolward.apps.survey.reading import read_questionnaire

FOLDER = Path(__file__).parent
# as an officer meets them when starting a survey
KEYS = ("annual-survey", "traded-services", "expected-budget", "strategy-vision", "pilot-survey")


@cache
def standard_questionnaires() -> dict[str, Questionnaire]:
    """Those that come with Schoolward, by key."""
    return {key: read_questionnaire(_document(key), f"{key}.yaml") for key in KEYS}


def _document(key: str) -> dict[str, Any]:
    document = yaml.safe_load((FOLDER / f"{key}.yaml").read_text(encoding="utf-8"))
    included = [_document(other) for other in document.pop("includes", ())]
    sections = [section for other in included for section in other["sections"]]
    sampling = next((other["sampling"] for other in included if "sampling" in other), None)
    if sampling:
        document.setdefault("sampling", sampling)
    return {**document, "sections": sections + document.get("sections", [])}
