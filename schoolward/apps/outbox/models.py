from django.db import models
from django.db.models import Q

from schoolward.apps.outbox.states import State
from schoolward.apps.tenancy.models import TenantModel


class PrintBatch(TenantModel):
    """Letters put together to be printed and posted."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True, posted_by="")
                | (Q(posted_at__isnull=False) & ~Q(posted_by="")),
                name="print_batch_posted_pair",
            )
        ]

    def __str__(self) -> str:
        return f"Letters of {self.made_at:%Y-%m-%d %H:%M}"


class Message(TenantModel):
    """One message to one recipient, in the words in which it was or will be sent."""

    channel = models.CharField(max_length=12, help_text="As registered: smtp, notify, notify_post, print.")
    recipient = models.CharField(
        max_length=400, help_text="E-mail address, or postal address with line breaks."
    )
    recipient_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, help_text="Keys of files, in order.")
    erase_once_sent = models.BooleanField(
        default=False, help_text="It holds a secret, such as an invitation."
    )
    idempotency_key = models.CharField(
        max_length=120, help_text="No two messages of an authority have the same."
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED, db_index=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    not_before = models.DateTimeField(help_text="By the machine's clock.")
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    origin = models.CharField(
        max_length=80,
        blank=True,
        help_text="What it came from, as app.noun:id; asked before it goes.",
    )
    withdrawn_because = models.TextField(blank=True)
    taken_as = models.CharField(max_length=64, blank=True, help_text="What the other side calls it.")
    follow_at = models.DateTimeField(null=True, help_text="When to ask the other side about it.")
    delivered_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, null=True, related_name="messages")

    class Meta(TenantModel.Meta):
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["channel", "not_before"], condition=Q(state=State.QUEUED), name="to_send"),
            models.Index(fields=["follow_at"], condition=Q(follow_at__isnull=False), name="to_follow"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["authority", "idempotency_key"], name="message_once"),
            models.CheckConstraint(
                condition=Q(lease_token="", lease_until__isnull=True)
                | (Q(state=State.SENDING, lease_until__isnull=False) & ~Q(lease_token="")),
                name="message_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | ~Q(lease_token="") | Q(batch__isnull=False),
                name="message_sending_is_held",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="message_sent_has_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient_name or self.recipient}"

    @property
    def message_id(self) -> str:
        """The same at every attempt: mail servers tell a double by it, and a person can look it up."""
        return f"<schoolward.{self.authority_id}.{self.pk}@{_domain(self.sender)}>"

    @property
    def erased(self) -> bool:
        """True where its words were a secret and are forgotten."""
        return self.erase_once_sent and not self.text

    @property
    def sender(self) -> str:
        """The address it comes from."""
        from django.conf import settings

        return settings.DEFAULT_FROM_EMAIL


def _domain(address: str) -> str:
    return address.rsplit("@", 1)[-1].rstrip("> ") or "localhost"


class Attempt(TenantModel):
    """One attempt to send a message, and what came of it: the delivery log."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Empty where nobody knows how it ended.")
    outcome = models.CharField(max_length=12, choices=State.choices, default=State.SENDING)
    detail = models.TextField(blank=True, help_text="What the other side said.")

    class Meta(TenantModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_number_once")]

    def __str__(self) -> str:
        return f"attempt {self.number}: {self.get_outcome_display()}"
