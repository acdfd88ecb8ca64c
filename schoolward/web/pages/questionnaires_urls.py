from django.urls import path

from schoolward.web.pages import questionnaires, questionnaires_edit

urlpatterns = [
    path("surveys/questionnaires/", questionnaires.questionnaire_list, name="questionnaires"),
    path("surveys/questionnaires/<slug:key>/", questionnaires.versions, name="questionnaire"),
    path("surveys/questionnaires/<slug:key>/preview/", questionnaires.preview, name="questionnaire_preview"),
    path("surveys/questionnaires/<slug:key>/edit/", questionnaires_edit.edit, name="questionnaire_edit"),
]
