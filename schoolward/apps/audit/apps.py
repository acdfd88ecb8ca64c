from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "schoolward.apps.audit"

    def ready(self) -> None:
        from schoolward.apps.audit import disclosure

        disclosure.register()
