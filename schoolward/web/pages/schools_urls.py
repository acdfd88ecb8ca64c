"""Addresses of the pages about schools."""

from django.urls import path

from schoolward.web.pages import schools

urlpatterns = [
    path("schools/", schools.schools, name="schools"),
    path("schools/list.<str:form>", schools.schools_export, name="schools_export"),
    path("schools/map/", schools.map_of_schools, name="schools_map"),
    path("schools/<int:urn>/", schools.school, name="school"),
    path("my-school/", schools.my_school, name="my_school"),
]
