import secrets
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from schoolward.apps.tenancy.models import TenantModel


def new_token() -> str:
    """A name nobody used before."""
    return secrets.token_hex(8)


class Content(TenantModel):
    """Bytes on disk, kept once for an authority however many files hold them.

    Not shared between authorities: erasing one's files must not depend on another's, and nobody must learn
    from an upload that somebody else has the same file.
    """

    sha256 = models.CharField(max_length=64)
    token = models.CharField(
        max_length=16,
        default=new_token,
        help_text="A new copy has another name than one just removed.",
    )
    size_bytes = models.PositiveBigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["authority", "sha256"], name="content_once")]

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> Path:
        """Where the bytes are."""
        return files_folder() / self.sha256[:2] / self.sha256[2:4] / f"{self.sha256}.{self.token}"


class File(TenantModel):
    """Something attached to something; its versions hold what it was at each time."""

    owner_kind = models.CharField(max_length=60, help_text="app.noun, as registered.")
    owner_id = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kept_until = models.DateField(null=True, blank=True, help_text="Deleted for good after that day.")

    class Meta(TenantModel.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "owner_kind", "owner_id", "name"], name="file_one_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def latest(self) -> "FileVersion":
        """The newest version."""
        return self.versions.order_by("-number").first()


class FileVersion(TenantModel):
    """What a file was from one upload to the next."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="versions")
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=200)
    scanned_by = models.CharField(max_length=60, help_text="Which scanner found nothing.")

    class Meta(TenantModel.Meta):
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="file_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="file_version_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.file} (version {self.number})"


def files_folder() -> Path:
    """The folder of all contents."""
    return Path(settings.SCHOOLWARD_HOME) / "files" / "sha256"
