from django.db import models
from django.db.models import Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.findings.states import (
    Consent,
    FindingsState,
    LinkKind,
    Readers,
    RedactionReason,
    ReplyState,
)
from schoolward.apps.survey.models import Entry, ReturnVersion, Survey
from schoolward.apps.tenancy.models import TenantModel


def _pair(when: str, who: str) -> Q:
    """Both set, or neither: when and who belong together."""
    return Q(**{f"{when}__isnull": True, f"{who}__isnull": True}) | Q(
        **{f"{when}__isnull": False, f"{who}__isnull": False}
    )


class Theme(TenantModel):
    """Something that schools' sentences are about, as people named it for one survey's texts."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="themes")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    words = models.CharField(max_length=300, help_text="Words that it is about: suggestions begin with them.")
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, help_text="When it was given up; decisions keep it.")

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="theme_key_once_a_survey")]

    def __str__(self) -> str:
        return self.name


class Remark(TenantModel):
    """A school's sentences in answer to one question, as sent. A later version is another remark."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="remarks")
    version = models.ForeignKey(ReturnVersion, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=120, help_text="The field of the answer.")
    question = models.CharField(max_length=60, help_text="The question's key.")
    text = models.TextField()
    consent = models.CharField(max_length=14, choices=Consent)
    gathered_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, help_text="When the school's answer said otherwise.")

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "field"],
                condition=Q(superseded_at__isnull=True),
                name="remark_once_a_field",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.field}"


class SuggestionRun(TenantModel):
    """Themes suggested for a survey's texts at one time, by a method. Never overwritten."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="suggestion_runs")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided = models.PositiveIntegerField(help_text="Texts that had been decided, and were learnt from.")
    version = models.CharField(max_length=20, help_text="Of Schoolward.")

    class Meta(TenantModel.Meta):
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.survey}, suggestions of {self.made_at}"


class Suggestion(TenantModel):
    """One theme suggested for one text, with the words that speak for it. It decides nothing."""

    run = models.ForeignKey(SuggestionRun, on_delete=models.CASCADE, related_name="suggestions")
    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="suggestions")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")
    strength = models.FloatField(help_text="From 0 to 1.")
    is_learnt = models.BooleanField(help_text="From people's decisions; else from the theme's own words.")
    words = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        ordering = ["-strength"]
        constraints = [models.UniqueConstraint(fields=["run", "remark", "theme"], name="suggestion_once")]

    def __str__(self) -> str:
        return f"{self.remark}: {self.theme}"


class Coding(TenantModel):
    """A person's decision on what a text is about. A later one supersedes it and changes nothing of it."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="codings")
    themes = models.ManyToManyField(Theme, through="CodedTheme", related_name="+")
    suggested = models.JSONField(default=list, help_text="Keys of the themes that were suggested then.")
    note = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.remark}, decided {self.decided_at}"


class CodedTheme(TenantModel):
    """A theme that a decision names."""

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="+")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["coding", "theme"], name="coded_theme_once")]

    def __str__(self) -> str:
        return f"{self.coding}: {self.theme}"


class Redaction(TenantModel):
    """A passage that is left out wherever the text is printed, with the reason. It may be lifted again."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="redactions")
    passage = models.TextField()
    reason = models.CharField(max_length=10, choices=RedactionReason)
    because = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(passage=""), name="redaction_has_passage"),
            models.CheckConstraint(
                condition=~Q(reason=RedactionReason.OTHER) | ~Q(because=""), name="redaction_other_says_why"
            ),
            models.CheckConstraint(condition=_pair("lifted_at", "lifted_by"), name="redaction_lifted_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.remark}: {self.get_reason_display()}"


class Findings(TenantModel):
    """What a survey found, as it was prepared at one time: nothing in it moves afterwards."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(help_text="1 for the first time findings were prepared.")
    state = models.CharField(max_length=10, choices=FindingsState)
    readers = models.CharField(max_length=8, choices=Readers, default=Readers.SCHOOLS)
    summary = models.TextField(blank=True, help_text="What an officer wants said first.")
    content = models.JSONField(help_text="Tables safe to print, and sentences with consent.")
    by_group = models.BooleanField(help_text="Every table is broken down by phase, too.")
    version = models.CharField(max_length=20, help_text="Of Schoolward.")
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-prepared_at", "-pk"]
        verbose_name_plural = "findings"
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="findings_number_once"),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(state=FindingsState.PUBLISHED),
                name="findings_published_once_a_survey",
            ),
            models.CheckConstraint(
                condition=_pair("published_at", "published_by"), name="findings_published_pair"
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingsState.PUBLISHED) | Q(published_at__isnull=False),
                name="findings_published_has_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=FindingsState.WITHDRAWN)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="findings_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Findings of {self.survey}, {self.number}"


class Reply(TenantModel):
    """You said, we did: something that schools said, and what the authority does about it or why not."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="replies")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, null=True, related_name="replies")
    said = models.CharField(max_length=300)
    state = models.CharField(max_length=9, choices=ReplyState)
    did = models.CharField(max_length=600, help_text="What was or will be done, or the reason why not.")
    due_on = models.DateField(null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, help_text="When a newer reply took its place.")

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(condition=~Q(said="") & ~Q(did=""), name="reply_has_both_halves"),
            models.CheckConstraint(
                condition=~Q(state=ReplyState.PLANNED) | Q(due_on__isnull=False),
                name="reply_planned_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.said


class ReplyLink(TenantModel):
    """Where one can see what was done. It pointed to something when it was made, and is tried when shown."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=8, choices=LinkKind)
    target = models.CharField(max_length=80, help_text="The key or number of what it points to.")

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "kind", "target"], name="reply_link_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"
