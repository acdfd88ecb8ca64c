"""Reading a questionnaire from plain data (YAML or JSON), every key checked against one schema. Pure.

A wrong one is refused with its place and what is wrong: an unknown key, a choice without options, a condition
on a question that comes later or does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from schoolward.apps.survey.questionnaire import (
    ASKED,
    FIELD_MARK,
    Condition,
    Kind,
    Meaning,
    Option,
    Question,
    Questionnaire,
    Sampling,
    Section,
)
from schoolward.terms.errors import BadInput

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
CHOICES = frozenset({Kind.SINGLE, Kind.MULTIPLE, Kind.RANKING, Kind.MATRIX})
WAVES = ("pilot", "full")
Document = Mapping[str, Any]


def read_questionnaire(document: Document, where: str = "Questionnaire") -> Questionnaire:
    """The questionnaire that the document describes; BadInput says where it does not."""
    known = _known(document, Questionnaire, where)
    sections = tuple(
        _section(each, f"{where}, section {n}")
        for n, each in enumerate(_list(known.pop("sections"), where, "sections"), 1)
    )
    sampling = known.pop("sampling", None)
    found = Questionnaire(
        **known,
        sections=sections,
        sampling=Sampling(**_known(sampling, Sampling, f"{where}, sampling")) if sampling else None,
    )
    _check_key(found.key.replace("-", "_"), where)
    if found.wave not in WAVES:
        raise BadInput(f"There is no wave '{found.wave}'.", where=where, do=f"Use {' or '.join(WAVES)}.")
    _check_whole(found, where)
    return found


def as_document(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as `read_questionnaire` takes it, with nothing said that goes without saying."""
    document = _said(questionnaire)
    document["sections"] = [_section_document(each) for each in questionnaire.sections]
    if questionnaire.sampling:
        document["sampling"] = _said(questionnaire.sampling)
    return document


def _section_document(section: Section) -> dict[str, Any]:
    document = _said(section)
    document["questions"] = [_question_document(each) for each in section.questions]
    if section.where:
        document["where"] = _condition_document(section.where)
    if "asked" in document:
        document["asked"] = list(section.asked)
    return document


def _question_document(question: Question) -> dict[str, Any]:
    document = _said(question)
    for name in ("kind", "means"):
        if name in document:
            document[name] = str(document[name])
    if question.options:
        # a list, because PostgreSQL keeps the keys of an object in an order of its own
        document["options"] = [_said(option) for option in question.options]
    if question.show_if:
        document["show_if"] = [_condition_document(each) for each in question.show_if]
    return document


def _condition_document(condition: Condition) -> dict[str, Any]:
    return {"question": condition.question, "any_of": list(condition.any_of)}


def _said(thing: object) -> dict[str, Any]:
    """The fields of a dataclass that differ from what goes without saying."""
    values = {each.name: (getattr(thing, each.name), each.default) for each in fields(thing)}
    return {
        name: value for name, (value, default) in values.items() if default is MISSING or value != default
    }


def _section(document: Any, where: str) -> Section:
    known = _known(document, Section, where)
    where = f"{where} ({known['key']})"
    _check_key(known["key"], where)
    questions = tuple(
        _question(each, f"{where}, question {n}")
        for n, each in enumerate(_list(known.pop("questions"), where, "questions"), 1)
    )
    if not questions:
        raise BadInput("A section needs a question.", where=where, do="Add one, or leave the section out.")
    asked = tuple(known.pop("asked", ASKED))
    if not asked or set(asked) - set(ASKED):
        raise BadInput("A section is for people we know.", where=where, do=f"Use any of {', '.join(ASKED)}.")
    condition = known.pop("where", None)
    return Section(
        **known,
        questions=questions,
        asked=asked,
        where=_condition(condition, where) if condition else None,
    )


def _question(document: Any, where: str) -> Question:
    known = _known(document, Question, where)
    where = f"{where} ({known['key']})"
    _check_key(known["key"], where)
    kind = _one_of(Kind, known.pop("kind"), where, "kind")
    means = known.pop("means", None)
    shown = known.pop("show_if", ())
    question = Question(
        **known | {"options": _options(known.get("options") or {}, where)},
        kind=kind,
        means=_one_of(Meaning, means, where, "meaning") if means else None,
        show_if=tuple(_condition(each, where) for each in shown),
    )
    _check_question(question, where)
    return question


