from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from schoolward.apps.accounts import roles
from schoolward.apps.tenancy.models import TenantModel


class PersonManager(BaseUserManager):
    """Finds people by e-mail without regard to capitals."""

    def get_by_natural_key(self, email: str) -> "Person":
        return self.get(email=email.strip().lower())


class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from memberships, never from here."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(
        default=False, help_text="An invented person of the demonstration."
    )
    created_at = models.DateTimeField()

    objects = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(email=models.functions.Lower("email")), name="person_email_lower"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """An authority, a school, a trust or a provider: where a role is held. National, not tenant-owned."""

    KINDS = [(k, k.capitalize()) for k in (roles.AUTHORITY, roles.SCHOOL, roles.TRUST, roles.PROVIDER)]

    kind = models.CharField(max_length=12, choices=KINDS)
    name = models.CharField(max_length=200)
    urn = models.PositiveIntegerField(null=True, unique=True, help_text="Schools only.")
    trust_code = models.CharField(
        max_length=20, blank=True, help_text="Trusts only: the register's group code."
    )
    authority_code = models.PositiveSmallIntegerField(null=True, help_text="Authorities only.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=roles.SCHOOL, urn__isnull=False)
                | (~Q(kind=roles.SCHOOL) & Q(urn__isnull=True)),
                name="organisation_school_has_urn",
            ),
            models.UniqueConstraint(
                fields=["trust_code"], condition=Q(kind=roles.TRUST), name="organisation_one_per_trust"
            ),
            models.UniqueConstraint(
                fields=["authority_code"],
                condition=Q(kind=roles.AUTHORITY),
                name="organisation_one_per_authority",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person holds a role in an organisation, with an authority, between two dates."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=roles.CHOICES)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The last day; empty while it goes on.")
    stopped_at = models.DateTimeField(null=True, help_text="Stopped at once on the last day, before its end.")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_dates_ascend",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(ends_on__isnull=False),
                name="membership_stopped_has_last_day",
            ),
            models.UniqueConstraint(
                fields=["authority", "person", "organisation", "role"],
                condition=Q(ends_on__isnull=True),
                name="membership_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role_name}, {self.organisation}"

    @property
    def role_name(self) -> str:
        return roles.BY_KEY[self.role].name


class Invitation(TenantModel):
    """An e-mailed invitation to hold a role; the token itself is never stored."""

    email = models.EmailField()
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=roles.CHOICES)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_pair",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def role_name(self) -> str:
        return roles.BY_KEY[self.role].name


class ApiToken(TenantModel):
    """A secret by which a program acts in somebody's role; it ends with the role. Only its hash is stored."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80, help_text="What the program is, in its owner's words.")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_on = models.DateField(help_text="The last day on which it works.")
    last_used_at = models.DateTimeField(null=True, help_text="To within some minutes.")
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "name"],
                condition=Q(revoked_at__isnull=True),
                name="token_name_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.name
