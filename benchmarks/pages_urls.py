"""The site's addresses, and a signed-in page that says nothing: what the others are measured against."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from schoolward.apps.accounts.access import signed_in
from schoolward.web.urls import urlpatterns as site

EMPTY = engines.all()[0].from_string('{% extends "base.html" %}{% block title %}Empty{% endblock %}')


@signed_in
def empty(request: HttpRequest) -> HttpResponse:
    """Header, navigation and footer."""
    return HttpResponse(EMPTY.render({}, request))


urlpatterns = [path("benchmark/empty/", empty, name="benchmark_empty"), *site]