def _check_question(question: Question, where: str) -> None:
    needs = "needs" if question.kind in CHOICES else "has no"
    if (question.kind in CHOICES) != bool(question.options):
        raise BadInput(
            f"A question of kind '{question.kind}' {needs} options.",
            where=where,
            do="Mend its options or its kind.",
        )
    if question.rest and (question.kind != Kind.MATRIX or question.rest not in question.option_keys):
        raise BadInput(
            f"'{question.rest}' is no answer that the rest of a matrix could be given.",
            where=where,
            do="Name one of the matrix's options, or leave `rest` out.",
        )
    if question.kind == Kind.SCALE and (question.low is None or question.high is None):
        raise BadInput("A scale needs `low` and `high`.", where=where, do="Give both, such as 0 and 10.")
    if question.low is not None and question.high is not None and question.low >= question.high:
        raise BadInput("`low` is not below `high`.", where=where, do="Swap them.")


def _options(document: Any, where: str) -> tuple[Option, ...]:
    """From a mapping of keys to words, as people write it, or from the list that is stored."""
    if isinstance(document, list):
        found = tuple(Option(**_known(each, Option, f"{where}, options")) for each in document)
    elif isinstance(document, Mapping):
        found = tuple(
            Option(key, words["words"], words.get("hint", ""))
            if isinstance(words, Mapping)
            else Option(key, str(words))
            for key, words in document.items()
        )
    else:
        raise BadInput("Options are keys with words.", where=where, do="Write them as `key: words`.")
    keys = [option.key for option in found]
    for key in keys:
        _check_key(key, f"{where}, options")
    if len(set(keys)) < len(keys):
        raise BadInput("Two options have the same key.", where=where, do="Give one another key.")
    return found


def _condition(document: Any, where: str) -> Condition:
    known = _known(document, Condition, f"{where}, condition")
    return Condition(known["question"], tuple(_list(known["any_of"], where, "any_of")))


def _check_whole(questionnaire: Questionnaire, where: str) -> None:
    """Keys are used once, and conditions look back at a question with such an answer."""
    sections = [section.key for section in questionnaire.sections]
    questions = [question.key for question in questionnaire.questions()]
    for keys, noun in ((sections, "section"), (questions, "question")):
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise BadInput(f"Two {noun}s are called '{twice[0]}'.", where=where, do="Give one another key.")
    before: dict[str, Question] = {}
    for section in questionnaire.sections:
        if section.where:
            _check_condition(section.where, before, f"{where}, section {section.key}")
        if section.repeats and any(q.kind == Kind.MATRIX for q in section.questions):
            raise BadInput(
                "A section that repeats for services cannot hold a matrix by service.",
                where=f"{where}, section {section.key}",
                do="Put the matrix in a section of its own.",
            )
        for question in section.questions:
            for condition in question.show_if:
                _check_condition(condition, before, f"{where}, question {question.key}")
            before[question.key] = question


def _check_condition(condition: Condition, before: Mapping[str, Question], where: str) -> None:
    asked = before.get(condition.question)
    if asked is None:
        raise BadInput(
            f"A condition looks at '{condition.question}', which is not asked before.",
            where=where,
            do="Move the question, or mend the condition.",
        )
    if asked.options and (strange := [key for key in condition.any_of if key not in asked.option_keys]):
        raise BadInput(
            f"'{strange[0]}' is not an answer to '{condition.question}'.",
            where=where,
            do="Mend the condition.",
        )


def _known(document: Any, kind: type, where: str) -> dict[str, Any]:
    """The document's values, when it has every key that `kind` needs and none that it does not know."""
    if not isinstance(document, Mapping):
        raise BadInput(
            f"A {kind.__name__.lower()} is missing.", where=where, do="Write it as keys with values."
        )
    names = {each.name: each for each in fields(kind)}
    if strange := sorted(set(map(str, document)) - set(names)):
        raise BadInput(
            f"There is no '{strange[0]}' in a {kind.__name__.lower()}.", where=where, do="Take it out."
        )
    lacking = [n for n, each in names.items() if each.default is MISSING and n not in document]
    if lacking:
        raise BadInput(f"'{lacking[0]}' is missing.", where=where, do="Give it.")
    return dict(document)


def _list(value: Any, where: str, noun: str) -> list:
    if not isinstance(value, list | tuple):
        raise BadInput(f"'{noun}' is not a list.", where=where, do="Write it as a list.")
    return list(value)


def _one_of(kind: type, value: Any, where: str, noun: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise BadInput(f"There is no {noun} '{value}'.", where=where, do=f"Use one of {known}.") from None


def _check_key(key: Any, where: str) -> None:
    if not isinstance(key, str) or not KEY.fullmatch(key) or FIELD_MARK in key:
        raise BadInput(
            f"'{key}' is not a key.",
            where=where,
            do="Use small letters, digits and low lines, such as chance_at_list.",
        )
