from django.db import models
from django.db.models import Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.papers.states import WORDS, PaperState
from schoolward.apps.tenancy.models import TenantModel


class Paper(TenantModel):
    """A paper in the making: what it is, and as at which day. Its text is a draft of the same number."""

    kind = models.CharField(max_length=60, help_text="As registered by the app whose figures it holds.")
    title = models.CharField(max_length=160)
    as_at = models.DateField()
    compared_with = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["-as_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(compared_with__lt=models.F("as_at")), name="paper_compared_with_earlier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.as_at}"


class FrozenPaper(TenantModel):
    """A paper as it stood: text, figures with their provenance, and the documents made from them."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="frozen")
    number = models.PositiveSmallIntegerField(help_text="1 for the first time it was frozen.")
    state = models.CharField(max_length=10, choices=[(s, w) for s, w in WORDS.items()])
    body = models.TextField()
    figures = models.TextField(help_text="As publishing.provenance.freeze writes them.")
    has_exempt_part = models.BooleanField()
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    published_because = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_because = models.TextField(blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="frozen_paper_number_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="frozen_paper_signed_pair",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False, signed_at__isnull=False),
                name="frozen_paper_published_after_signing",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.WITHDRAWN)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="frozen_paper_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}, frozen {self.number}"


class PaperDocument(TenantModel):
    """One document of a frozen paper, kept as it was made: nobody's later program can change it."""

    PUBLIC, EXEMPT = "public", "exempt"

    frozen = models.ForeignKey(FrozenPaper, on_delete=models.CASCADE, related_name="documents")
    part = models.CharField(max_length=6, choices=[(PUBLIC, "Public part"), (EXEMPT, "Exempt annex")])
    form = models.CharField(max_length=8, help_text="fragment, html, docx or pdf")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["frozen", "part", "form"], name="paper_document_once")]

    def __str__(self) -> str:
        return f"{self.frozen}: {self.part} {self.form}"
