from django.db import models
from django.db.models import F, Q

from schoolward.apps.jobs.kinds import kinds
from schoolward.apps.jobs.states import ENDED, NOT_STARTED, State


class JobQuerySet(models.QuerySet):
    def seen_by(self, authority_code: int | None) -> "JobQuerySet":
        """The authority's own jobs and those of the whole site."""
        return self.filter(Q(authority_code=authority_code) | Q(authority_code=None))

    def not_started(self) -> "JobQuerySet":
        return self.filter(state__in=NOT_STARTED)

    def held(self, pk: int, token: str) -> "JobQuerySet":
        """The job, as long as this very attempt holds it."""
        return self.filter(pk=pk, state=State.RUNNING, lease_token=token)


class Job(models.Model):
    """Something to be done in the background, for one authority or (no code) for the whole site.

    Not tenant-owned, since much work belongs to no authority, and workers look for any; pages ask `seen_by`.
    Moments that people see are by the one clock; leases and pauses by the machine's.
    """

    kind = models.CharField(max_length=60)
    authority_code = models.PositiveSmallIntegerField(null=True, db_index=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    payload = models.JSONField(default=dict)
    by_id = models.CharField(max_length=40)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=60)
    asked_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    task_id = models.CharField(max_length=64, blank=True, help_text="The bell last rung for it.")
    lease_token = models.CharField(max_length=32, blank=True, help_text="Known to the running attempt alone.")
    lease_until = models.DateTimeField(null=True)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(null=True)
    sentence = models.TextField(blank=True, help_text="What it is doing, what came of it, or why not.")
    reference = models.CharField(max_length=12, blank=True, help_text="Of a defect, to be found in the log.")
    result = models.JSONField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    slot = models.CharField(max_length=40, blank=True, help_text="Scheduled jobs: the moment it was due.")

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(state=State.RUNNING), name="job_leases"),
            models.Index(fields=["not_before"], condition=Q(state__in=NOT_STARTED), name="job_not_started"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state=State.RUNNING, lease_until__isnull=False) & ~Q(lease_token=""))
                | (~Q(state=State.RUNNING) & Q(lease_token="", lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="job_ended_has_when",
            ),
            models.UniqueConstraint(
                F("kind"),
                models.functions.Coalesce("authority_code", 0),
                F("slot"),
                condition=~Q(slot=""),
                name="job_once_a_slot",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What it does, in words."""
        return kinds[self.kind].label if self.kind in kinds else self.kind

    @property
    def done_share(self) -> float | None:
        """How far it is, 0 to 1; None where nobody can tell."""
        return min(self.done_count / self.total_count, 1.0) if self.total_count else None


class Step(models.Model):
    """Part of a job that was done, and is not done again when the job is repeated."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="step_once")]

    def __str__(self) -> str:
        return self.name


class Schedule(models.Model):
    """The last slot for which a scheduled job was asked."""

    name = models.CharField(max_length=80, primary_key=True)
    last_slot_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
