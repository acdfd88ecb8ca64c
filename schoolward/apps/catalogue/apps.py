from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.catalogue"

    def ready(self) -> None:
        from schoolward.apps.catalogue import disclosure

        disclosure.register()
