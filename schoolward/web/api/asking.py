"""What programs may ask for: the forms of parameters that several operations share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from schoolward.apps.tenancy import clock
from schoolward.terms.errors import NotEnoughData
from schoolward.terms.ids import URN_MAX, URN_MIN

# PostgreSQL refuses the zero character in text
Text = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
URN = Annotated[int, Field(ge=URN_MIN, le=URN_MAX, description="The school's unique reference number.")]
ExamYear = Annotated[int, Field(ge=1990, le=2100, description="2018 is the summer of 2018.")]
Day = Annotated[date | None, Field(description="Use only what was published by this day; default today.")]


class Question(Schema):
    """Parameters of one operation."""


def check_has_come(day: date | None) -> None:
    """Raise NotEnoughData for a day in the future: nothing is known of it yet."""
    if day and day > clock.today():
        raise NotEnoughData(
            "Nothing is known yet of a day in the future.",
            where="query.as_at",
            do="Give today or an earlier day.",
        )
