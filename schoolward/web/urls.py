"""Addresses of every page. Each family of pages lists its own; here they are put together."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import path

from schoolward.web.pages import home, signing_in

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/as/", signing_in.sign_in_as, name="sign_in_as"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("role/", signing_in.choose_role, name="choose_role"),
    path("code/set-up/", signing_in.set_up_code, name="set_up_code"),
    path("code/", signing_in.enter_code, name="enter_code"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("theme.css", home.theme, name="theme"),
    path("health/", home.health, name="health"),
]

FAMILIES = (
    "schools",
    "concern",
    "categories",
    "papers",
    "rules",
    "data",
    "people",
    "contacts",
    "audit",
    "set_up",
    "jobs",
    "outbox",
    "files",
    "tokens",
    "catalogue",
    "letters",
    "surveys",
    "returns",
    "questionnaires",
    "answering",
    "findings",
    "risk",
    "demand",
    "structure",
)
for family in FAMILIES:
    if find_spec(f"schoolward.web.pages.{family}_urls"):
        urlpatterns += import_module(f"schoolward.web.pages.{family}_urls").urlpatterns
urlpatterns += import_module("schoolward.web.api.urls").urlpatterns
