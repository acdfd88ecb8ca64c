from django.db import models


class SchoolResult(models.Model):
    """One school's published figures of one exam year; a missing figure has its code."""

    urn = models.PositiveIntegerField(help_text="The number the figures were published under.")
    key_stage = models.CharField(max_length=3)
    exam_year = models.PositiveSmallIntegerField()
    figures = models.JSONField(help_text="Measure to figure, in points for percentages.")
    codes = models.JSONField(help_text="Measure to the publisher's code, where there is no figure.")
    provisional = models.BooleanField(default=False)
    published_on = models.DateField(null=True)
    published_basis = models.CharField(max_length=20, blank=True)
    attributes_basis = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="The file it was read from.")

    class Meta:
        ordering = ["key_stage", "exam_year"]
        constraints = [
            models.UniqueConstraint(fields=["urn", "key_stage", "exam_year"], name="school_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.urn} {self.key_stage} {self.exam_year}"


class SchoolJudgement(models.Model):
    """One school under one dated rule on one year's results, with every comparison as told to the reader."""

    urn = models.PositiveIntegerField()
    key_stage = models.CharField(max_length=3)
    exam_year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, help_text="floor or coasting")
    rule_id = models.CharField(max_length=60)
    status = models.CharField(max_length=12, help_text="below, coasting, not …, unknown or excluded")
    reason = models.CharField(max_length=80, blank=True)
    caution = models.CharField(max_length=80, blank=True)
    working = models.JSONField(help_text="Each comparison: sentence, holds, role, measure, value, threshold.")

    class Meta:
        ordering = ["key_stage", "-exam_year", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["urn", "key_stage", "exam_year", "kind"], name="school_judgement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.urn} {self.rule_id} {self.status}"


class SchoolInspection(models.Model):
    """One inspection as published: grade in the words of its day, category of concern, areas."""

    urn = models.PositiveIntegerField(db_index=True, help_text="The number it was published under.")
    inspected_on = models.DateField()
    published_on = models.DateField(null=True)
    event = models.CharField(max_length=40)
    grade = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    areas = models.JSONField(default=dict, help_text="Area to judgement, for report cards and graded areas.")

    class Meta:
        ordering = ["inspected_on", "event"]

    def __str__(self) -> str:
        return f"{self.urn} {self.inspected_on} {self.grade}"


class SchoolYear(models.Model):
    """One school's money or staff in one year: figures with codes where there is none."""

    FINANCE, WORKFORCE = "finance", "workforce"

    urn = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(FINANCE, "Finance"), (WORKFORCE, "Workforce")])
    year = models.PositiveSmallIntegerField(help_text="In which the financial or school year ends.")
    figures = models.JSONField()
    codes = models.JSONField()
    published_on = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["kind", "year"]
        constraints = [models.UniqueConstraint(fields=["urn", "kind", "year"], name="school_year_once")]

    def __str__(self) -> str:
        return f"{self.urn} {self.kind} {self.year}"


class Predecessor(models.Model):
    """A school that another came from, directly or through others: its figures belong to the history."""

    urn = models.PositiveIntegerField(help_text="The school of today.")
    earlier_urn = models.PositiveIntegerField()
    until = models.DateField(null=True, help_text="The day the later school took over.")
    kind = models.CharField(max_length=80, help_text="In the register's own words.")
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["urn", "until"]
        constraints = [models.UniqueConstraint(fields=["urn", "earlier_urn"], name="predecessor_once")]

    def __str__(self) -> str:
        return f"{self.earlier_urn} before {self.urn}"


class Comparison(models.Model):
    """What a school's figure is compared with: the nation's or the statistical neighbours' schools."""

    NATIONAL, NEIGHBOURS = "national", "neighbours"

    group = models.CharField(max_length=10, choices=[(NATIONAL, "National"), (NEIGHBOURS, "Neighbours")])
    authority_code = models.PositiveSmallIntegerField(default=0, help_text="0 for the nation.")
    key_stage = models.CharField(max_length=3)
    exam_year = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=40)
    mean = models.FloatField(help_text="Of the schools' published figures, each counted once.")
    median = models.FloatField()
    published = models.FloatField(null=True, help_text="The figure for England in the file itself.")
    schools = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority_code", "key_stage", "exam_year", "measure"], name="comparison_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.key_stage} {self.exam_year} {self.measure}"


class SimilarSchools(models.Model):
    """The schools with an intake most like a school's own at a key stage, and their average results."""

    urn = models.PositiveIntegerField()
    key_stage = models.CharField(max_length=3)
    facts = models.JSONField(help_text="What they are alike in, each with its exam year; 0 for the register.")
    own = models.JSONField(help_text="The school itself: urn, name, authority, facts in that order, few.")
    schools = models.JSONField(help_text="The others in the same form, nearest first.")
    averages = models.JSONField(help_text="Exam year to measure to mean and number of schools with a figure.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["urn", "key_stage"], name="similar_schools_once")]

    def __str__(self) -> str:
        return f"{self.urn} {self.key_stage}: {len(self.schools)} similar"


class Headline(models.Model):
    """What a list says of a school: its latest result, floor and inspection."""

    urn = models.PositiveIntegerField(unique=True)
    authority_code = models.PositiveSmallIntegerField(db_index=True)
    measure = models.CharField(max_length=40, blank=True)
    exam_year = models.PositiveSmallIntegerField(null=True)
    figure = models.FloatField(null=True)
    code = models.CharField(max_length=20, blank=True, help_text="Why there is no figure.")
    cohort = models.PositiveIntegerField(null=True)
    floor_year = models.PositiveSmallIntegerField(null=True)
    floor_status = models.CharField(max_length=12, blank=True)
    inspected_on = models.DateField(null=True)
    grade = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=60, blank=True)
    is_predecessors = models.BooleanField(default=False, help_text="The result is that of the school it was.")

    def __str__(self) -> str:
        return f"{self.urn} {self.measure} {self.exam_year}"


class HistoryProjection(models.Model):
    """The editions that one authority's rows above are the projection of."""

    authority_code = models.PositiveSmallIntegerField(unique=True)
    edition = models.CharField(max_length=64)
    rules_edition = models.CharField(max_length=64)
    schools = models.PositiveIntegerField()
    projected_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.authority_code} {self.edition}"
