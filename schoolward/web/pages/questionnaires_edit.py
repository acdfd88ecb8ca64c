"""The editor of a questionnaire: an outline, the form of one question or section, and a preview beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.drafts.models import Draft
from schoolward.apps.survey import drafting, editing
from schoolward.apps.survey.effort import effort_of, likely_answers
from schoolward.apps.survey.flow import pages_of
from schoolward.apps.survey.questionnaire import ASKED, Kind, Meaning, Question, Section
from schoolward.apps.survey.questionnaire import Questionnaire as Definition
from schoolward.terms.errors import BadInput
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.questionnaires import find, preview_services, role_of, sections_for

KIND_WORDS = {
    Kind.SINGLE: "One answer of several",
    Kind.MULTIPLE: "Several answers of several",
    Kind.SCALE: "A scale",
    Kind.RANKING: "An order of importance",
    Kind.NUMBER: "A number",
    Kind.MONEY: "A sum of money",
    Kind.SHARE: "A share, in per cent",
    Kind.TEXT: "Words",
    Kind.DATE: "A day",
    Kind.MATRIX: "One answer for each service",
    Kind.FILE: "A file",
}
FLAGS = (("required", "It must be answered"), ("cannot_say", "They may answer that they cannot say"))


@dataclass(frozen=True)
class Chosen:
    """What is being edited: a question, or a section."""

    section: Section
    question: Question | None

    @property
    def query(self) -> str:
        return f"?q={self.question.key}" if self.question else f"?s={self.section.key}"


@requires(P.MANAGE_SURVEYS)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Changes one thing at a time, in a draft of the next version; works the same without scripts."""
    row = find(key)
    draft = drafting.draft_of(row)
    if request.method == "POST" and draft is None and request.POST.get("step") != "preview":
        draft = drafting.open_version(by=request.acting, row=row)
    definition = drafting.definition_in(draft) if draft else drafting.published(row)[0][1]
    chosen, answers = _chosen(request, definition), Answers(request.POST)
    shown = definition
    if request.method == "POST":
        try:
            address, shown = _step(request, row, draft, definition, chosen, answers)
            if address:
                return redirect(address)
        except BadInput as error:
            answers.errors.setdefault(_field(error), f"{error.what} {error.do}".strip())
    role, now = role_of(request), _chosen(request, shown)
    page = {
        "row": row,
        "draft": draft,
        "base_version": draft.version if draft else 0,
        "key": uuid4().hex,
        "definition": definition,
        "chosen": chosen,
        "value": request.POST.dict() if request.method == "POST" else _values(chosen),
        "flags": request.POST.getlist("flags") if request.method == "POST" else _flags(chosen),
        "asked": request.POST.getlist("asked") if request.method == "POST" else chosen.section.asked,
        "kinds": list(KIND_WORDS.items()),
        "meanings": [
            ("", "Nothing in particular"),
            *((m, m.replace("_", " ").capitalize()) for m in Meaning),
        ],
        "flag_words": FLAGS,
        "roles": list(ASKED.items()),
        "role": role,
        "seen": now,
        "group": _group(shown, now, role),
        "minutes": _minutes(shown),
        "errors": answers.errors,
        "place_of": editing.place_of,
    }
    return render(request, "questionnaires/edit.html", page, status=400 if answers.errors else 200)


def _chosen(request: HttpRequest, definition: Definition) -> Chosen:
    """The question or section that the address names; the first question where it names none."""
    for section in definition.sections:
        if section.key == request.GET.get("s"):
            return Chosen(section, None)
        for question in section.questions:
            if question.key == request.GET.get("q"):
                return Chosen(section, question)
    first = definition.sections[0]
    return Chosen(first, first.questions[0])


type Stepped = tuple[str, Definition]


def _step(
    request: HttpRequest, row: object, draft: Draft, definition: Definition, chosen: Chosen, answers: Answers
) -> Stepped:
    """Where to go on, empty to stay; and the questionnaire to preview."""
    here = reverse("questionnaire_edit", args=[row.key])
    step = request.POST.get("step", "")
    if step in ("publish", "discard"):
        return _finish(request, draft, answers, step), definition
    if step in ("preview", "save"):
        changed = _changed(definition, chosen, answers)
        if answers.errors or step == "preview":
            return "", definition if answers.errors else changed
        _save(request, draft, changed)
        say(request, "Saved in the version being written.")
        return here + chosen.query, changed
    changed, query = _moved(definition, chosen, answers, step)
    if answers.errors:
        return "", definition
    _save(request, draft, changed)
    return here + query, changed


def _finish(request: HttpRequest, draft: Draft, answers: Answers, step: str) -> str:
    base = answers.whole("version") or 0
    if step == "discard":
        drafting.discard_version(by=request.acting, draft=draft, base_version=base)
        say(request, "What was being written is dropped. The versions before stay.")
    else:
        change = answers.text("change", "Say what is different, in a sentence.")
        if answers.errors:
            return ""
        version = drafting.publish_version(by=request.acting, draft=draft, base_version=base, change=change)
        say(request, f"Published as version {version.number}. Surveys prepared from now on ask it.")
    return reverse("questionnaire", args=[draft.subject_id])


