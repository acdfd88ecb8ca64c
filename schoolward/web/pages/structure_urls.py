"""Addresses of the pages about structures."""

from django.urls import path

from schoolward.web.pages import (
    structure,
    structure_case,
    structure_children,
    structure_cliff,
    structure_drawing,
    structure_holders,
    structure_runs,
)

urlpatterns = [
    path("structure/", structure.structures, name="structures"),
    path("structure/compare/", structure.compare, name="structure_compare"),
    path("structure/holders/", structure_holders.holders, name="structure_holders"),
    path("structure/frontier/", structure_runs.frontier, name="structure_frontier"),
    path("structure/worked-case/", structure_case.case, name="structure_case"),
    path("structure/worked-case/start/", structure_case.start_case, name="structure_case_start"),
    path("structure/virtual-school/", structure_children.children, name="structure_children"),
    path("structure/settings/", structure_runs.settings, name="structure_settings"),
    path("structure/runs/start/", structure_runs.start, name="structure_start"),
    path("structure/runs/<int:pk>/", structure_runs.run, name="structure_run"),
    path("structure/runs/<int:pk>/suppose/", structure_runs.suppose, name="structure_suppose"),
    path("structure/runs/<int:pk>/adopt/", structure_runs.adopt, name="structure_adopt"),
    path("structure/draw/", structure_drawing.draw, name="structure_draw"),
    path("structure/<int:pk>/", structure.structure, name="structure"),
    path("structure/<int:pk>/grants/", structure_cliff.cliff, name="structure_cliff"),
    path("structure/<int:pk>/edit/<slug:part>/", structure_drawing.edit, name="structure_edit"),
    path("structure/<int:pk>/decide/", structure_drawing.decide, name="structure_decide"),
    path("structure/<int:pk>/files/", structure_drawing.files, name="structure_files"),
    path("structure/<int:pk>/export/<str:name>", structure_drawing.export, name="structure_export"),
]
