"""Addresses of the pages about bands of risk."""

from django.urls import path

from schoolward.web.pages import risk

urlpatterns = [
    path("risk/", risk.risk_list, name="risk_list"),
    path("risk/work-out/", risk.work_out, name="risk_work_out"),
]
