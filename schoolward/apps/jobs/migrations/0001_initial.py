import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("last_slot_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("authority_code", models.PositiveSmallIntegerField(db_index=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting to start"),
                            ("running", "Running"),
                            ("waiting", "Waiting to try again"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("payload", models.JSONField(default=dict)),
                ("by_id", models.CharField(max_length=40)),
                ("by_name", models.CharField(max_length=200)),
                ("by_role", models.CharField(max_length=60)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                (
                    "task_id",
                    models.CharField(blank=True, help_text="The bell last rung for it.", max_length=64),
                ),
                (
                    "lease_token",
                    models.CharField(
                        blank=True, help_text="Known to the running attempt alone.", max_length=32
                    ),
                ),
                ("lease_until", models.DateTimeField(null=True)),
                ("done_count", models.PositiveIntegerField(default=0)),
                ("total_count", models.PositiveIntegerField(null=True)),
                (
                    "sentence",
                    models.TextField(blank=True, help_text="What it is doing, what came of it, or why not."),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="Of a defect, to be found in the log.", max_length=12
                    ),
                ),
                ("result", models.JSONField(null=True)),
                ("cancel_asked_at", models.DateTimeField(null=True)),
                (
                    "slot",
                    models.CharField(
                        blank=True, help_text="Scheduled jobs: the moment it was due.", max_length=40
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["lease_until"], name="job_leases"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("queued", "waiting"))),
                        fields=["not_before"],
                        name="job_not_started",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_until__isnull", False),
                                ("state", "running"),
                                models.Q(("lease_token", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "running"), _negated=True),
                                ("lease_token", ""),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_running_has_lease",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False), ("state__in", ("done", "failed", "cancelled"))
                            ),
                            models.Q(
                                models.Q(("state__in", ("done", "failed", "cancelled")), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_ended_has_when",
                    ),
                    models.UniqueConstraint(
                        models.F("kind"),
                        django.db.models.functions.comparison.Coalesce("authority_code", 0),
                        models.F("slot"),
                        condition=models.Q(("slot", ""), _negated=True),
                        name="job_once_a_slot",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="jobs.job"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("job", "name"), name="step_once")],
            },
        ),
    ]
