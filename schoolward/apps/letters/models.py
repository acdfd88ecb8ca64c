from django.db import models
from django.db.models import Q

from schoolward.apps.accounts.models import Membership
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.letters.states import BEGUN, COPY_WORDS, WORDS, CopyState, LetterState
from schoolward.apps.outbox.models import Message
from schoolward.apps.register.models import School
from schoolward.apps.tenancy.models import TenantModel


class Letter(TenantModel):
    """A letter in the making: to whom and how. Its subject and text are a draft of the same number."""

    NONE, PRINT, POST = "none", "print", "post"
    PAPER = [(NONE, "nobody"), (PRINT, "printed here"), (POST, "printed and posted by GOV.UK Notify")]

    title = models.CharField(max_length=160, help_text="What officers call it; no school sees this.")
    kind = models.CharField(max_length=60, help_text="The template it began from.")
    audience = models.CharField(max_length=60, help_text="As registered.")
    about = models.TextField(blank=True, help_text="What the audience is about, in its app's own words.")
    roles = models.JSONField(default=list, help_text="Contact roles, the most important first.")
    by_email = models.BooleanField(default=True)
    paper = models.CharField(max_length=5, choices=PAPER, default=PRINT)
    signatory = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    writer = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who looks after it until it leaves.",
    )

    class Meta(TenantModel.Meta):
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(by_email=True) | ~Q(paper="none"), name="letter_goes_some_way")
        ]

    def __str__(self) -> str:
        return self.title


class FrozenLetter(TenantModel):
    """A letter as it stood: words, attachments by version, signatory, and a copy for each recipient."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="frozen")
    number = models.PositiveSmallIntegerField(help_text="1 for the first time it was frozen.")
    state = models.CharField(max_length=10, choices=[(s, w) for s, w in WORDS.items()])
    subject = models.CharField(max_length=300)
    body = models.TextField(help_text="Markdown with fields, as frozen.")
    attachments = models.JSONField(default=list, help_text="Keys of versions of files, in order.")
    audience = models.CharField(max_length=60)
    about = models.TextField(blank=True)
    signatory = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True, help_text="When somebody asked for it to be sent.")
    begun_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True, help_text="When the last copy had been handed over.")
    ended_because = models.TextField(blank=True, help_text="Why it was stopped or withdrawn.")

    class Meta(TenantModel.Meta):
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "number"], name="frozen_letter_number_once"),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(state__in=BEGUN), name="letter_begun_once"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
                name="frozen_letter_signed_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=BEGUN)
                | Q(signed_at__isnull=False, begun_at__isnull=False, begun_by__isnull=False),
                name="frozen_letter_begun_after_signing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LetterState.WITHDRAWN, LetterState.STOPPED]) | ~Q(ended_because=""),
                name="frozen_letter_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}, frozen {self.number}"


class Copy(TenantModel):
    """One recipient's letter in the very words that were signed, and the message it became."""

    frozen = models.ForeignKey(FrozenLetter, on_delete=models.CASCADE, related_name="copies")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ContactRole)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    address = models.TextField(blank=True, help_text="Postal address, where it goes on paper.")
    channel = models.CharField(max_length=12, blank=True, help_text="Empty where it is left out.")
    state = models.CharField(max_length=12, choices=[(s, w) for s, w in COPY_WORDS.items()])
    why = models.CharField(max_length=300, blank=True, help_text="Why it does not go.")
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Without the page round it.")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        ordering = ["school__name", "school_id", "pk"]
        indexes = [
            models.Index(fields=["frozen"], condition=Q(state=CopyState.WAITING), name="letter_copy_waiting")
        ]
        constraints = [
            models.UniqueConstraint(fields=["frozen", "school", "role"], name="letter_copy_once_a_role"),
            models.UniqueConstraint(
                fields=["frozen", "school", "email"],
                condition=~Q(email="") & ~Q(state=CopyState.LEFT_OUT),
                name="letter_copy_once_an_address",
            ),
            models.CheckConstraint(
                condition=Q(state=CopyState.HANDED_OVER, message__isnull=False)
                | (~Q(state=CopyState.HANDED_OVER) & Q(message__isnull=True)),
                name="letter_copy_handed_over_has_message",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CopyState.LEFT_OUT, CopyState.NOT_NEEDED]) | ~Q(why=""),
                name="letter_copy_not_sent_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frozen} to {self.name}, {self.school}"

    @property
    def role_name(self) -> str:
        return ContactRole(self.role).label
