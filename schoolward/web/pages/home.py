"""The first page: what needs this person now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import public, signed_in
from schoolward.apps.accounts.needs import needs_of


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What needs the person now, most urgent first, and the ways on."""
    return render(request, "pages/home.html", {"needs": needs_of(request.acting)})


@public("the law asks for it, and people must be able to read it before they sign in")
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "pages/accessibility.html", {})


@public("a colour is no secret")
def theme(request: HttpRequest) -> HttpResponse:
    """The authority's colour as a stylesheet: inline styles are refused by the content security policy."""
    colour = request.GET.get("c", "")
    if len(colour) != 6 or any(ch not in "0123456789abcdef" for ch in colour):
        colour = "1d70b8"
    reply = HttpResponse(f":root{{--accent:#{colour}}}", content_type="text/css")
    reply["Cache-Control"] = "public, max-age=86400, immutable"
    return reply


@public("a load balancer asks it")
def health(request: HttpRequest) -> HttpResponse:
    """'ok' when the site answers."""
    return HttpResponse("ok", content_type="text/plain")
