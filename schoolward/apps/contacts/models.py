from django.db import models
from django.db.models import F, Q

from schoolward.apps.accounts.models import Person
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.models import TenantModel


class ContactRole(models.TextChoices):
    """The parts that somebody plays for a school; one person each at a time."""

    HEAD = "head", "Headteacher"
    CHAIR = "chair", "Chair of governors"
    CLERK = "clerk", "Clerk to governors"
    BUSINESS_MANAGER = "business_manager", "School business manager"
    DESIGNATED_TEACHER = "designated_teacher", "Designated teacher"
    TRUST = "trust", "Trust"


class Source(models.TextChoices):
    """Who told us."""

    REGISTER = "register", "the register"
    SCHOOL = "school", "the school"
    OFFICER = "officer", "an officer"
    IMPORT = "import", "a spreadsheet"


class Contact(TenantModel):
    """Somebody to write to at a school in one role, from a day until a day."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ContactRole)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField(help_text="The first day we hold this for.")
    ends_on = models.DateField(null=True, help_text="The last day; empty while it goes on.")
    set_aside_at = models.DateTimeField(null=True, help_text="When a correction took this row's place.")
    source = models.CharField(max_length=10, choices=Source)
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    bounced_on = models.DateField(null=True, help_text="A message to this address came back.")

    class Meta(TenantModel.Meta):
        ordering = ["school_id", "role", "-starts_on", "-id"]
        indexes = [models.Index(fields=["authority", "school", "role"], name="contact_by_school")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contact_dates_ascend",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="contact_confirmed_pair",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
            models.UniqueConstraint(
                fields=["authority", "school", "role"],
                condition=Q(ends_on__isnull=True, set_aside_at__isnull=True),
                name="contact_one_open_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role_name}, {self.school}"

    @property
    def role_name(self) -> str:
        return ContactRole(self.role).label


class Confirmation(TenantModel):
    """A school said that its contacts were right, once in each school year."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    exam_year = models.PositiveSmallIntegerField(help_text="The school year by the year in which it ends.")
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "school", "exam_year"], name="confirmation_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.exam_year}"


class ContactUpload(TenantModel):
    """A spreadsheet somebody has given, waiting for them to say yes; its rows are forgotten when they do."""

    file_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    rows = models.JSONField(help_text="As read: [[line, URN, role, name, e-mail, telephone, from], …]")
    shown_key = models.CharField(max_length=64, help_text="Of the differences that were shown.")
    applied_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
