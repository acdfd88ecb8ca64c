from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Makes the ways to send known."""

    name = "schoolward.apps.outbox"

    def ready(self) -> None:
        from schoolward.apps.outbox import notify

        notify.register()
