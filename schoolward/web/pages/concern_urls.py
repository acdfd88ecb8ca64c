"""Addresses of the pages about schools causing concern."""

from django.urls import path

from schoolward.web.pages import concern

urlpatterns = [
    path("concern/", concern.concern_list, name="concern_list"),
    path("concern/list.<str:form>", concern.concern_export, name="concern_export"),
    path("concern/<int:urn>/", concern.concern_school, name="concern_school"),
    path("concern/<int:urn>/known/", concern.add_knowledge, name="add_knowledge"),
    path("concern/<int:urn>/lead/", concern.name_lead, name="name_lead"),
    path("concern/known/<int:pk>/end/", concern.end_knowledge, name="end_knowledge"),
]
