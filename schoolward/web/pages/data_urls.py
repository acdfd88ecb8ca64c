"""Addresses of the pages about published data."""

from django.urls import path

from schoolward.web.pages import data

urlpatterns = [
    path("data/", data.data, name="data"),
    path("data/differences/", data.data_differences, name="data_differences"),
    path("data/import/", data.data_import, name="data_import"),
    path("data/import/start/", data.data_start_import, name="data_start_import"),
    path("data/imports/<int:pk>/", data.data_import_job, name="data_import_job"),
]
