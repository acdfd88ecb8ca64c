"""Addresses of the pages about categories and panels."""

from django.urls import path

from schoolward.web.pages import categories

urlpatterns = [
    path("categories/", categories.category_list, name="categories"),
    path("categories/list.<str:form>", categories.category_export, name="category_export"),
    path("categories/<int:urn>/", categories.category_school, name="category_school"),
    path("panels/", categories.panels, name="panels"),
    path("panels/<int:pk>/", categories.panel, name="panel"),
    path("panels/actions/<int:pk>/done/", categories.finish_action, name="finish_action"),
]
