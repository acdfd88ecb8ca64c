from django.db import models
from django.db.models import F, Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.concern import states
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.models import TenantModel


def _choices(words: dict) -> list[tuple[str, str]]:
    return [(str(key), word) for key, word in words.items()]


class ProposalRun(TenantModel):
    """The list as worked out for a day from one data edition, one rules edition and what officers knew.

    Never overwritten: a new edition makes a new run, and the old one can be shown again for ever.
    """

    as_at = models.DateField()
    data_edition = models.CharField(max_length=64)
    rules_edition = models.CharField(max_length=64)
    local_digest = models.CharField(max_length=64)
    version = models.CharField(max_length=20)
    computed_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["-computed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "as_at", "data_edition", "rules_edition", "local_digest", "version"],
                name="proposal_run_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority} as at {self.as_at}"


class ProposedStatus(TenantModel):
    """What one run proposes for one school, with the working as it was then."""

    run = models.ForeignKey(ProposalRun, on_delete=models.CASCADE, related_name="proposals")
    urn = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=8, choices=_choices(states.STATUS_WORDS))
    working = models.JSONField(help_text="Reasons, rules and figures, as the command line gives them.")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "urn"], name="proposed_status_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"


class RiskRun(TenantModel):
    """Every school's band of risk as at a day, from one data edition and one rules edition.

    Never overwritten: a new edition makes a new run, and the newest of a day is the one that is shown.
    """

    as_at = models.DateField()
    data_edition = models.CharField(max_length=64)
    rules_edition = models.CharField(max_length=64)
    version = models.CharField(max_length=20)
    computed_at = models.DateTimeField()
    without = models.JSONField(default=dict, help_text="Key stages that have no bands, and why.")

    class Meta(TenantModel.Meta):
        ordering = ["-as_at", "-computed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "as_at", "data_edition", "rules_edition", "version"],
                name="risk_run_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority} as at {self.as_at}"


class RiskBand(TenantModel):
    """One school's chance of an adverse inspection in one run, its group, and what moved it."""

    run = models.ForeignKey(RiskRun, on_delete=models.CASCADE, related_name="bands")
    urn = models.PositiveIntegerField()
    stage = models.CharField(max_length=3)
    probability = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    group = models.CharField(max_length=14, choices=_choices(states.RISK_WORDS))
    pulls = models.JSONField(help_text="What raised and lowered the chance, strongest first.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["run", "urn", "stage"], name="risk_band_once"),
            models.CheckConstraint(
                condition=Q(low__gte=0, low__lte=F("probability"), probability__lte=F("high"), high__lte=1),
                name="risk_band_within_its_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.urn}: {self.group}"


class StatusDecision(TenantModel):
    """A person's decision on a school's concern status. Superseded by a later one, never changed."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=[(s, states.STATUS_WORDS[s]) for s in states.DECIDED])
    reason = models.TextField()
    capacity = models.CharField(max_length=12, choices=_choices(states.CAPACITY_WORDS))
    capacity_evidence = models.TextField(blank=True)
    decided_on = models.DateField()
    review_on = models.DateField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(ProposedStatus, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-decided_on", "-pk"]
        indexes = [models.Index(fields=["authority", "school", "-decided_on"], name="decision_latest")]
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gt=F("decided_on")), name="decision_review_later"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(capacity=states.Capacity.NOT_JUDGED) | ~Q(capacity_evidence=""),
                name="decision_capacity_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.status} on {self.decided_on}"


class LocalKnowledge(TenantModel):
    """What an officer knows of a school: restricted, dated, ended but never erased by correcting it."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=_choices(states.KNOWLEDGE_WORDS))
    sentence = models.CharField(max_length=500)
    known_from = models.DateField()
    known_until = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-known_from", "-pk"]
        verbose_name_plural = "local knowledge"
        constraints = [
            models.CheckConstraint(
                condition=Q(known_until__isnull=True, ended_because="")
                | (Q(known_until__gte=F("known_from")) & ~Q(ended_because="")),
                name="knowledge_end_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.get_kind_display()}"


class LeadOfficer(TenantModel):
    """The adviser who leads on a school, between two dates, with any interest declared."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    interest_declared = models.CharField(max_length=300, blank=True, help_text="Empty: asked, none declared.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "school"],
                condition=Q(ends_on__isnull=True),
                name="lead_officer_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="lead_officer_dates_ascend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member.person} leads on {self.school}"


class Category(TenantModel):
    """One of the authority's own categories of school, best first."""

    key = models.SlugField(max_length=20)
    name = models.CharField(max_length=40)
    description = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=8, choices=[(s, states.STATUS_WORDS[s]) for s in states.DECIDED])

    class Meta(TenantModel.Meta):
        ordering = ["position"]
        verbose_name_plural = "categories"
        constraints = [models.UniqueConstraint(fields=["authority", "key"], name="category_key_once")]

    def __str__(self) -> str:
        return self.name


class CategoryRecord(TenantModel):
    """One school's category for one school year: proposed, discussed with its head, agreed."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    exam_year = models.PositiveSmallIntegerField(help_text="The year whose summer ends the school year.")
    state = models.CharField(max_length=12, choices=_choices(states.CATEGORY_WORDS))
    proposed = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_because = models.TextField(blank=True)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(
        default=list, help_text="What the record rested on, as it stood when proposed."
    )
    conversation_on = models.DateField(null=True)
    conversation_with = models.CharField(max_length=200, blank=True)
    head_agrees = models.BooleanField(null=True)
    head_view = models.TextField(blank=True)
    agreed = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_because = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "school", "exam_year"], name="category_record_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True, agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed__isnull=False, agreed_at__isnull=False, agreed_by__isnull=False),
                name="category_agreed_whole",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(conversation_on__isnull=False),
                name="category_agreed_after_conversation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.exam_year}"


class Panel(TenantModel):
    """A meeting of services about schools, with minutes that one person closes."""

    held_on = models.DateField()
    title = models.CharField(max_length=120)
    present = models.TextField(help_text="Who was there, and for which service, one a line.")
    called_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="panel_closed_pair",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.held_on}"


class PanelItem(TenantModel):
    """What the panel said of one school, and who does what by when."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="items")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    minute = models.TextField()
    action = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(action="", owner__isnull=True, due_on__isnull=True)
                | (~Q(action="") & Q(owner__isnull=False, due_on__isnull=False)),
                name="panel_action_has_owner_and_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel}: {self.school}"
