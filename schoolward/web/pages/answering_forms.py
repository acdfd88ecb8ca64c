"""Reading what a page of questions sent, with scripts or without."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from schoolward.apps.survey.answers import read_answer
from schoolward.apps.survey.flow import Asked
from schoolward.apps.survey.questionnaire import CANNOT_SAY, Kind
from schoolward.terms.errors import BadInput

REST = "rest"  # the button that answers for every service left open
CANNOT = "_cannot_say"  # as an option to choose, or as a box to tick beside a text box


@dataclass
class Sent:
    """What a page sent: values by field, what will not do, and what was typed there."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def changes(self, content: dict[str, Any]) -> dict[str, Any]:
        """The values that differ from what the draft holds."""
        return {name: value for name, value in self.values.items() if content.get(name) != value}


def read_page(asked: Iterable[Asked], post: QueryDict) -> Sent:
    """Each field's value, None where nothing was given; files are read elsewhere."""
    sent = Sent()
    for each in asked:
        if each.question.kind == Kind.FILE:
            continue
        texts = _texts(each, post) or _rest(each, post)
        if CANNOT in texts or f"{each.field}:cannot" in post:
            sent.values[each.field] = dict(CANNOT_SAY)
            continue
        try:
            sent.values[each.field] = read_answer(each.question, texts)
        except BadInput as problem:
            sent.problems[each.field] = str(problem)
            sent.typed[each.field] = texts[0] if texts else ""
    return sent


def _rest(each: Asked, post: QueryDict) -> list[str]:
    """What a service that was left open is given where the button for the rest was pressed."""
    return [each.question.rest] if each.question.rest and REST in post else []


def _texts(each: Asked, post: QueryDict) -> list[str]:
    if each.question.kind != Kind.RANKING:
        return post.getlist(each.field)
    places = range(1, (each.question.most or len(each.question.options)) + 1)
    return [text for n in places if (text := post.get(f"{each.field}:{n}", ""))]
