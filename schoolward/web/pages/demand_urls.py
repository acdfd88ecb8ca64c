"""Addresses of the pages about what schools will buy."""

from django.urls import path

from schoolward.web.pages import demand

urlpatterns = [
    path("demand/", demand.demand, name="demand"),
    path("demand/run/", demand.start_run, name="demand_start"),
    path("demand/evidence/", demand.evidence, name="demand_evidence"),
    path("demand/<int:pk>/", demand.run, name="demand_run"),
    path("demand/<int:pk>/services/<slug:service>/", demand.service, name="demand_service"),
    path("demand/<int:pk>/export/<str:name>", demand.export, name="demand_export"),
]
