from datetime import datetime

from django.db import models
from django.db.models import Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.drafts.models import Draft
from schoolward.apps.register.models import School
from schoolward.apps.survey.states import ExtensionState, ReturnRoute, ReturnState, SurveyState
from schoolward.apps.tenancy.models import TenantModel


def _whole(*names: str) -> Q:
    """All of these set, or none: who and when belong together."""
    return Q(**{f"{n}__isnull": True for n in names}) | Q(**{f"{n}__isnull": False for n in names})


class Questionnaire(TenantModel):
    """What is asked, under one key through all its versions."""

    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=160)

    class Meta(TenantModel.Meta):
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["authority", "key"], name="questionnaire_key_once")]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(TenantModel):
    """The questionnaire as it was at one time. Never changed: answers say what was asked."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    definition = models.JSONField(help_text="As reading.read_questionnaire takes it.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the definition.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    change = models.CharField(max_length=300, blank=True, help_text="What is different, in a sentence.")

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="questionnaire_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, version {self.number}"


class Survey(TenantModel):
    """One questionnaire put to some schools until a moment, with the services as they were offered."""

    title = models.CharField(max_length=160)
    introduction = models.TextField(blank=True, help_text="What schools read first.")
    agreed_with = models.CharField(
        max_length=200, blank=True, help_text="Of a pilot wave: with whom its schools were agreed."
    )
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="surveys")
    services = models.JSONField(default=list, help_text="As offered: the same for every school.")
    services_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=SurveyState, default=SurveyState.PREPARING)
    closes_at = models.DateTimeField(help_text="The deadline. Late returns are taken until it is closed.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SurveyState.PREPARING, opened_at__isnull=True, closed_at__isnull=True)
                | Q(state=SurveyState.OPEN, opened_at__isnull=False, closed_at__isnull=True)
                | Q(state=SurveyState.CLOSED, opened_at__isnull=False, closed_at__isnull=False),
                name="survey_state_has_when",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Entry(TenantModel):
    """A school that is asked. Its draft is private to its organisation; its returns hang here."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="entries")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    sampled = models.JSONField(default=list, help_text="Services asked in detail; empty for all.")
    started_at = models.DateTimeField(null=True, help_text="The first save of anybody's.")
    extended_until = models.DateTimeField(null=True, help_text="Of the latest extension given.")

    class Meta(TenantModel.Meta):
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["survey", "school"], name="entry_once_a_school")]

    def __str__(self) -> str:
        return f"{self.school}, {self.survey}"

    @property
    def due_at(self) -> datetime:
        """The school's own deadline."""
        return max(self.survey.closes_at, self.extended_until or self.survey.closes_at)


class Extension(TenantModel):
    """More time for one school: asked for by it, or given without asking; always with a reason."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=10, choices=ExtensionState)
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            models.CheckConstraint(condition=_whole("asked_at", "asked_by"), name="extension_asked_pair"),
            models.CheckConstraint(
                condition=Q(state=ExtensionState.ASKED, asked_at__isnull=False, decided_at__isnull=True)
                | (~Q(state=ExtensionState.ASKED) & Q(decided_at__isnull=False)),
                name="extension_decided_has_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.REFUSED) | ~Q(refused_because=""),
                name="extension_refused_has_reason",
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state=ExtensionState.ASKED),
                name="extension_one_asked_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_state_display()} until {self.until}"


class Return(TenantModel):
    """An answer that came in, by whatever way. A school may have several; one of them counts."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField(help_text="1 for the first that came.")
    route = models.CharField(max_length=10, choices=ReturnRoute)
    state = models.CharField(max_length=10, choices=ReturnState)
    decided_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="return_number_once"),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state=ReturnState.NOMINATED),
                name="return_one_nominated_a_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}, return {self.number}"

    @property
    def latest(self) -> "ReturnVersion":
        """The version sent last."""
        return self.versions.order_by("-number").first()


class ReturnVersion(TenantModel):
    """What a return said when it was sent. A change before the deadline is another version."""

    returned = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField(help_text="{field: value}; what was not answered is absent.")
    sent_at = models.DateTimeField(help_text="For paper: when it arrived.")
    sent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.CharField(
        max_length=200, blank=True, help_text="Who signed the paper that an officer entered."
    )
    is_late = models.BooleanField()
    note = models.TextField(blank=True, help_text="A note, such as a differing view, that the school added.")

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["returned", "number"], name="return_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="return_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.returned}, version {self.number}"


class CoSignature(TenantModel):
    """The chair stands behind a version that was sent, and may add a differing view."""

    version = models.ForeignKey(ReturnVersion, on_delete=models.PROTECT, related_name="co_signatures")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["version", "signed_by"], name="co_signed_once_each")]

    def __str__(self) -> str:
        return f"{self.version}, co-signed by {self.signed_by.person}"


class Settlement(TenantModel):
    """Somebody at the school settled what two of them had answered differently. Private to the school."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="settlements")
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=120)
    draft_version = models.PositiveIntegerField(help_text="Differences up to this version are settled.")
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-draft_version"]

    def __str__(self) -> str:
        return f"{self.entry}: {self.field}"
