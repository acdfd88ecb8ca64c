"""What a questionnaire is: sections of questions, as plain data. Pure: no Django, no files, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

FIELD_MARK = "."  # "route.leadership-review" is the question `route` for one service


class Kind(StrEnum):
    """What is asked for, and so what an answer looks like in JSON."""

    SINGLE = "single"  # the key of an option
    MULTIPLE = "multiple"  # a list of such keys
    SCALE = "scale"  # a whole number from `low` to `high`
    RANKING = "ranking"  # keys of options, the most important first
    NUMBER = "number"
    MONEY = "money"  # whole pence
    SHARE = "share"  # from 0 to 1
    TEXT = "text"
    DATE = "date"  # 2027-03-31
    MATRIX = "matrix"  # one option for each service, all on one page
    FILE = "file"  # {"file": key of a version, "name": …}


class Meaning(StrEnum):
    """What an answer stands for whatever its key, so that exports and findings find it by meaning."""

    ROUTE = "route"
    CHANCE_AT_LIST = "chance_at_list"
    CHANCE_AT_RAISED = "chance_at_raised"
    EXPECTED_PRICE = "expected_price"
    QUALITY_EXPECTED = "quality_expected"
    PEOPLE_WANTED = "people_wanted"
    ANSWERED_BY = "answered_by"
    BOARD_HAS_SEEN = "board_has_seen"
    BUDGET = "budget"
    BUDGET_SHARE = "budget_share"
    BUDGET_PER_PUPIL = "budget_per_pupil"
    BUDGET_STANDING = "budget_standing"
    CONSENT_TO_PUBLISH = "consent_to_publish"


CANNOT_SAY: dict[str, bool] = {"cannot_say": True}
ASKED = {"head": "headteacher", "chair": "chair of governors", "business_manager": "business manager"}


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    key: str
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Condition:
    """Holds where the answer to `question` is, or contains, any of these."""

    question: str
    any_of: tuple[str | int, ...]

    def holds(self, value: object) -> bool:
        """True for an answer among those named."""
        chosen = value if isinstance(value, list) else [value]
        return any(each in self.any_of for each in chosen if isinstance(each, str | int))


@dataclass(frozen=True)
class Question:
    """One thing asked. Where a section repeats for services, it is asked anew for each of them."""

    key: str
    kind: Kind
    text: str
    help: str = ""
    options: tuple[Option, ...] = ()
    required: bool = True
    cannot_say: bool = True
    show_if: tuple[Condition, ...] = ()
    low: float | None = None
    high: float | None = None
    low_words: str = ""
    high_words: str = ""
    max_words: int = 200
    most: int | None = None  # how many of a list may be chosen
    means: Meaning | None = None
    rest: str = ""  # of a matrix: the option that all services left open may be given at one press

    @cached_property
    def option_keys(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options)

    def words_of(self, key: object) -> str:
        """The option's words; the key itself where the option is no more."""
        return next((option.words for option in self.options if option.key == key), str(key))


@dataclass(frozen=True)
class Section:
    """A part of the questionnaire: one line of the task list."""

    key: str
    title: str
    questions: tuple[Question, ...]
    intro: str = ""
    asked: tuple[str, ...] = tuple(ASKED)
    repeats: bool = False  # one page for each service, with all the section's questions on it
    where: Condition | None = None  # only for services whose answer to a matrix is among these


@dataclass(frozen=True)
class Sampling:
    """An expert's option: each school is asked in detail about some services only, in a balanced design."""

    services_each: int
    enabled: bool = False


@dataclass(frozen=True)
class OfferedService:
    """A service as the survey shows it: frozen when the survey opens, and the same for every school."""

    key: str
    name: str
    category: str
    category_name: str
    what: str
    free: str
    charged: str
    who_comes: tuple[str, ...]
    unit: str
    list_price_pence: int
    raised_price_pence: int
    days_per_unit: float | None = None

    @classmethod
    def from_json(cls, stored: dict) -> OfferedService:
        """The service as `dataclasses.asdict` stored it."""
        return cls(**{**stored, "who_comes": tuple(stored["who_comes"])})


@dataclass(frozen=True)
class Questionnaire:
    """Sections in order. `key` is the same for all versions of one questionnaire."""

    key: str
    title: str
    purpose: str
    sections: tuple[Section, ...]
    sampling: Sampling | None = None
    wave: str = "full"

    @property
    def is_pilot(self) -> bool:
        """True where a group of schools tries it first, as agreed with the local association."""
        return self.wave == "pilot"

    def questions(self) -> Iterator[Question]:
        """Every question, in order."""
        for section in self.sections:
            yield from section.questions

    def question(self, field_name: str) -> Question | None:
        """The question that a field belongs to, whether or not it names a service."""
        return self._by_key.get(field_name.split(FIELD_MARK, 1)[0])

    @cached_property
    def _by_key(self) -> dict[str, Question]:
        return {each.key: each for each in self.questions()}

    def section_of(self, question: Question) -> Section:
        """The section that asks the question."""
        return next(s for s in self.sections if question in s.questions)

    def meaning(self, meaning: Meaning) -> Question | None:
        """The question that stands for `meaning`, if this questionnaire asks it."""
        return next((each for each in self.questions() if each.means == meaning), None)


def field_of(question: str, service: str = "") -> str:
    """The name of an answer: the question's key, with the service's where it is asked for one."""
    return f"{question}{FIELD_MARK}{service}" if service else question


def is_cannot_say(value: object) -> bool:
    """True for the way out of a question: somebody looked, and cannot say."""
    return isinstance(value, dict) and value.get("cannot_say") is True
