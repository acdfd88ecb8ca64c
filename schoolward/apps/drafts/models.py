from django.db import models
from django.db.models import Q

from schoolward.apps.drafts.states import SUBMITTED_OR_DISCARDED, State
from schoolward.apps.tenancy.models import TenantModel


class Draft(TenantModel):
    """Something being written, by anyone whom its kind allows: fields by name, and a version."""

    kind = models.CharField(max_length=60, help_text="app.noun, as registered.")
    subject_id = models.CharField(max_length=60, help_text="What it is a draft of, in its app's own words.")
    organisation_id = models.CharField(
        max_length=60,
        blank=True,
        help_text="Private to this organisation; empty where it is the authority's own.",
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    version = models.PositiveIntegerField(default=0)
    content = models.JSONField(default=dict)
    sittings = models.JSONField(
        default=dict, help_text="Until when each writer's last sitting lasts or lasted (see audit)."
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "subject_id", "organisation_id"],
                condition=Q(state=State.OPEN),
                name="draft_one_open_each",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, closed_at__isnull=True)
                | Q(state__in=SUBMITTED_OR_DISCARDED, closed_at__isnull=False),
                name="draft_closed_has_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}, version {self.version}"


class DraftChange(TenantModel):
    """One save: who changed which fields from what to what. A retried save finds its first result here."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    based_on = models.PositiveIntegerField(help_text="The version that the writer had seen.")
    idempotency_key = models.CharField(max_length=64)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of what was asked, to tell a retry from a mistake."
    )
    at = models.DateTimeField()
    by_id = models.CharField(max_length=40)
    by_name = models.CharField(max_length=200)
    fields = models.JSONField(help_text='{field: {"before": …, "after": …}}')
    result = models.JSONField(help_text="What the writer was told: conflicts, and others' changes.")

    class Meta(TenantModel.Meta):
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "version"], name="draft_change_version_once"),
            models.UniqueConstraint(fields=["draft", "idempotency_key"], name="draft_change_key_once"),
            models.CheckConstraint(
                condition=Q(version__gt=models.F("based_on")), name="draft_change_goes_up"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version} by {self.by_name}"
