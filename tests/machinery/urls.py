"""Every address of the site, read from Django's resolver, with what one needs to open it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, UUIDConverter

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.access import Access
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.accounts.roles import Role

# what stands in an address for each kind of argument; nothing need be there, as who may ask is decided first
SAMPLES = {IntConverter: 1, SlugConverter: "sample", UUIDConverter: UUID(int=1)}
NAMED_SAMPLES = {
    "urn": 100000,
    "exam_year": 2018,
    "year": 2018,
    "day": date(2026, 11, 23),
    "as_at": date(2026, 11, 23),
}


@dataclass(frozen=True)
class Address:
    """One address: its form, a sample of it, and the mark on its view (None if it carries none)."""

    route: str
    name: str
    sample: str
    access: Access | None

    def __str__(self) -> str:
        return self.route

    def opens_for(self, role: Role) -> bool:
        """True if somebody in this role may open it."""
        assert self.access is not None
        if self.access.kind == "permission":
            return any(permission in role.permissions for permission in self.access.permissions)
        return True

    @property
    def needs(self) -> str:
        """What one needs, in words."""
        assert self.access is not None
        if self.access.kind == "permission":
            return " or ".join(Permission(permission).value for permission in self.access.permissions)
        words = {"public": f"nothing: {self.access.reason}", "person": "a password", "signed_in": "any role"}
        return words[self.access.kind]

    @property
    def who(self) -> str:
        """The roles that may open it, in words."""
        assert self.access is not None
        if self.access.kind != "permission":
            return "anyone" if self.access.kind == "public" else "every role"
        return ", ".join(role.name for role in roles.ROLES if self.opens_for(role)) or "nobody"


@cache
def addresses() -> tuple[Address, ...]:
    """Every address, in the order of its form."""
    return tuple(sorted(_walk(get_resolver(), "/", {}), key=lambda address: address.route))


def _walk(resolver: URLResolver, route: str, converters: dict) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        known = converters | pattern.pattern.converters
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, here, known)
        else:
            yield _address(pattern, here, known)


def _address(pattern: URLPattern, route: str, converters: dict) -> Address:
    sample = route
    for name, converter in converters.items():
        value = NAMED_SAMPLES.get(name, SAMPLES.get(type(converter), "sample"))
        kind = next(key for key, known in _converters() if known is type(converter))
        written = f"<{name}>" if kind == "str" and f"<{name}>" in sample else f"<{kind}:{name}>"
        sample = sample.replace(written, converter.to_url(value))
    assert "<" not in sample, f"no sample for {route}; add one to NAMED_SAMPLES in {__file__}"
    return Address(route, pattern.name or "", sample, _mark(pattern.callback))


def _mark(view: Callable) -> Access | None:
    """The mark on a view; on an address of the API, the one mark that all its operations carry."""
    operations = getattr(getattr(view, "__self__", None), "operations", None)
    if operations is None:
        return getattr(view, "access", None)
    marks = {getattr(operation.view_func, "access", None) for operation in operations}
    return marks.pop() if len(marks) == 1 else None


@cache
def _converters() -> tuple[tuple[str, type], ...]:
    from django.urls.converters import get_converters

    return tuple((name, type(converter)) for name, converter in get_converters().items())
