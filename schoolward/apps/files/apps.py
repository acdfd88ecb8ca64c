from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Tells the outbox how to fetch what goes with a message."""

    name = "schoolward.apps.files"

    def ready(self) -> None:
        from schoolward.apps.files.queries import as_attachment
        from schoolward.apps.outbox.channels import read_attachments_with

        read_attachments_with(as_attachment)
