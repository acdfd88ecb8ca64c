from django.db import models
from django.db.models import Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.demand.states import STAGE_WORDS, TABLE_WORDS, Stage
from schoolward.apps.tenancy.models import TenantModel


class EvidenceFile(TenantModel):
    """Purchases or orders as a file had them. A later file of the same kind counts in its place."""

    table = models.CharField(max_length=10, choices=[(str(k), w) for k, w in TABLE_WORDS.items()])
    file_name = models.CharField(max_length=200)
    rows = models.JSONField(help_text="Cells as text, the heading first, each row with its line.")
    row_count = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-taken_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_table_display()}: {self.file_name}"


class DemandRun(TenantModel):
    """One fit: what it was worked out from and what it came to. Superseded by a later one, never changed."""

    stage = models.CharField(max_length=8, choices=[(str(k), w) for k, w in STAGE_WORDS.items()])
    as_at = models.DateField()
    inputs = models.JSONField(help_text="The tables as they were, so that the run can be made again.")
    inputs_digest = models.CharField(max_length=64)
    told = models.JSONField(help_text="What was gathered, in counts and remarks.")
    seed = models.PositiveIntegerField()
    draws = models.PositiveIntegerField(help_text="Of each chain.")
    version = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    job_id = models.PositiveBigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    summary = models.JSONField(null=True)
    curves = models.JSONField(null=True)
    chances = models.JSONField(null=True, help_text="URN to service to the chance of buying at list price.")
    draws_sha256 = models.CharField(
        max_length=64, blank=True, help_text="The file of draws that goes with it."
    )

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.ASKED, ended_at__isnull=True, summary__isnull=True, refusal="")
                | Q(stage=Stage.DONE, ended_at__isnull=False, summary__isnull=False, refusal="")
                | (Q(stage=Stage.REFUSED, ended_at__isnull=False, summary__isnull=True) & ~Q(refusal="")),
                name="demand_run_has_result_or_refusal",
            )
        ]

    def __str__(self) -> str:
        return f"Demand as at {self.as_at}"
