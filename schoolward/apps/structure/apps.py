from django.apps import AppConfig


class StructureConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.structure"

    def ready(self) -> None:
        from schoolward.apps.structure import disclosure

        disclosure.register()
