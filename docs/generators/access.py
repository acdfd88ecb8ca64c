"""Who may open what: every address with the permission it needs, and every role with what it may do."""

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.permissions import Permission
from tests.machinery.urls import addresses


def render() -> str:
    """The reference page."""
    return "\n".join(["# Who may open what", "", *_addresses(), "", *_roles(), "", *_permissions(), ""])


def _addresses() -> list[str]:
    rows = [f"| `{a.route}` | {a.needs} | {a.who} |" for a in addresses() if a.access]
    return ["## Addresses", "", "| Address | Needs | Opens for |", "|---|---|---|", *rows]


def _roles() -> list[str]:
    rows = [
        f"| {r.name} | {r.organisation_kind} | {'yes' if r.needs_second_factor else 'no'} | {r.description} |"
        for r in roles.ROLES
    ]
    return ["## Roles", "", "| Role | Held in | Second factor | What it is for |", "|---|---|---|---|", *rows]


def _permissions() -> list[str]:
    rows = [f"| `{p}` | {p.sentence} | {_holders(p)} |" for p in Permission]
    return ["## Permissions", "", "| Permission | Allows to | Roles |", "|---|---|---|", *rows]


def _holders(permission: Permission) -> str:
    return ", ".join(role.name for role in roles.ROLES if permission in role.permissions) or "nobody yet"
