from django.apps import AppConfig


class DemandConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.demand"

    def ready(self) -> None:
        from schoolward.apps.demand import disclosure

        disclosure.register()
