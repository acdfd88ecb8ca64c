from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from schoolward.apps.accounts.models import Membership, Organisation, Person
from schoolward.apps.catalogue import states
from schoolward.apps.catalogue.pricing import PartKind
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.models import TenantModel


def _choices(words: dict) -> list[tuple[str, str]]:
    return [(str(key), word) for key, word in words.items()]


def _key_once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["authority", "key"], name=name)


class ServiceCategory(TenantModel):
    """A shelf of the catalogue, such as governor services."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta(TenantModel.Meta):
        ordering = ["position", "name"]
        verbose_name_plural = "service categories"
        constraints = [_key_once("service_category_key_once")]

    def __str__(self) -> str:
        return self.name


class Skill(TenantModel):
    """Something a person can be asked for by name: early reading, exclusions, payroll."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [_key_once("skill_key_once")]

    def __str__(self) -> str:
        return self.name


class Provider(TenantModel):
    """Who delivers: a team of the authority, another school, a private firm."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=_choices(states.PROVIDER_WORDS))
    description = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whose people sign in as this provider; they see their own lines alone.",
    )

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [_key_once("provider_key_once")]

    def __str__(self) -> str:
        return self.name


class OfferedPerson(TenantModel):
    """Somebody whom a school may ask for by name."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="people")
    skills = models.ManyToManyField(Skill, through="PersonSkill", related_name="people")
    offered_until = models.DateField(null=True, help_text="The last day; empty while it goes on.")

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [_key_once("offered_person_key_once")]

    def __str__(self) -> str:
        return self.name


class PersonSkill(TenantModel):
    """A person has a skill."""

    person = models.ForeignKey(OfferedPerson, on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "skill"], name="person_skill_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill}"


