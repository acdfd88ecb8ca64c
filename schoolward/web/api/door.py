"""Who asks, and may they: decided before anything else of a request is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.security import APIKeyCookie, HttpBearer

from schoolward.apps.accounts.access import Access
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.accounts.tokens import acting_by_token
from schoolward.apps.tenancy.scope import scope
from schoolward.terms.errors import NotAllowed
from schoolward.web.api.problems import problem

READING = ("GET", "HEAD")
View = Callable[..., HttpResponse]


class Token(HttpBearer):
    """A token made under My tokens, for programs. What the door decided; here for the description."""

    def authenticate(self, request: HttpRequest, token: str) -> Acting | None:
        return request.acting


class Session(APIKeyCookie):
    """Somebody signed in on the site, in the role they act in. What the door decided."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Acting | None:
        return request.acting


def opens_to(*permissions: Permission) -> Callable[[View], View]:
    """Mark an operation: for roles with at least one of `permissions`."""
    assert permissions

    def mark(view: View) -> View:
        view.access = Access("permission", permissions)
        return view

    return mark


def guarded(view: View, access: Access, parameters: set[str]) -> View:
    """The view, for those who may: 401 for nobody, 403 for a role that may not, 405 for anything but reading.

    A parameter of any other name than `parameters` is refused: misspelt, it would narrow nothing. And as
    nothing is written through this door, a session needs no proof against forged requests.
    """

    @csrf_exempt
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        acting = who_asks(request)
        if acting is None:
            return _unknown(request)
        if refusal := _refusal(acting, access):
            return problem(403, refusal, do="Ask in a role that may, or ask your administrator.")
        if request.method not in READING:
            return only_reading(request)
        if strange := request.GET.keys() - parameters:
            return _strange(sorted(strange), parameters)
        request.acting = acting
        with scope(acting.authority), _as_get(request):
            return view(request, *args, **kwargs)

    door.access = access
    return door


@contextmanager
def _as_get(request: HttpRequest) -> Iterator[None]:
    """HEAD is answered as GET is; the server leaves the body out."""
    asked, request.method = request.method, "GET"
    try:
        yield
    finally:
        request.method = asked


def _strange(names: list[str], parameters: set[str]) -> HttpResponse:
    known = ", ".join(sorted(parameters)) or "none"
    where = ", ".join(f"query.{name}" for name in names)
    return problem(422, f"No such parameter: {', '.join(names)}.", where=where, do=f"There are: {known}.")


def who_asks(request: HttpRequest) -> Acting | None:
    """By the token where one was sent, else by the session."""
    if "Authorization" not in request.headers:
        return request.acting
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    return acting_by_token(secret.strip()) if scheme.lower() == "bearer" else None


def only_reading(request: HttpRequest) -> HttpResponse:
    """Says that nothing is written here."""
    return problem(405, f"{request.method} is not answered here.", do="GET it.", Allow="GET, HEAD")


def _refusal(acting: Acting, access: Access) -> str:
    if any(map(acting.may, access.permissions)):
        return ""
    try:
        acting.check(access.permissions[0])
    except NotAllowed as refusal:
        return refusal.what
    return ""


def _unknown(request: HttpRequest) -> HttpResponse:
    if "Authorization" in request.headers:
        what, do = "The token is not known, or is over.", "Make another under My tokens on the site."
    elif request.user.is_authenticated:
        what, do = "You are signed in, and act in no role yet.", "Choose a role on the site."
    else:
        what = "Nobody is signed in."
        do = "Send 'Authorization: Bearer' with a token made under My tokens, or sign in on the site."
    return problem(401, what, where="Authorization", do=do, WWW_Authenticate='Bearer realm="Schoolward"')
