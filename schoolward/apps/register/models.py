from django.db import models

from schoolward.apps.accounts.models import Organisation


class School(models.Model):
    """A school as the newest published register has it. National: every authority sees the same row."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="school")
    urn = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    authority_code = models.PositiveSmallIntegerField(null=True, help_text="Empty where no register says.")
    authority_name = models.CharField(max_length=120, blank=True)
    estab = models.PositiveIntegerField(null=True, help_text="The number within the authority.")
    phase = models.CharField(max_length=40, blank=True, help_text="In the register's own words.")
    type_name = models.CharField(max_length=80, blank=True)
    type_group = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    low_age = models.PositiveSmallIntegerField(null=True)
    high_age = models.PositiveSmallIntegerField(null=True)
    gender = models.CharField(max_length=40, blank=True)
    religious_character = models.CharField(max_length=80, blank=True)
    roll = models.PositiveIntegerField(null=True)
    capacity = models.PositiveIntegerField(null=True)
    fsm_share = models.FloatField(
        null=True, help_text="Share of pupils eligible for free school meals, 0 to 1."
    )
    street = models.CharField(max_length=160, blank=True)
    town = models.CharField(max_length=80, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    easting = models.FloatField(null=True, help_text="British National Grid, metres.")
    northing = models.FloatField(null=True)
    latitude = models.FloatField(null=True, help_text="WGS84, worked out from the grid reference.")
    longitude = models.FloatField(null=True)
    trust_name = models.CharField(max_length=200, blank=True)
    trust_code = models.CharField(max_length=20, blank=True)
    closure_kind = models.CharField(max_length=40, blank=True)
    successor_urn = models.PositiveIntegerField(null=True, help_text="The school it became, where known.")
    edition_on = models.DateField(null=True, help_text="The day of the register that says so.")
    basis = models.CharField(max_length=40, blank=True, help_text="How its attributes are known.")
    content_key = models.CharField(
        max_length=16, help_text="Of all the above: an unchanged row is left alone."
    )

    class Meta:
        indexes = [models.Index(fields=["authority_code", "name"], name="school_by_authority")]

    def __str__(self) -> str:
        return self.name


class SchoolFact(models.Model):
    """What a school was, as a register first said so: its authority, name, type, trust and status."""

    urn = models.PositiveIntegerField()
    known_from = models.DateField(help_text="The day of the first register that said so.")
    authority_code = models.PositiveSmallIntegerField(null=True)
    name = models.CharField(max_length=200)
    type_name = models.CharField(max_length=80, blank=True)
    trust_code = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["urn", "known_from"]
        constraints = [models.UniqueConstraint(fields=["urn", "known_from"], name="school_fact_once_a_day")]
        indexes = [models.Index(fields=["authority_code", "known_from"], name="school_fact_authority")]

    def __str__(self) -> str:
        return f"{self.name} from {self.known_from}"


class RegisterEvent(models.Model):
    """Something that happened to a school: by its own date, or between two registers."""

    OPENED, CLOSED, CONVERTED, RENAMED, MOVED = "opened", "closed", "converted", "renamed", "moved"
    JOINED = "joined trust"
    KINDS = [(kind, kind.capitalize()) for kind in (OPENED, CLOSED, CONVERTED, RENAMED, MOVED, JOINED)]

    urn = models.PositiveIntegerField(db_index=True)
    kind = models.CharField(max_length=12, choices=KINDS)
    happened_on = models.DateField(null=True, help_text="Empty where only the two registers are known.")
    after_edition_on = models.DateField(null=True, help_text="The last register that did not yet say so.")
    by_edition_on = models.DateField(null=True, help_text="The first register that says so.")
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    other_urn = models.PositiveIntegerField(null=True, help_text="The school it became, or came from.")

    class Meta:
        ordering = ["-by_edition_on", "-happened_on", "urn"]

    def __str__(self) -> str:
        return f"{self.urn} {self.kind}"


class Outline(models.Model):
    """Where an authority begins and ends, thinned for drawing."""

    area_code = models.CharField(
        max_length=9, unique=True, help_text="Nine characters, as statisticians use."
    )
    authority_code = models.PositiveSmallIntegerField(null=True, db_index=True)
    name = models.CharField(max_length=120)
    rings = models.JSONField(help_text="Rings of [longitude, latitude].")
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    def __str__(self) -> str:
        return self.name


class Projection(models.Model):
    """The edition of the store that the rows of this app are the projection of. One row."""

    edition = models.CharField(max_length=64)
    projected_at = models.DateTimeField()
    schools = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="projection_one_row")]

    def __str__(self) -> str:
        return self.edition