def _save(request: HttpRequest, draft: Draft, definition: Definition) -> None:
    sent = Answers(request.POST)
    key = sent.text("key")[:60] or uuid4().hex
    base = sent.whole("version") or 0
    drafting.save_version(
        by=request.acting, draft=draft, base_version=base, idempotency_key=key, definition=definition
    )


def _moved(definition: Definition, chosen: Chosen, answers: Answers, step: str) -> tuple[Definition, str]:
    """The outline changed: something moved, added or taken out; and the address of what to show next."""
    question, section = chosen.question, chosen.section
    one = question.key if question else section.key
    move: Callable = editing.move if question else editing.move_section
    match step:
        case "up" | "down":
            return move(definition, one, -1 if step == "up" else 1), chosen.query
        case "take_out" if question:
            changed = editing.take_out(definition, one)
            return changed, f"?s={section.key}"
        case "add":
            text = answers.text("new_text", "Write the question.")
            kind = answers.choice("new_kind", KIND_WORDS, "Choose the kind of answer.")
            if answers.errors:
                return definition, ""
            new = Question(editing.new_key(definition, text), Kind(kind), text)
            return editing.add_question(definition, section.key, editing.suited(new)), f"?q={new.key}"
        case "add_section":
            title = answers.text("new_title", "Give the section a title.")
            if answers.errors:
                return definition, ""
            key = editing.new_key(definition, title)
            first = Question(editing.new_key(definition, f"{title} words"), Kind.TEXT, "What do you think?")
            return editing.add_section(definition, Section(key, title, (first,))), f"?q={first.key}"
    raise BadInput("That cannot be done here.", do="Choose one of the buttons.")


def _changed(definition: Definition, chosen: Chosen, answers: Answers) -> Definition:
    """The questionnaire with what the form says of the question or section."""
    if chosen.question is None:
        return editing.with_section(definition, chosen.section.key, _section(definition, chosen, answers))
    question = _question(definition, chosen.question, answers)
    return definition if answers.errors else editing.with_question(definition, question.key, question)


def _section(definition: Definition, chosen: Chosen, answers: Answers) -> Section:
    asked = tuple(role for role in ASKED if role in answers.sent.getlist("asked"))
    where = editing.condition_of(answers.text("where"), definition)
    if not asked:
        raise BadInput("Choose who is asked.", where="asked")
    return replace(
        chosen.section,
        title=answers.text("title", "Give the section a title.") or chosen.section.title,
        intro=answers.text("intro"),
        asked=asked,
        repeats=bool(answers.sent.get("repeats")),
        where=where[0] if where else None,
    )


def _question(definition: Definition, question: Question, answers: Answers) -> Question:
    flags, means = answers.sent.getlist("flags"), answers.text("means")
    low, high = answers.number("low"), answers.number("high")
    changed = replace(
        question,
        kind=Kind(answers.choice("kind", KIND_WORDS, "Choose the kind of answer.") or question.kind),
        text=answers.text("text", "Write the question."),
        help=answers.text("help"),
        options=editing.options_of(answers.text("options")),
        required="required" in flags,
        cannot_say="cannot_say" in flags,
        show_if=editing.condition_of(answers.text("show_if"), definition),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        low_words=answers.text("low_words"),
        high_words=answers.text("high_words"),
        max_words=answers.whole("max_words") or question.max_words,
        most=answers.whole("most"),
        rest=answers.text("rest"),
        means=Meaning(means) if means in set(Meaning) else None,
    )
    return editing.suited(changed)


def _values(chosen: Chosen) -> dict:
    """What the form shows of what is held."""
    section, question = chosen.section, chosen.question
    if question is None:
        where = editing.condition_lines([section.where]) if section.where else ""
        return {"title": section.title, "intro": section.intro, "repeats": section.repeats, "where": where}
    return {
        "text": question.text,
        "help": question.help,
        "kind": question.kind,
        "options": editing.lines_of(question.options),
        "show_if": editing.condition_lines(question.show_if),
        "low": "" if question.low is None else f"{question.low:g}",
        "high": "" if question.high is None else f"{question.high:g}",
        "low_words": question.low_words,
        "high_words": question.high_words,
        "max_words": question.max_words,
        "most": question.most or "",
        "rest": question.rest,
        "means": question.means or "",
    }


def _flags(chosen: Chosen) -> list[str]:
    question = chosen.question
    return [name for name, _ in FLAGS if question and getattr(question, name)]


def _group(definition: Definition, chosen: Chosen, role: str) -> list:
    """What stands on the page on which the question is met; for a section, its first page."""
    groups = [
        g for section, gs in sections_for(definition, role) if section.key == chosen.section.key for g in gs
    ]
    if chosen.question is None:
        return groups[0] if groups else []
    return next((g for g in groups if any(each.question.key == chosen.question.key for each in g)), [])


def _minutes(definition: Definition) -> int:
    """About how long the whole takes a school that might buy everything shown."""
    services = preview_services()
    likely = likely_answers(definition, services, {}, share=1)
    return effort_of(pages_of(definition, services, likely)).minutes


def _field(error: BadInput) -> str:
    """The field of the form that an error is about."""
    known = ("options", "show_if", "asked", "change")
    return error.where if error.where in known else "step"
