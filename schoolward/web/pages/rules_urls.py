"""Addresses of the rulebook's pages."""

from django.urls import path

from schoolward.web.pages import rules

urlpatterns = [
    path("rules/", rules.rules, name="rules"),
    path("rules/<slug:rule_id>/", rules.rule, name="rule"),
]
