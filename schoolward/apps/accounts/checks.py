"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Membership, Organisation
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import NotAllowed, NotNow


def check_can_manage_people(by: Acting) -> None:
    """Administrators, for their own authority."""
    by.check(Permission.MANAGE_PEOPLE)


def check_role_fits(role: str, organisation: Organisation) -> None:
    """A role is held in an organisation of its own kind."""
    if role not in roles.BY_KEY:
        raise NotNow(f"There is no role called '{role}'.", do="Choose one from the list.")
    wanted = roles.BY_KEY[role].organisation_kind
    if organisation.kind != wanted:
        raise NotNow(
            f"{roles.BY_KEY[role].name} is a role in a kind of organisation called {wanted}, "
            f"and {organisation} is of the kind {organisation.kind}.",
            do=f"Choose one of the kind {wanted}.",
        )


def check_can_end_role(member: Membership, by: Acting) -> None:
    """By an administrator, while the role goes on, and never the administrator's own last way in."""
    check_can_manage_people(by)
    if member.ends_on is not None and member.ends_on < clock.today():
        raise NotNow("This role has already ended.")
    if member.pk == by.membership_id:
        raise NotAllowed("You cannot end the role that you are acting in.", do="Ask another administrator.")


def check_can_hand_over(from_member: Membership, to_member: Membership, by: Acting) -> None:
    """Between two members of the same authority, to one whose role is in force."""
    by.check(Permission.HAND_OVER_WORK)
    if from_member.pk == to_member.pk:
        raise NotNow("Work is handed over to somebody else.", do="Choose another person.")
    if to_member.ends_on is not None and to_member.ends_on < clock.today():
        raise NotNow(f"{to_member.person}'s role has ended.", do="Choose somebody whose role is in force.")


def check_can_accept(invitation: Invitation) -> None:
    """Once, before it runs out, unless it was withdrawn."""
    if invitation.accepted_at:
        raise NotNow("This invitation has been used.", do="Sign in with your e-mail address and password.")
    if invitation.withdrawn_at:
        raise NotNow("This invitation was withdrawn.", do="Ask the authority for another.")
    if invitation.expires_at <= clock.real_now():
        raise NotNow("This invitation has run out.", do="Ask the authority for another.")
