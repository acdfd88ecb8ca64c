from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Finds the kinds of job: every app's `tasks` module registers its own when it is imported."""

    name = "schoolward.apps.jobs"

    def ready(self) -> None:
        autodiscover_modules("tasks")
