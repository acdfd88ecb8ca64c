"""Marks on views: what one needs to open each. Every view carries one; a test tries them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schoolward.apps.accounts.permissions import Permission
from schoolward.terms.errors import NotAllowed

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """What a view needs: public (and why), signed in, or any one of some permissions."""

    kind: str  # public | person | signed_in | permission
    permissions: tuple[Permission, ...] = ()
    reason: str = ""


def public(reason: str) -> Callable[[View], View]:
    """Anyone may open it; `reason` says why that is right."""

    def mark(view: View) -> View:
        view.access = Access("public", reason=reason)
        return view

    return mark


def person_only(view: View) -> View:
    """Somebody who has given a password, even before the second factor or a role is chosen."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.access = Access("person")
    return guarded


def signed_in(view: View) -> View:
    """Anyone who acts in a role."""
    return _guard(view, Access("signed_in"))


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Anyone whose role has at least one of `permissions`."""
    assert permissions
    return lambda view: _guard(view, Access("permission", permissions))


def _guard(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.acting is None:
            return redirect(request.acting_step)
        if access.permissions and not any(map(request.acting.may, access.permissions)):
            try:
                request.acting.check(access.permissions[0])
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal
        return view(request, *args, **kwargs)

    guarded.access = access
    return guarded
