import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(help_text="app.noun, as registered.", max_length=60)),
                (
                    "subject_id",
                    models.CharField(
                        help_text="What it is a draft of, in its app's own words.", max_length=60
                    ),
                ),
                (
                    "organisation_id",
                    models.CharField(
                        blank=True,
                        help_text="Private to this organisation; empty where it is the authority's own.",
                        max_length=60,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Being written"),
                            ("submitted", "Submitted"),
                            ("discarded", "Discarded"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("content", models.JSONField(default=dict)),
                (
                    "sittings",
                    models.JSONField(
                        default=dict, help_text="Until when each writer's present sitting lasts (see audit)."
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.authority"
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("authority", "kind", "subject_id", "organisation_id"),
                        name="draft_one_open_each",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DraftChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("based_on", models.PositiveIntegerField(help_text="The version that the writer had seen.")),
                ("idempotency_key", models.CharField(max_length=64)),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of what was asked, to tell a retry from a mistake.", max_length=64
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by_id", models.CharField(max_length=40)),
                ("by_name", models.CharField(max_length=200)),
                ("fields", models.JSONField(help_text='{field: {"before": …, "after": …}}')),
                (
                    "result",
                    models.JSONField(help_text="What the writer was told: conflicts, and others' changes."),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenancy.authority"
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="drafts.draft"
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("draft", "version"), name="draft_change_version_once"),
                    models.UniqueConstraint(
                        fields=("draft", "idempotency_key"), name="draft_change_key_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gt", models.F("based_on"))), name="draft_change_goes_up"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("state", "open")),
                    models.Q(("closed_at__isnull", False), ("state__in", ("submitted", "discarded"))),
                    _connector="OR",
                ),
                name="draft_closed_has_when",
            ),
        ),
    ]
