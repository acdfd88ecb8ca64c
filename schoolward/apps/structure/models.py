from django.db import models
from django.db.models import F, Q

from schoolward.apps.accounts.models import Membership, Person
from schoolward.apps.demand.models import DemandRun
from schoolward.apps.demand.states import STAGE_WORDS, Stage
from schoolward.apps.structure.states import KIND_WORDS, RUN_WORDS, Kind, RunKind
from schoolward.apps.tenancy.models import TenantModel


class Structure(TenantModel):
    """One structure of the service, drawn for a purpose; what it says is in its versions."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=[(str(k), w) for k, w in KIND_WORDS.items()])
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)
    set_aside_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(kind=Kind.TODAY, set_aside_at__isnull=True),
                name="structure_one_today",
            ),
            models.UniqueConstraint(
                fields=["authority", "name"],
                condition=Q(set_aside_at__isnull=True),
                name="structure_name_once",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True, set_aside_because="")
                | (Q(set_aside_at__isnull=False) & ~Q(set_aside_because="")),
                name="structure_set_aside_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StructureVersion(TenantModel):
    """A structure as it stood from one change to the next; never changed."""

    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField(help_text="As analysis.establishment.posts.to_document writes it.")
    because = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    put_forward_at = models.DateTimeField(
        null=True, help_text="From then staff, unions and the board see it."
    )
    put_forward_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["structure", "number"], name="structure_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="structure_version_from_1"),
            models.CheckConstraint(condition=~Q(because=""), name="structure_version_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.structure}, version {self.number}"


class StructureUpload(TenantModel):
    """Spreadsheets as read, shown to who sent them before anything is taken."""

    structure = models.ForeignKey(Structure, on_delete=models.CASCADE, related_name="+")
    base_number = models.PositiveIntegerField(help_text="The version with which it was compared.")
    file_names = models.CharField(max_length=300)
    content = models.JSONField()
    shown_key = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return f"{self.structure}: {self.file_names}"


class Holder(TenantModel):
    """Who holds a post, between two days; seen by those who model structures and nobody else."""

    post = models.CharField(max_length=80, help_text="The post's key in the structure of today.")
    name = models.CharField(max_length=120)
    fte = models.DecimalField(max_digits=5, decimal_places=2)
    annual_pay_pence = models.PositiveIntegerField(null=True)
    age_years = models.PositiveSmallIntegerField(null=True, help_text="On the day of the record.")
    service_years = models.PositiveSmallIntegerField(null=True)
    recorded_on = models.DateField()
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["post", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(fte__gt=0), name="holder_has_fte"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="holder_dates_ascend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.post}"


class TrancheSettlement(TenantModel):
    """A person's decision that one tranche of posts stands as a version has it, while others may wait."""

    version = models.ForeignKey(StructureVersion, on_delete=models.PROTECT, related_name="settlements")
    tranche = models.CharField(max_length=80)
    settled_on = models.DateField()
    settled_at = models.DateTimeField()
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    because = models.TextField()

    class Meta(TenantModel.Meta):
        ordering = ["settled_at"]
        constraints = [
            models.UniqueConstraint(fields=["version", "tranche"], name="tranche_settled_once_a_version"),
            models.CheckConstraint(condition=~Q(because=""), name="tranche_settled_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.tranche}, {self.version}"


class PlanSettings(TenantModel):
    """The authority's figures behind every structure, from one change to the next; the newest count."""

    values = models.JSONField(help_text="By the keys of plan_settings.SETTINGS.")
    because = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-set_at", "-pk"]
        verbose_name_plural = "plan settings"
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="plan_settings_say_why")]

    def __str__(self) -> str:
        return f"Settings of {self.set_at:%d.%m.%Y}"


class StructureRun(TenantModel):
    """One computation: what it was asked and what it came to. Superseded by a later one, never changed."""

    kind = models.CharField(max_length=8, choices=[(str(k), w) for k, w in RUN_WORDS.items()])
    stage = models.CharField(max_length=8, choices=[(str(k), w) for k, w in STAGE_WORDS.items()])
    title = models.CharField(max_length=160)
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    demand_run = models.ForeignKey(DemandRun, on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey(StructureVersion, on_delete=models.PROTECT, related_name="+")
    asked = models.JSONField(help_text="Everything it was worked out from but the draws of demand.")
    asked_digest = models.CharField(max_length=64)
    seed = models.PositiveIntegerField()
    version = models.CharField(max_length=20)
    data_edition = models.CharField(max_length=64)
    rules_edition = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    job_id = models.PositiveBigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    result = models.JSONField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.ASKED, ended_at__isnull=True, result__isnull=True, refusal="")
                | Q(stage=Stage.DONE, ended_at__isnull=False, result__isnull=False, refusal="")
                | (Q(stage=Stage.REFUSED, ended_at__isnull=False, result__isnull=True) & ~Q(refusal="")),
                name="structure_run_has_result_or_refusal",
            ),
            models.CheckConstraint(
                condition=Q(kind=RunKind.STUDY, about__isnull=True) | Q(about__isnull=False),
                name="structure_run_follows_a_study",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CaseRun(TenantModel):
    """A worked case as the command writes it, from files that come with the system; never changed."""

    case = models.CharField(max_length=8)
    stage = models.CharField(max_length=8, choices=[(str(k), w) for k, w in STAGE_WORDS.items()])
    version = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    job_id = models.PositiveBigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True)
    documents = models.JSONField(null=True, help_text="What the command wrote, by the name of the file.")

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage=Stage.ASKED, ended_at__isnull=True, documents__isnull=True, refusal="")
                | Q(stage=Stage.DONE, ended_at__isnull=False, documents__isnull=False, refusal="")
                | (Q(stage=Stage.REFUSED, ended_at__isnull=False, documents__isnull=True) & ~Q(refusal="")),
                name="case_run_has_result_or_refusal",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What it is called while it is worked out."""
        return f"Worked case of {self.case}"
