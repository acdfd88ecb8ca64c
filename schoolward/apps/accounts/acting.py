"""Who is acting, in which role, for which organisation and authority: the `by` of every action."""

from __future__ import annotations

from dataclasses import dataclass, field

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.models import Membership, Organisation, Person
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.tenancy.models import Authority
from schoolward.terms.errors import NotAllowed


@dataclass(frozen=True)
class Acting:
    """A person in one of their roles, or the system itself (no person) in an authority's name."""

    person: Person | None
    role: str
    organisation: Organisation | None
    authority: Authority | None
    permissions: frozenset[Permission] = field(repr=False)
    membership_id: int | None = None

    @classmethod
    def of(cls, membership: Membership) -> Acting:
        """The holder of `membership`, with what its role may do."""
        role = roles.BY_KEY[membership.role]
        return cls(
            person=membership.person,
            role=role.key,
            organisation=membership.organisation,
            authority=membership.authority,
            permissions=role.permissions,
            membership_id=membership.pk,
        )

    @classmethod
    def system(cls, authority: Authority | None, name: str = "system") -> Acting:
        """The system itself (commands, schedules, imports): it may do everything; the audit names it."""
        return cls(None, name, None, authority, frozenset(Permission))

    @classmethod
    def themselves(cls, person: Person) -> Acting:
        """Somebody who sees to their own account, in no role: a password, a code."""
        return cls(person, "Account holder", None, None, frozenset())

    def may(self, permission: Permission) -> bool:
        """True where the role allows it."""
        return permission in self.permissions

    def check(self, permission: Permission) -> None:
        """Raise NotAllowed, with a sentence fit for the screen, unless the role allows it."""
        if permission not in self.permissions:
            raise NotAllowed(f"Your role ({self.role_name}) may not {permission.sentence}.")

    @property
    def role_name(self) -> str:
        return roles.BY_KEY[self.role].name if self.role in roles.BY_KEY else self.role

    @property
    def audit_id(self) -> str:
        return f"person:{self.person.pk}" if self.person else "system"

    @property
    def audit_name(self) -> str:
        return self.person.name if self.person else "Schoolward"

    @property
    def audit_role(self) -> str:
        return self.role_name

    @property
    def authority_code(self) -> int | None:
        return self.authority.code if self.authority else None
