"""Letters of a survey: the invitation, reminders, and the audiences they go to.

Who has not answered is asked again when each copy leaves, so a school that answered in between gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from schoolward.apps.letters.audiences import Audience, register_audience
from schoolward.apps.letters.kinds import LetterKind, register_letter_kind
from schoolward.apps.register.models import School
from schoolward.apps.survey import queries
from schoolward.apps.survey.deadline import due_words
from schoolward.apps.survey.models import Entry, Survey
from schoolward.apps.survey.queries import Standing
from schoolward.apps.survey.states import EntryState, SurveyState
from schoolward.apps.tenancy import clock

INVITATION = """\
Dear {{ recipient.name }},

I write to you as {{ recipient.role }} of **{{ school.name }}**. We must decide which services for
schools the council can keep, and on what terms. Attached are our draft strategy, the partnership vision
and the draft structure of the service. Please read them, and tell us what {{ school.name }} thinks and
what it would buy.

* We ask for **one answer from each school**, agreed between head, chair and business manager.
* Please send it by **{{ survey.deadline }}**. {{ survey.more_time? }}
* You answer together in one place, save as you go, and see who wrote what: {{ survey.link }}

Nothing in your answer is an order. What your school writes is seen by nobody at the council until it is
sent. If you need more time, ask on the same page and say why. If you would rather answer on paper, tell
us.

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
REMINDER = """\
Dear {{ recipient.name }},

{{ survey.answered }} have answered *{{ survey.title }}*. We have no answer from **{{ school.name }}**
yet, and a silent school may find that a service it counted on has gone.

Please send your school's answer by **{{ survey.deadline }}**: {{ survey.link }}

{{ survey.more_time? }} If you need more time, ask on that page and say why. If your answer crossed with
this letter, thank you.

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
STARTED = """\
Dear {{ recipient.name }},

Somebody at **{{ school.name }}** has begun to answer *{{ survey.title }}*, and the answer is not sent
yet. What is written is kept, and only your school can see it. The head sends it, from here:
{{ survey.link }}

The deadline is **{{ survey.deadline }}**. {{ survey.more_time? }}

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
LATE = """\
Dear {{ recipient.name }},

The deadline of *{{ survey.title }}* was {{ survey.deadline }}, and we have no answer from
**{{ school.name }}**. A late answer still counts until we close the survey, and is marked as late:
{{ survey.link }}

Yours sincerely,

{{ signatory.name }}\\
{{ signatory.post }}, {{ authority.name }}
"""
FIELDS = ("survey.title", "survey.deadline", "survey.link", "survey.more_time", "survey.answered")
ANSWERED, CLOSED = "it has answered", "the survey is closed"


@dataclass(frozen=True)
class _Choice:
    """An audience of a survey: which standings belong, and the letter that goes to them."""

    key: str
    label: str
    belongs: Callable[[Standing], bool]
    title: str
    subject: str
    body: str
    until_answered: bool = True


def _is_late(row: Standing) -> bool:
    return row.state != EntryState.SENT and row.entry.due_at < clock.now()


CHOICES = (
    _Choice(
        "invitation",
        "Schools asked in a survey",
        lambda row: True,
        "Invitation to a survey",
        "{{ survey.title }}: please answer for {{ school.name }} by {{ survey.deadline }}",
        INVITATION,
        until_answered=False,
    ),
    _Choice(
        "silent",
        "Schools that have not answered",
        lambda row: row.state != EntryState.SENT,
        "Reminder to schools that have not answered",
        "Reminder: {{ survey.title }}, due {{ survey.deadline }}",
        REMINDER,
    ),
    _Choice(
        "started",
        "Schools that have started and not sent",
        lambda row: row.state == EntryState.STARTED,
        "To schools whose answer is begun and not sent",
        "{{ school.name }}: your answer is not sent yet",
        STARTED,
    ),
    _Choice(
        "late",
        "Schools whose answer is late",
        _is_late,
        "To schools whose answer is late",
        "{{ survey.title }}: your school's answer is late",
        LATE,
    ),
)


def register() -> None:
    """Called once from `ready()`."""
    for choice in CHOICES:
        register_audience(
            Audience(
                key=f"survey.{choice.key}",
                label=choice.label,
                schools=lambda about, choice=choice: _schools(about, choice),
                abouts=_surveys,
                fields=_fields,
                field_names=FIELDS,
                why_not=lambda about, school, choice=choice: _why_not(about, school, choice),
            )
        )
        register_letter_kind(
            LetterKind(
                key=f"survey.{choice.key}",
                title=choice.title,
                subject=choice.subject,
                body=lambda choice=choice: choice.body,
                audience=f"survey.{choice.key}",
                roles=("head", "chair"),
            )
        )


def _surveys() -> Sequence[tuple[str, str]]:
    return [(str(survey.pk), survey.title) for survey in queries.surveys()]


def _survey(about: str) -> Survey | None:
    return Survey.objects.filter(pk=int(about)).first() if about.isdecimal() else None


def _schools(about: str, choice: _Choice) -> Sequence[School]:
    survey = _survey(about)
    rows = queries.standings(survey) if survey else []
    return [row.entry.school for row in rows if choice.belongs(row)]


def _fields(about: str, schools: Sequence[School]) -> Mapping[int, Mapping[str, str]]:
    """What a letter may say of the survey to each school."""
    survey = _survey(about)
    if survey is None:
        return {}
    asked, sent = queries.counts_of(survey)
    entries = Entry.objects.filter(survey=survey, school__in=schools).select_related("school")
    found = {}
    for entry in entries:
        entry.survey = survey
        found[entry.school.urn] = _about_entry(entry) | {"survey.answered": f"{sent} of {asked} schools"}
    return found


def _about_entry(entry: Entry) -> dict[str, str]:
    extended = entry.extended_until is not None and entry.due_at > entry.survey.closes_at
    return {
        "survey.title": entry.survey.title,
        "survey.deadline": due_words(entry.due_at),
        "survey.link": settings.SCHOOLWARD_ADDRESS + reverse("answering", args=[entry.pk]),
        "survey.more_time": "This is the later day that your school was given." if extended else "",
    }


def _why_not(about: str, school: School, choice: _Choice) -> str:
    """Why the school needs the letter no longer."""
    entry = Entry.objects.filter(survey=int(about), school=school).select_related("survey").first()
    if entry is None:
        return "it is not asked"
    if choice.until_answered and queries.has_sent(entry):
        return ANSWERED
    more_time = entry.extended_until is not None and entry.extended_until > clock.now()
    return CLOSED if entry.survey.state == SurveyState.CLOSED and not more_time else ""
