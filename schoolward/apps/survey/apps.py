from django.apps import AppConfig


class SurveyConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.survey"

    def ready(self) -> None:
        from schoolward.apps.drafts.kinds import register_draft_kind
        from schoolward.apps.survey import disclosure
        from schoolward.apps.survey.answering import answer_kind

        register_draft_kind(answer_kind())
        disclosure.register()
