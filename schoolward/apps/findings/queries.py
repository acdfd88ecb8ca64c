"""Reading findings: texts with what was suggested and decided, what may be printed, and replies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.catalogue.models import ServiceLine
from schoolward.apps.findings import checks
from schoolward.apps.findings.bridge import Agreement, agreed
from schoolward.apps.findings.models import (
    CodedTheme,
    Coding,
    Findings,
    Redaction,
    Remark,
    Reply,
    ReplyLink,
    Suggestion,
    SuggestionRun,
    Theme,
)
from schoolward.apps.findings.states import MAY_PRINT, Consent, FindingsState, LinkKind, RedactionReason
from schoolward.apps.papers.models import FrozenPaper
from schoolward.apps.papers.states import PaperState
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.queries import form_of

LEAST_TO_PRINT = 5  # schools that spoke of a theme, before its number is printed


@dataclass(frozen=True)
class Text:
    """One text as the coder sees it."""

    remark: Remark
    suggestions: tuple[Suggestion, ...]
    coding: Coding | None
    themes: tuple[Theme, ...]
    redactions: tuple[Redaction, ...]

    @property
    def school(self):
        return self.remark.entry.school

    @property
    def may_print(self) -> bool:
        return self.remark.consent in MAY_PRINT

    @property
    def printed(self) -> str:
        return printed_text(self.remark.text, self.redactions)


def printed_text(text: str, redactions: Iterable[Redaction]) -> str:
    """The text with every passage that is left out replaced by the reason."""
    for each in redactions:
        if each.lifted_at is None:
            why = each.because if each.reason == RedactionReason.OTHER else each.get_reason_display()
            text = text.replace(each.passage, f"[left out: {why}]")
    return text


def themes_of(survey: Survey, *, retired: bool = False) -> list[Theme]:
    """The survey's themes by name, those given up only where asked for."""
    rows = Theme.objects.filter(survey=survey)
    return list(rows if retired else rows.filter(retired_at__isnull=True))


def texts_of(survey: Survey, *, question: str = "") -> list[Text]:
    """Every text that still stands, in the order of schools' names, with suggestions and decisions."""
    rows = Remark.objects.filter(entry__survey=survey, superseded_at__isnull=True)
    rows = rows.filter(question=question) if question else rows
    return _texts(rows.order_by("question", "entry__school__name", "pk"), latest_run(survey))


def text_of(remark: Remark) -> Text:
    """One text with its suggestions and decision."""
    return _texts(Remark.objects.filter(pk=remark.pk), latest_run(remark.entry.survey))[0]


def _texts(rows: QuerySet[Remark], run: SuggestionRun | None) -> list[Text]:
    suggested = Suggestion.objects.filter(run=run).select_related("theme")
    codings = Coding.objects.select_related("decided_by__person").prefetch_related("themes")
    rows = rows.select_related("entry__school", "entry__survey").prefetch_related(
        Prefetch("suggestions", suggested, to_attr="suggested_now"),
        Prefetch("codings", codings, to_attr="decisions"),
        Prefetch("redactions", to_attr="passages"),
    )
    found = []
    for row in rows:
        coding = row.decisions[0] if row.decisions else None
        themes = tuple(sorted(coding.themes.all(), key=lambda t: t.name)) if coding else ()
        found.append(Text(row, tuple(row.suggested_now), coding, themes, tuple(row.passages)))
    return found


def decided_before(survey: Survey, keys: set[str]) -> list[Text]:
    """Decided texts of other surveys that have one of these themes: people's decisions carry over."""
    coded = CodedTheme.objects.filter(theme__key__in=keys).values("coding__remark")
    rows = Remark.objects.filter(pk__in=coded, superseded_at__isnull=True).exclude(entry__survey=survey)
    return _texts(rows.order_by("pk"), None)


def latest_run(survey: Survey) -> SuggestionRun | None:
    """The suggestions made last; none before the first time."""
    return SuggestionRun.objects.filter(survey=survey).first()


@dataclass(frozen=True)
class Progress:
    """How far coding has come, how far suggestions agreed with it, and how much two people looked at."""

    texts: int
    decided: int
    looked_at_twice: int
    agreement: Agreement | None
    redacted: int

    @property
    def audited_share(self) -> float:
        return self.looked_at_twice / self.decided if self.decided else 0.0


def progress_of(survey: Survey) -> Progress:
    """Over the texts that still stand. Agreement is of the suggestions that stood when each was decided."""
    texts = texts_of(survey)
    decided = [each for each in texts if each.coding]
    twice = sum(len({c.decided_by_id for c in each.remark.decisions}) > 1 for each in decided)
    firsts = [each.remark.decisions[-1] for each in decided]
    measured = [each for each in firsts if each.suggested]
    agreement = (
        agreed(
            [each.suggested for each in measured],
            [[theme.key for theme in each.themes.all()] for each in measured],
        )
        if measured
        else None
    )
    redacted = sum(any(p.lifted_at is None for p in each.redactions) for each in texts)
    return Progress(len(texts), len(decided), twice, agreement, redacted)


