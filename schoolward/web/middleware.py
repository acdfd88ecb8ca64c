"""Who acts in this request, and how refusals are shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.queries import choose_membership
from schoolward.apps.accounts.second_factor import second_factor_step
from schoolward.apps.tenancy import scope
from schoolward.terms.errors import BadInput, Conflict, NotAllowed, NotNow, SchoolwardError

MEMBERSHIP_KEY = "membership"


class ActingMiddleware:
    """Sets `request.acting` from the membership in the session, and the tenancy scope with it.

    Without a role in force, or before a second factor that the role needs, `acting` is None and
    `acting_step` is the page where that is put right.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting, request.acting_step = None, reverse("choose_role")
        if request.user.is_authenticated:
            self._act(request)
        token = scope.enter(request.acting.authority if request.acting else None)
        try:
            return self.get_response(request)
        finally:
            scope.leave(token)

    def _act(self, request: HttpRequest) -> None:
        membership = choose_membership(request.user, request.session.get(MEMBERSHIP_KEY))
        if membership is None:
            return
        if step := second_factor_step(request.user, membership):
            request.acting_step = reverse(step)
            return
        request.acting = Acting.of(membership)


class RefusalMiddleware:
    """Shows the sentence of a refusal or a wrong world on a page of its own, with the right status."""

    STATUS = ((NotAllowed, 403), (NotNow, 409), (Conflict, 409), (SchoolwardError, 400))

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _holds_nothing_character(request):
            error = BadInput(
                "What was sent holds a character that cannot be kept.", do="Type it instead of pasting."
            )
            return render(request, "refusal.html", {"error": error}, status=400)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        for kind, status in self.STATUS:
            if isinstance(error, kind):
                return render(request, "refusal.html", {"error": error}, status=status)
        return None


def _holds_nothing_character(request: HttpRequest) -> bool:
    """True where an answer or the address holds the character zero, which PostgreSQL refuses to keep.

    The API has its own answer to that, in the form that programs read.
    """
    if request.path.startswith("/api/"):
        return False
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    return any("\x00" in value for answers in sent for _, values in answers.lists() for value in values)
