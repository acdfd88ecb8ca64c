from django.db import models


class AppendOnly(models.QuerySet):
    def update(self, **values):
        raise TypeError("Audit events are never changed.")

    def delete(self):
        raise TypeError("Audit events are never deleted.")


class Event(models.Model):
    """One change: who, when, what, before and after, and the reason given."""

    at = models.DateTimeField(db_index=True)
    authority_code = models.PositiveSmallIntegerField(null=True, db_index=True)
    by_id = models.CharField(max_length=40)
    by_name = models.CharField(max_length=200)
    by_role = models.CharField(max_length=60)
    action = models.CharField(max_length=80, db_index=True, help_text="app.verb_noun")
    target_kind = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    target_label = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["target_kind", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by_name}: {self.action} {self.target_label}"
