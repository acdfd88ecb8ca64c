"""The virtual headteacher's load: education plans that fall due, against the posts of each structure."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.structure import bridge, queries, runs


@requires(P.MODEL_STRUCTURE)
def children(request: HttpRequest) -> HttpResponse:
    """How many plans would be late under each structure, and with how many posts none would be."""
    found = queries.drawn_all(request.acting)
    settings = runs.settings_now()
    against = bridge.plans_against_posts(
        [(each.structure.name, each.establishment) for each in found], settings
    )
    return render(request, "structure/children.html", {"against": against, "settings": settings})
