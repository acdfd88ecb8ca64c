"""Addresses of the pages about papers."""

from django.urls import path

from schoolward.web.pages import papers

urlpatterns = [
    path("papers/", papers.papers, name="papers"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/draft.<str:form>", papers.paper_preview, name="paper_preview"),
    path("papers/<int:pk>/freeze/", papers.freeze_paper, name="freeze_paper"),
    path("papers/frozen/<int:pk>/", papers.frozen_paper, name="frozen_paper"),
    path("papers/frozen/<int:pk>/<str:part>.<str:form>", papers.paper_file, name="paper_file"),
    path("papers/frozen/<int:pk>/<str:step>/", papers.paper_step, name="paper_step"),
]
