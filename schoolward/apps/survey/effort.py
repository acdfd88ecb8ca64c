"""How long a questionnaire takes: words and taps, each at a stated number of seconds. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schoolward.apps.survey.flow import Answers, Asked, Page
from schoolward.apps.survey.questionnaire import Kind, OfferedService, Questionnaire, field_of

# Stated, not measured: a quick reader of plain English; a tap with looking for its place; a new page; and the
# time to make one's mind up, which is most of it where a price is concerned.
READ_WORDS_PER_SECOND = 4.0
TAP_SECONDS = 1.2
PAGE_SECONDS = 2.0
WEIGH_SECONDS = {Kind.SCALE: 4.0, Kind.MONEY: 8.0, Kind.SHARE: 8.0, Kind.RANKING: 12.0, Kind.MATRIX: 1.5}
USUAL_WEIGH_SECONDS = 3.0
TYPED_WORD_SECONDS = 1.5
TYPED_WORDS = 20  # what somebody writes who writes anything
OPTIONAL_SHARE = 0.5  # of what nobody has to answer is answered; all of it is read
NUMBER_TAPS = 5
MIGHT_BUY_SHARE = 0.4  # of the services, where a school has not said yet


@dataclass(frozen=True)
class Effort:
    """What answering some pages takes."""

    pages: int
    words_read: int
    taps: float
    words_typed: float
    weighing_seconds: float

    @property
    def seconds(self) -> float:
        return (
            self.pages * PAGE_SECONDS
            + self.words_read / READ_WORDS_PER_SECOND
            + self.taps * TAP_SECONDS
            + self.words_typed * TYPED_WORD_SECONDS
            + self.weighing_seconds
        )

    @property
    def minutes(self) -> int:
        """Whole minutes, the last one begun counted; 0 only where nothing is left."""
        return -int(-self.seconds // 60)

    def working(self) -> list[tuple[str, str, float]]:
        """Each part with its figure and its seconds, for a page that shows the sum."""
        return [
            ("pages", f"{self.pages} × {PAGE_SECONDS:g} s", self.pages * PAGE_SECONDS),
            (
                "words to read",
                f"{self.words_read} ÷ {READ_WORDS_PER_SECOND:g} a second",
                self.words_read / READ_WORDS_PER_SECOND,
            ),
            ("taps", f"{self.taps:g} × {TAP_SECONDS:g} s", self.taps * TAP_SECONDS),
            (
                "words to type",
                f"{self.words_typed:g} × {TYPED_WORD_SECONDS:g} s",
                self.words_typed * TYPED_WORD_SECONDS,
            ),
            ("making one's mind up", "by kind of question", self.weighing_seconds),
        ]


def likely_answers(
    questionnaire: Questionnaire,
    services: Sequence[OfferedService],
    answers: Answers,
    share: float = MIGHT_BUY_SHARE,
) -> dict[str, Any]:
    """The answers, with a tick for a share of the services not ticked yet that leads to being asked more."""
    found = dict(answers)
    for section in questionnaire.sections:
        if section.repeats and section.where:
            fields = [field_of(section.where.question, service.key) for service in services]
            open_fields = [name for name in fields if answers.get(name) is None]
            for name in open_fields[: round(len(open_fields) * share)]:
                found.setdefault(name, section.where.any_of[0])
    return found


def effort_of(pages: Iterable[Page], answers: dict | None = None) -> Effort:
    """What the pages take; with `answers`, only those that are not answered yet."""
    left = [page for page in pages if answers is None or not page.answered(answers)]
    asked = [each for page in left for each in page.asked]
    return Effort(
        pages=len(left),
        words_read=_words(left),
        taps=len(left) + sum(_answered(each) * _taps(each) for each in asked),  # one to go on from each page
        words_typed=sum(_answered(each) * _typed(each) for each in asked),
        weighing_seconds=sum(
            _answered(each) * WEIGH_SECONDS.get(each.question.kind, USUAL_WEIGH_SECONDS) for each in asked
        ),
    )


def _answered(each: Asked) -> float:
    """How often it is answered."""
    return 1.0 if each.question.required else OPTIONAL_SHARE


def _words(pages: Iterable[Page]) -> int:
    """The words to read: help and options of a question that comes again on a card are known by then."""
    texts, known = [], set()
    for page in pages:
        texts += [page.section.title, *_of_service(page)]
        for question in {each.question.key: each.question for each in page.asked}.values():
            texts.append(question.text)
            if question.key not in known:
                known.add(question.key)
                texts += [question.help, question.low_words, question.high_words]
                texts += [f"{option.words} {option.hint}" for option in question.options]
    return sum(len(re.findall(r"\S+", text)) for text in texts)


def _of_service(page: Page) -> list[str]:
    if page.service:
        return _card(page.service)
    return [each.service.name for each in page.asked if each.service]


def _card(service: OfferedService) -> list[str]:
    return [service.name, service.what, service.free, service.charged, *service.who_comes, "£0 £0 a day"]


def _taps(each: Asked) -> int:
    match each.question.kind:
        case Kind.RANKING:
            return each.question.most or len(each.question.options)
        case Kind.MULTIPLE:
            return 2
        case Kind.MONEY | Kind.NUMBER | Kind.SHARE | Kind.DATE:
            return NUMBER_TAPS
    return 1


def _typed(each: Asked) -> float:
    return min(TYPED_WORDS, each.question.max_words / 4) if each.question.kind == Kind.TEXT else 0.0
