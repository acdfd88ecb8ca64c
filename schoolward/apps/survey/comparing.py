"""How one version of a questionnaire differs from another. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from schoolward.apps.survey.questionnaire import ASKED, Condition, Option, Question, Questionnaire, Section

ADDED, TAKEN_OUT, CHANGED, MOVED = "added", "taken out", "changed", "moved"
WORDS = {
    "title": "title",
    "text": "wording",
    "help": "help",
    "intro": "introduction",
    "kind": "kind of answer",
    "options": "answers",
    "required": "must be answered",
    "cannot_say": "may say that they cannot say",
    "show_if": "asked only if",
    "where": "only for services where",
    "low": "lowest",
    "high": "highest",
    "low_words": "words at the low end",
    "high_words": "words at the high end",
    "max_words": "most words",
    "most": "most answers",
    "means": "stands for",
    "rest": "what the rest may be given",
    "asked": "asked of",
    "repeats": "once for each service",
}


@dataclass(frozen=True)
class VersionChange:
    """One thing that differs: what, how, and for a change the field with its words before and after."""

    what: str
    how: str
    field: str = ""
    before: str = ""
    after: str = ""


def compare_versions(before: Questionnaire, after: Questionnaire) -> list[VersionChange]:
    """Everything that differs, in the order of the later version; what was taken out comes last."""
    found = [*_fields("The questionnaire", before, after, ("title", "purpose", "wave"))]
    was = {section.key: section for section in before.sections}
    was_asked = {question.key: (section, question) for section, question in _questions(before)}
    for section in after.sections:
        what = f"Section ‘{section.title}’"
        if section.key not in was:
            found.append(VersionChange(what, ADDED))
        else:
            found += _fields(what, was[section.key], section, ("title", "intro", "asked", "repeats", "where"))
        found += _of_questions(section, was_asked)
    now = {question.key for _, question in _questions(after)}
    found += [VersionChange(_named(q), TAKEN_OUT) for key, (_, q) in was_asked.items() if key not in now]
    gone = set(was) - {section.key for section in after.sections}
    found += [VersionChange(f"Section ‘{was[key].title}’", TAKEN_OUT) for key in was if key in gone]
    if not found and before != after:
        found.append(VersionChange("The order of questions", CHANGED))
    return found


def _of_questions(
    section: Section, was_asked: dict[str, tuple[Section, Question]]
) -> Iterator[VersionChange]:
    for question in section.questions:
        if question.key not in was_asked:
            yield VersionChange(_named(question), ADDED)
            continue
        old_section, old = was_asked[question.key]
        if old_section.key != section.key:
            yield VersionChange(_named(question), MOVED, "section", old_section.title, section.title)
        names = tuple(each.name for each in fields(Question) if each.name != "key")
        yield from _fields(_named(question), old, question, names)


def _fields(what: str, before: object, after: object, names: tuple[str, ...]) -> Iterator[VersionChange]:
    for name in names:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield VersionChange(what, CHANGED, WORDS.get(name, name), _told(was), _told(now))


def _questions(questionnaire: Questionnaire) -> Iterator[tuple[Section, Question]]:
    return ((section, question) for section in questionnaire.sections for question in section.questions)


def _named(question: Question) -> str:
    return f"‘{question.text.rstrip('?.')}’"


def _told(value: Any) -> str:
    match value:
        case None | "" | ():
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Option():
            return f"{value.words} ({value.hint})" if value.hint else value.words
        case Condition():
            return f"{value.question} is {' or '.join(map(str, value.any_of))}"
        case tuple():
            return "; ".join(ASKED.get(each, "") or _told(each) for each in value)
        case float():
            return f"{value:g}"
    return str(value)
