from django.db import models


class AppendOnly(models.QuerySet):
    def update(self, **values):
        raise TypeError("Audit events are never changed.")

    def delete(self):
        raise TypeError("Audit events are never deleted.")


class Event(models.Model):
    """One change: who, when, what, before and after, and the reason given."""

    at = models.DateTimeField()
    authority_code = models.PositiveSmallIntegerField(null=True)
    by_id = models.CharField(max_length=40)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=60)
    action = models.CharField(max_length=80, help_text="app.verb_noun")
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        # Each filter of the audit page has an index that ends in the page's order.
        indexes = [
            models.Index(fields=["authority_code", "-at", "-id"], name="audit_when"),
            models.Index(fields=["authority_code", "by_id", "-at", "-id"], name="audit_who"),
            models.Index(fields=["authority_code", "action", "-at", "-id"], name="audit_what"),
            models.Index(fields=["target_kind", "target_id", "-at", "-id"], name="audit_target"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}: {self.action} {self.target_label}"
