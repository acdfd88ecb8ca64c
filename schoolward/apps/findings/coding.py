"""What people do with texts: gather them, name themes, have some suggested, decide, leave passages out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from schoolward import __version__
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.audit.record import record
from schoolward.apps.findings import bridge, checks, queries
from schoolward.apps.findings.models import (
    CodedTheme,
    Coding,
    Redaction,
    Remark,
    Suggestion,
    SuggestionRun,
    Theme,
)
from schoolward.apps.findings.states import Consent, RedactionReason
from schoolward.apps.survey.models import ReturnVersion, Survey
from schoolward.apps.survey.queries import Form, form_of, sent_answers
from schoolward.apps.survey.questionnaire import Kind, Meaning
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput


@transaction.atomic
def gather_remarks(*, by: Acting, survey: Survey) -> int:
    """How many texts were taken in anew. What a school has changed since is kept, and no longer counts."""
    by.check(Permission.CODE_ANSWERS)
    Survey.objects.select_for_update().get(pk=survey.pk)
    form = form_of(survey)
    said = {
        (version.returned.entry_id, name): (version, text)
        for version in sent_answers(survey).values()
        for name, text in _texts(form, version)
    }
    standing = Remark.objects.filter(entry__survey=survey, superseded_at__isnull=True)
    fresh = dict(said)
    gone = []
    for row in standing:
        version, text = said.get((row.entry_id, row.field), (None, None))
        if text == row.text and row.consent == _consent(form, version):
            del fresh[row.entry_id, row.field]
        else:
            gone.append(row.pk)
    Remark.objects.filter(pk__in=gone).update(superseded_at=clock.now())
    Remark.objects.bulk_create(
        Remark(
            authority=survey.authority,
            entry_id=entry_id,
            version=version,
            field=name,
            question=form.questionnaire.question(name).key,
            text=text,
            consent=_consent(form, version),
            gathered_at=clock.now(),
        )
        for (entry_id, name), (version, text) in fresh.items()
    )
    if fresh or gone:
        after = {"taken_in": len(fresh), "superseded": len(gone)}
        record("findings.gather_remarks", by=by, target=survey, after=after)
    return len(fresh)


def _texts(form: Form, version: ReturnVersion) -> list[tuple[str, str]]:
    """Sentences on the survey as a whole; people asked for by name are for those who plan visits."""
    found = []
    for name, value in version.answers.items():
        question = form.questionnaire.question(name)
        if question is None or question.kind != Kind.TEXT or question.means == Meaning.PEOPLE_WANTED:
            continue
        if isinstance(value, str) and value.strip():
            found.append((name, value.strip()))
    return found


def _consent(form: Form, version: ReturnVersion) -> Consent:
    question = form.questionnaire.meaning(Meaning.CONSENT_TO_PUBLISH)
    value = version.answers.get(question.key) if question else None
    return Consent(value) if value in Consent.values else Consent.NOT_ASKED


@transaction.atomic
def name_theme(*, by: Acting, survey: Survey, name: str, words: str) -> Theme:
    """A new theme; its words are what suggestions begin with."""
    checks.check_can_code(by)
    name = name.strip()
    if not name:
        raise BadInput("A theme needs a name.", do="Give two or three words that schools would understand.")
    key = slugify(name)[:60]
    if not key:
        raise BadInput("The name needs letters.", do="Give two or three words.")
    if Theme.objects.filter(survey=survey, key=key).exists():
        raise BadInput(f"There is a theme “{name}” already.", do="Use it, or choose another name.")
    theme = Theme.objects.create(
        survey=survey,
        key=key,
        name=name,
        words=words.strip() or name,
        named_at=clock.now(),
        named_by_id=by.membership_id,
    )
    record("findings.name_theme", by=by, target=theme, after={"survey": str(survey), "words": theme.words})
    return theme


@transaction.atomic
def retire_theme(*, by: Acting, theme: Theme, because: str) -> Theme:
    """The theme, offered no more; decisions that name it keep it."""
    checks.check_can_code(by)
    if not because.strip():
        raise BadInput("Say why the theme is given up.", do="A sentence is enough.")
    theme.retired_at = clock.now()
    theme.save(update_fields=["retired_at"])
    record("findings.retire_theme", by=by, target=theme, reason=because)
    return theme


def suggest_themes(*, by: Acting, survey: Survey) -> SuggestionRun:
    """A new run of suggestions for every text that stands, from the themes' words and from decisions.

    What was decided in earlier surveys is learnt from, too, where themes have the same keys. Worked out
    before the transaction begins; decisions are read and never touched.
    """
    by.check(Permission.CODE_ANSWERS)
    themes, texts = queries.themes_of(survey), queries.texts_of(survey)
    learnt_from = [*texts, *queries.decided_before(survey, {theme.key for theme in themes})]
    decided = {
        n: frozenset(theme.key for theme in each.themes) for n, each in enumerate(learnt_from) if each.coding
    }
    found = bridge.suggest(
        [each.remark.text for each in learnt_from],
        [bridge.Theme(theme.key, f"{theme.name} {theme.words}") for theme in themes],
        decided,
    )
    by_key = {theme.key: theme for theme in themes}
    found = found[: len(texts)]
    with transaction.atomic():
        run = SuggestionRun.objects.create(
            survey=survey,
            made_at=clock.now(),
            made_by_id=by.membership_id,
            decided=len(decided),
            version=__version__,
        )
        Suggestion.objects.bulk_create(
            Suggestion(
                authority=survey.authority,
                run=run,
                remark=text.remark,
                theme=by_key[each.theme],
                strength=each.strength,
                is_learnt=each.learnt,
                words=list(each.words),
            )
            for text, offered in zip(texts, found, strict=True)
            for each in offered
        )
        after = {"texts": len(texts), "decided": len(decided)}
        record("findings.suggest_themes", by=by, target=survey, after=after)
    return run


@transaction.atomic
def decide_themes(*, by: Acting, remark: Remark, themes: Sequence[Theme], note: str = "") -> Coding:
    """The decision on one text; none of the themes is a decision, too. What was suggested stays beside it."""
    checks.check_can_decide(remark, by)
    for theme in themes:
        checks.check_can_name(remark.entry.survey, theme)
    run = queries.latest_run(remark.entry.survey)
    offered = Suggestion.objects.filter(run=run, remark=remark).select_related("theme") if run else ()
    coding = Coding.objects.create(
        remark=remark,
        suggested=[each.theme.key for each in offered],
        note=note.strip(),
        decided_at=clock.now(),
        decided_by_id=by.membership_id,
    )
    CodedTheme.objects.bulk_create(
        CodedTheme(authority=remark.authority, coding=coding, theme=theme) for theme in themes
    )
    after: dict[str, Any] = {"themes": sorted(theme.key for theme in themes)}
    record("findings.decide_themes", by=by, target=remark, after=after, reason=note)
    return coding


@transaction.atomic
def redact(
    *, by: Acting, remark: Remark, passage: str, reason: RedactionReason, because: str = ""
) -> Redaction:
    """A passage of the text that is left out wherever it is printed, with the reason."""
    checks.check_can_decide(remark, by)
    passage = passage.strip()
    if not passage or passage not in remark.text:
        raise BadInput("The text does not hold this passage.", do="Copy it from the text, letter by letter.")
    if reason == RedactionReason.OTHER and not because.strip():
        raise BadInput("Say why it is left out.", do="The reason is printed in its place.")
    row = Redaction.objects.create(
        remark=remark,
        passage=passage,
        reason=reason,
        because=because.strip(),
        made_at=clock.now(),
        made_by_id=by.membership_id,
    )
    # the passage itself stays out of the audit: many more people read that
    after = {"letters": len(passage), "reason": row.get_reason_display()}
    record("findings.redact", by=by, target=remark, after=after, reason=because)
    return row


@transaction.atomic
def lift_redaction(*, by: Acting, redaction: Redaction, because: str) -> Redaction:
    """The passage is printed again, from the next findings on."""
    checks.check_can_lift(redaction, by)
    if not because.strip():
        raise BadInput("Say why it may be printed after all.", do="A sentence is enough.")
    redaction.lifted_at, redaction.lifted_by_id = clock.now(), by.membership_id
    redaction.save(update_fields=["lifted_at", "lifted_by"])
    record("findings.lift_redaction", by=by, target=redaction.remark, reason=because)
    return redaction