def text_questions(survey: Survey) -> dict[str, str]:
    """The questions that have texts, by key, in the questionnaire's order."""
    keys = set(
        Remark.objects.filter(entry__survey=survey, superseded_at__isnull=True).values_list(
            "question", flat=True
        )
    )
    questions = form_of(survey).questionnaire.questions()
    return {each.key: each.text for each in questions if each.key in keys}


def said_about(survey: Survey) -> dict[str, Any]:
    """Themes by how many schools spoke of them, and the sentences that may be printed: safe to print.

    A theme of too few schools has no number. Without its name, nothing tells whose sentence it is: neither
    order nor phase stands beside it.
    """
    texts = [each for each in texts_of(survey) if each.coding]
    schools: dict[str, set[int]] = {}
    for each in texts:
        for theme in each.themes:
            schools.setdefault(theme.key, set()).add(each.remark.entry_id)
    themes = []
    for theme in themes_of(survey, retired=True):
        count = len(schools.get(theme.key, ()))
        if not count:
            continue
        quotes = [
            {"text": each.printed, "school": _named(each)}
            for each in texts
            if theme in each.themes and each.may_print
        ]
        quotes.sort(key=lambda quote: (quote["text"].casefold(), quote["school"]))
        printed = count if count >= LEAST_TO_PRINT else None
        themes.append({"key": theme.key, "name": theme.name, "schools": printed, "quotes": quotes})
    themes.sort(key=lambda each: (-(each["schools"] or 0), each["name"]))
    return {"texts": len(texts), "themes": themes}


def _named(each: Text) -> str:
    return each.school.name if each.remark.consent == Consent.WITH_NAME else ""


# Findings and replies ----------------------------------------------------------------------------------


def readable(by: Acting) -> list[Findings]:
    """Findings that this role may read, newest first, without their content."""
    rows = Findings.objects.exclude(state=FindingsState.WITHDRAWN).select_related("survey", "authority")
    rows = rows.defer("survey__services")
    return [row for row in rows if checks.may_read(row, by)]


@dataclass(frozen=True)
class Seen:
    """Where a reply points to, as it is today; no address where it is no longer there to be seen."""

    words: str
    address: str
    is_line: bool = False  # of the catalogue, which not every reader may open


@dataclass(frozen=True)
class Answered:
    """A reply with its links resolved."""

    reply: Reply
    links: tuple[Seen, ...]


def replies_of(survey: Survey) -> list[Answered]:
    """What schools said and what is done about it, as written last, with links that open."""
    rows = Reply.objects.filter(survey=survey, replaced_at__isnull=True).select_related("theme")
    rows = rows.prefetch_related("links")
    return [Answered(row, tuple(resolve(link) for link in row.links.all())) for row in rows]


def resolve(link: ReplyLink) -> Seen:
    """What the link points to today."""
    found = target_of(link.kind, link.target)
    if found is None:
        return Seen(f"{LinkKind(link.kind).label} that is no longer shown", "")
    words, page, key = found
    return Seen(words, reverse(page, args=[key]), is_line=link.kind == LinkKind.SERVICE)


def target_of(kind: str, target: str) -> tuple[str, str, str | int] | None:
    """What a link opens: its words, the page and its key; None where there is no such thing to be seen."""
    match kind:
        case LinkKind.SERVICE:
            line = ServiceLine.objects.filter(key=target).first()
            return (line.name, "service", line.key) if line else None
        case LinkKind.PAPER:
            rows = FrozenPaper.objects.filter(state=PaperState.PUBLISHED).select_related("paper")
            paper = rows.filter(pk=_number(target)).first()
            return (paper.paper.title, "frozen_paper", paper.pk) if paper else None
        case LinkKind.FINDINGS:
            rows = Findings.objects.filter(state=FindingsState.PUBLISHED).select_related("survey")
            row = rows.filter(pk=_number(target)).first()
            return (f"Findings: {row.survey.title}", "findings_read", row.pk) if row else None
    return None


def _number(target: str) -> int:
    return int(target) if target.isascii() and target.isdigit() and len(target) < 10 else 0


def link_choices() -> list[tuple[str, str]]:
    """Everything that a reply may point to today, as 'kind:target' with its words."""
    lines = [(f"{LinkKind.SERVICE}:{row.key}", f"Service: {row.name}") for row in ServiceLine.objects.all()]
    papers = FrozenPaper.objects.filter(state=PaperState.PUBLISHED).select_related("paper")
    found = Findings.objects.filter(state=FindingsState.PUBLISHED).select_related("survey")
    return [
        *lines,
        *((f"{LinkKind.PAPER}:{row.pk}", f"Paper: {row.paper}") for row in papers),
        *((f"{LinkKind.FINDINGS}:{row.pk}", f"Findings: {row.survey.title}") for row in found),
    ]


def unanswered_themes(survey: Survey) -> list[Theme]:
    """Themes that schools spoke of and nobody has replied to."""
    replied = set(
        Reply.objects.filter(survey=survey, replaced_at__isnull=True).values_list("theme_id", flat=True)
    )
    spoken = {theme.pk for each in texts_of(survey) for theme in each.themes}
    return [theme for theme in themes_of(survey) if theme.pk in spoken - replied]


def table_of(content: Mapping[str, Any], key: str) -> Mapping[str, Any] | None:
    """The table of that key in findings' content."""
    return next((each for each in content["tables"] if each["key"] == key), None)
