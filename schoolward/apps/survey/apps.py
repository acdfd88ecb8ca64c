from django.apps import AppConfig


class SurveyConfig(AppConfig):
    """Fills the registries below with what this app knows."""

    name = "schoolward.apps.survey"

    def ready(self) -> None:
        from schoolward.apps.accounts.needs import register_needs
        from schoolward.apps.drafts.kinds import register_draft_kind
        from schoolward.apps.survey import attachments, disclosure, letters
        from schoolward.apps.survey.answering import answer_kind
        from schoolward.apps.survey.drafting import questionnaire_kind
        from schoolward.apps.survey.needs import survey_needs

        register_needs("survey", survey_needs)
        register_draft_kind(answer_kind())
        register_draft_kind(questionnaire_kind())
        attachments.register()
        letters.register()
        disclosure.register()
