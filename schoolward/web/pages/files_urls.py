"""Addresses of files."""

from django.urls import path

from schoolward.web.pages import files

urlpatterns = [path("files/<int:pk>/", files.download_file, name="download_file")]
