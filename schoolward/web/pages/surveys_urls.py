"""Addresses of officers' pages about surveys."""

from django.urls import path

from schoolward.web.pages import surveys, surveys_returns, surveys_school

urlpatterns = [
    path("surveys/", surveys.survey_list, name="surveys"),
    path("surveys/new/", surveys.start_survey, name="start_survey"),
    path("surveys/<int:pk>/", surveys.survey_page, name="survey"),
    path("surveys/<int:pk>/returns/", surveys_returns.survey_returns, name="survey_returns"),
    path("surveys/<int:pk>/schools.<str:form>", surveys.survey_export, name="survey_export"),
    path("surveys/<int:pk>/schools/<int:urn>/", surveys_school.survey_school, name="survey_school"),
]
