"""States of findings, what becomes of what schools said, and why a passage is left out."""

from django.db.models import TextChoices


class FindingsState(TextChoices):
    """Where findings stand."""

    PREPARED = "prepared", "Prepared"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


FINDINGS_MOVES: dict[FindingsState, frozenset[FindingsState]] = {
    FindingsState.PREPARED: frozenset({FindingsState.PUBLISHED, FindingsState.WITHDRAWN}),
    FindingsState.PUBLISHED: frozenset({FindingsState.WITHDRAWN}),
    FindingsState.WITHDRAWN: frozenset(),
}


class ByPhase(TextChoices):
    """Which tables are broken down by phase: each figure more is tried against all others."""

    EVERY = "every", "Every table"
    GENERAL = "general", "Questions about no single service, and sums of money"
    NONE = "none", "None: all schools together"


class Readers(TextChoices):
    """Who may read findings once they are published."""

    SCHOOLS = "schools", "Schools and everybody else who signs in"
    PUBLIC = "public", "Everybody, without signing in"


class ReplyState(TextChoices):
    """What the authority does about something that schools said."""

    DONE = "done", "Done"
    PLANNED = "planned", "Will be done"
    DECLINED = "declined", "Will not be done"


class LinkKind(TextChoices):
    """What a reply may point to."""

    SERVICE = "service", "A line of the catalogue"
    PAPER = "paper", "A published paper"
    FINDINGS = "findings", "Other findings"


class Consent(TextChoices):
    """What a school allowed of its sentences."""

    WITH_NAME = "with_name", "With the school's name"
    WITHOUT_NAME = "without_name", "Without the school's name"
    NOT_PUBLISHED = "not_published", "Not to be published"
    NOT_ASKED = "not_asked", "Did not say, so not to be published"


MAY_PRINT = frozenset({Consent.WITH_NAME, Consent.WITHOUT_NAME})


class RedactionReason(TextChoices):
    """Why a passage is left out."""

    PERSON = "person", "names or describes a person"
    CHILD = "child", "could identify a child"
    SCHOOL = "school", "could identify a school that did not agree"
    COMMERCIAL = "commercial", "is commercially confidential"
    OTHER = "other", "another reason, given beside it"
