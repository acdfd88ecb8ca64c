"""Estuary's findings: last spring's coded by people and published, this year's texts with suggestions.

Everything goes through the same actions as on a real authority, at the moment at which it happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import yaml

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Membership
from schoolward.apps.findings import actions, coding, queries
from schoolward.apps.findings.models import Findings, Theme
from schoolward.apps.findings.paper_kind import KIND
from schoolward.apps.findings.states import ByPhase, Readers, RedactionReason, ReplyState
from schoolward.apps.papers import actions as papers
from schoolward.apps.papers import queries as paper_queries
from schoolward.apps.papers.models import FrozenPaper
from schoolward.apps.papers.states import PaperState
from schoolward.apps.survey.models import Survey
from schoolward.apps.survey.states import SurveyState
from schoolward.apps.tenancy import clock

# what people named the texts' subjects, by what the invented sentences are about
THEMES = {
    "price": ("Prices", "price prices cost budget charged package day rate small schools"),
    "people": ("Who comes", "adviser advisers person people name led taught same"),
    "timing": ("Timing", "reports visits dates late moved telephone weeks"),
    "inclusion": ("Inclusion", "behaviour psychologist speech language needs outreach special"),
    "partnership": ("Working together", "partnership cluster heads trusts support teacher meeting"),
    "clarity": ("A clear strategy", "strategy priorities targets plainly challenge answers"),
    "data": ("Data", "data figures pack collect"),
    "thanks": ("Praise", "best excellent worth complaints help value"),
}
LOOKED_AT_TWICE = 6  # every so many texts
SUMMARY = (
    "Most schools want to keep what the council's own people do best, and ask for fewer priorities, prices "
    "known in the autumn, and the same adviser from year to year."
)
LEFT_OUT = (
    ("had led a school like ours", RedactionReason.PERSON, ""),
    ("from the special school", RedactionReason.SCHOOL, ""),
)
REPLIES = (
    (
        "price",
        "Prices went up while our budgets stood still, and we hear of them too late.",
        "Prices are in the catalogue from the first day of the survey, and are the same for every school.",
        ReplyState.DONE,
        "service:adviser-day",
    ),
    (
        "people",
        "What matters is who comes. Let us keep the same adviser.",
        "Each line of the catalogue names who comes, and each school keeps its lead officer for the year.",
        ReplyState.DONE,
        "service:leadership-review",
    ),
    (
        "clarity",
        "The strategy has too many priorities and no targets.",
        "Three priorities, each with a target, a date and somebody who answers for it; the board is told.",
        ReplyState.DONE,
        "paper",
    ),
    (
        "timing",
        "Reports come too late for our governors.",
        "A note of visit will be with the school within ten working days.",
        ReplyState.PLANNED,
        "",
    ),
    (
        "inclusion",
        "Waiting for a psychologist takes two terms.",
        "We cannot promise a shorter wait: two posts are vacant. Days bought ahead stay in the diary.",
        ReplyState.DECLINED,
        "service:psychologist-time",
    ),
)


def tell_findings(members: Sequence[Membership]) -> None:
    """Last year's findings, from texts to replies; then this year's texts with suggestions."""
    cast = {role: Acting.of(next(m for m in members if m.role == role)) for role in ROLES}
    last = Survey.objects.filter(state=SurveyState.CLOSED).first()
    now = Survey.objects.filter(state=SurveyState.OPEN).first()
    if last:
        with clock.frozen_at(last.closed_at + timedelta(days=12)):
            findings = _find(last, cast)
        with clock.frozen_at(findings.published_at + timedelta(days=1)):
            publish_paper(cast["analyst"], cast["director"])
        with clock.frozen_at(findings.published_at + timedelta(days=20)):
            _reply(last, cast["analyst"])
    if now:
        _gather(now, cast["analyst"])


ROLES = ("analyst", "commissioning_manager", "director")


def _gather(survey: Survey, by: Acting) -> dict[str, Theme]:
    """Texts taken in, themes named, and suggestions made."""
    coding.gather_remarks(by=by, survey=survey)
    themes = {
        subject: coding.name_theme(by=by, survey=survey, name=name, words=words)
        for subject, (name, words) in THEMES.items()
    }
    coding.suggest_themes(by=by, survey=survey)
    return themes


def _find(survey: Survey, cast: dict[str, Acting]) -> Findings:
    analyst = cast["analyst"]
    themes = _gather(survey, analyst)
    subjects = _subjects()
    texts = queries.texts_of(survey)
    for n, each in enumerate(texts):
        about = [
            themes[subject]
            for subject, sentences in subjects.items()
            if any(sentence in each.remark.text for sentence in sentences)
        ]
        coding.decide_themes(by=analyst, remark=each.remark, themes=about)
        if n % LOOKED_AT_TWICE == 0:
            coding.decide_themes(by=cast["commissioning_manager"], remark=each.remark, themes=about)
    for passage, reason, because in LEFT_OUT:
        holds = next((each for each in texts if passage in each.remark.text and each.may_print), None)
        if holds:
            coding.redact(by=analyst, remark=holds.remark, passage=passage, reason=reason, because=because)
    row = actions.prepare_findings(by=analyst, survey=survey, by_phase=ByPhase.GENERAL, summary=SUMMARY)
    return actions.publish_findings(by=cast["director"], findings=row, readers=Readers.PUBLIC)


def publish_paper(analyst: Acting, director: Acting) -> FrozenPaper:
    """The findings as a paper, every figure bound to them and frozen, signed and open to the public."""
    paper = papers.start_paper(
        by=analyst, kind=KIND, as_at=clock.today(), compared_with=clock.days_from_today(-365)
    )
    version = paper_queries.draft_of(paper).version
    frozen = papers.freeze_paper(by=analyst, paper=paper, base_version=version)
    frozen = papers.sign_paper(by=director, frozen=frozen)
    return papers.publish_paper(by=director, frozen=frozen, because="Schools were promised what they said.")


def _reply(survey: Survey, by: Acting) -> None:
    themes = {theme.name: theme for theme in queries.themes_of(survey)}
    published = FrozenPaper.objects.filter(state=PaperState.PUBLISHED).exclude(paper__kind=KIND)
    paper = published.first()
    for subject, said, did, state, link in REPLIES:
        if link == "paper":
            link = f"paper:{paper.pk}" if paper else ""
        actions.write_reply(
            by=by,
            survey=survey,
            theme=themes[THEMES[subject][0]],
            said=said,
            did=did,
            state=state,
            due_on=clock.days_from_today(120) if state == ReplyState.PLANNED else None,
            links=[link] if link else [],
        )


def _subjects() -> dict[str, list[str]]:
    text = (Path(__file__).parent / "survey_words.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)