class ServiceLine(TenantModel):
    """One thing a school may buy. Its key never changes, so that years can be compared."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    category = models.ForeignKey(ServiceCategory, on_delete=models.PROTECT, related_name="lines")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="lines")
    description = models.CharField(max_length=600, help_text="What it is, in a sentence or two.")
    free_part = models.CharField(
        max_length=400, blank=True, help_text="What the authority does for nothing; empty if nothing."
    )
    charged_part = models.CharField(max_length=400, help_text="What the price buys.")
    unit = models.CharField(max_length=12, choices=_choices(states.UNIT_WORDS))
    days_per_unit = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    people = models.ManyToManyField(OfferedPerson, through="LinePerson", related_name="lines")
    vat = models.CharField(max_length=8, choices=_choices(states.VAT_WORDS), default=states.Vat.NOT_SET.value)
    position = models.PositiveSmallIntegerField(help_text="Its place within its category.")
    sold_from = models.DateField()
    sold_until = models.DateField(null=True, help_text="The last day; empty while it goes on.")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["category__position", "position", "name"]
        constraints = [
            _key_once("service_line_key_once"),
            models.CheckConstraint(
                condition=Q(days_per_unit__isnull=True) | Q(days_per_unit__gt=Decimal(0)),
                name="service_line_days_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(sold_until__isnull=True, withdrawn_because="")
                | (Q(sold_until__gte=F("sold_from")) & ~Q(withdrawn_because="")),
                name="service_line_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LinePerson(TenantModel):
    """A person may come for a line."""

    line = models.ForeignKey(ServiceLine, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(OfferedPerson, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["line", "person"], name="line_person_once")]

    def __str__(self) -> str:
        return f"{self.line}: {self.person}"


class Price(TenantModel):
    """What a line costs from a day, for one kind of school. It never changes: another takes its place."""

    line = models.ForeignKey(ServiceLine, on_delete=models.CASCADE, related_name="prices")
    audience = models.CharField(max_length=12, choices=_choices(states.AUDIENCE_WORDS))
    contract_year = models.CharField(max_length=10, choices=_choices(states.CONTRACT_WORDS))
    starts_on = models.DateField()
    is_firm = models.BooleanField(help_text="Firm: schools may rely on it. Else indicative.")
    list_price_pence = models.PositiveIntegerField(
        help_text="The one price that a survey's card prints for every school."
    )
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, help_text="When another price for the day took its place.")

    class Meta(TenantModel.Meta):
        ordering = ["line_id", "audience", "-starts_on", "-pk"]
        indexes = [models.Index(fields=["authority", "starts_on"], name="price_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "line", "audience", "starts_on"],
                condition=Q(set_aside_at__isnull=True),
                name="price_once_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.line}, {self.audience}, from {self.starts_on}"


class PricePart(TenantModel):
    """A flat fee, a rate for each pupil, a band or a level of a price."""

    price = models.ForeignKey(Price, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=9, choices=[(kind.value, kind.capitalize()) for kind in PartKind])
    phase = models.CharField(max_length=12, blank=True)
    most_pupils = models.PositiveIntegerField(null=True)
    level = models.CharField(max_length=60, blank=True)
    includes = models.CharField(max_length=200, blank=True)
    price_pence = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PartKind.FLAT.value, phase="", most_pupils__isnull=True, level="")
                | (Q(kind=PartKind.PER_PUPIL.value, most_pupils__isnull=True, level="") & ~Q(phase=""))
                | Q(kind=PartKind.BAND.value, phase="", level="")
                | (Q(kind=PartKind.LEVEL.value, phase="", most_pupils__isnull=True) & ~Q(level="")),
                name="price_part_of_its_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.price_pence}"


class Terms(TenantModel):
    """What is agreed with an order from a day: for one category, or for all where none is named."""

    category = models.ForeignKey(ServiceCategory, on_delete=models.CASCADE, null=True, related_name="terms")
    words = models.TextField(help_text="Markdown.")
    term_months = models.PositiveSmallIntegerField(help_text="For how long an order binds.")
    notice_days = models.PositiveSmallIntegerField(help_text="How long before its end it must be given up.")
    starts_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-starts_on", "-pk"]
        verbose_name_plural = "terms"
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="terms_have_words"),
            models.CheckConstraint(condition=Q(term_months__gte=1), name="terms_last_a_month"),
            models.UniqueConstraint(
                fields=["authority", "category", "starts_on"],
                condition=Q(set_aside_at__isnull=True),
                name="terms_once_a_day",
            ),
            # rows without a category are never equal to a database, so they need a line of their own
            models.UniqueConstraint(
                fields=["authority", "starts_on"],
                condition=Q(set_aside_at__isnull=True, category__isnull=True),
                name="terms_for_all_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or 'All services'}, from {self.starts_on}"


class Earmark(TenantModel):
    """What a school expects to spend on services in a contract year. Superseded, never changed."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="The year in which the contract year ends.")
    amount_pence = models.PositiveBigIntegerField()
    budget_share_pence = models.PositiveBigIntegerField(
        null=True, help_text="The school's budget share; empty where not known."
    )
    pupils = models.PositiveIntegerField(null=True)
    certainty = models.CharField(max_length=10, choices=_choices(states.CERTAINTY_WORDS))
    said_by = models.CharField(max_length=200, help_text="Name and role of who said so.")
    said_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    superseded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["school_id", "-year", "-recorded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(said_by=""), name="earmark_said_by_somebody"),
            models.CheckConstraint(
                condition=Q(budget_share_pence__isnull=True) | Q(budget_share_pence__gt=0),
                name="earmark_budget_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(pupils__isnull=True) | Q(pupils__gt=0), name="earmark_pupils_above_zero"
            ),
            models.UniqueConstraint(
                fields=["authority", "school", "year"],
                condition=Q(superseded_at__isnull=True),
                name="earmark_one_stands",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.year}"


class CatalogueUpload(TenantModel):
    """A file somebody has given, waiting for them to say yes; its content is forgotten when they do."""

    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    shown_key = models.CharField(max_length=64, help_text="Of the differences that were shown.")
    applied_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
