"""May this person, and may anyone now? Each check raises a sentence fit for the screen."""

from __future__ import annotations

from schoolward.apps.accounts import roles
from schoolward.apps.accounts.acting import Acting
from schoolward.apps.accounts.models import Invitation, Membership, Organisation, Person
from schoolward.apps.accounts.permissions import Permission
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, NotAllowed, NotNow


def check_can_manage_people(by: Acting) -> None:
    """Administrators, for their own authority."""
    by.check(Permission.MANAGE_PEOPLE)


def check_is_ours(person: Person) -> None:
    """Somebody who holds, or held, a role with the authority in scope."""
    if not Membership.objects.filter(person=person).exists():
        raise NotAllowed(f"{person} has no role with your authority.")


def check_invented_stay_invented(person: Person, by: Acting) -> None:
    """Nobody of the demonstration gets a way into a real authority."""
    if person.is_demonstration and not (by.authority and by.authority.is_demonstration):
        raise NotAllowed(f"{person} is an invented person of the demonstration.", do="Invite a real one.")


def check_reason(reason: str) -> None:
    """A sentence that somebody can understand in a year."""
    if not reason.strip():
        raise BadInput("There is no reason.", do="Say why, in a few words.")


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
    if member.stopped_at or (member.ends_on is not None and member.ends_on < clock.today()):
        raise NotNow("This role has already ended.")
    if member.pk == by.membership_id:
        raise NotAllowed("You cannot end the role that you are acting in.", do="Ask another administrator.")


def check_can_hand_over(from_member: Membership, to_member: Membership, by: Acting) -> None:
    """Between two members of one organisation, to one whose role goes on; or to the same person's next."""
    by.check(Permission.HAND_OVER_WORK)
    if from_member.pk == to_member.pk:
        raise NotNow("Work is handed over to somebody else.", do="Choose another person.")
    if to_member.stopped_at or (to_member.ends_on is not None and to_member.ends_on < clock.today()):
        raise NotNow(f"{to_member.person}'s role has ended.", do="Choose somebody whose role is in force.")
    if from_member.person_id == to_member.person_id:
        return
    if to_member.starts_on > clock.today():
        raise NotNow(
            f"{to_member.person}'s role has not begun.", do="Choose somebody whose role is in force."
        )
    if from_member.organisation_id != to_member.organisation_id:
        raise NotNow(
            f"{to_member.person} works for {to_member.organisation}, not {from_member.organisation}.",
            do="Choose a colleague.",
        )


def check_can_reset_code(person: Person, by: Acting) -> None:
    """By an administrator, for somebody of the authority, never for themselves."""
    check_can_manage_people(by)
    check_is_ours(person)
    if by.person and by.person.pk == person.pk:
        raise NotAllowed("You cannot reset your own code.", do="Ask another administrator.")


def check_can_accept(invitation: Invitation) -> None:
    """Once, before it runs out, unless it was withdrawn."""
    if invitation.accepted_at:
        raise NotNow("This invitation has been used.", do="Sign in with your e-mail address and password.")
    if invitation.withdrawn_at:
        raise NotNow("This invitation was withdrawn.", do="Ask the authority for another.")
    if invitation.expires_at <= clock.real_now():
        raise NotNow("This invitation has run out.", do="Ask the authority for another.")


def check_can_change_invitation(invitation: Invitation, by: Acting) -> None:
    """By an administrator, while nobody has accepted it and it is not withdrawn."""
    check_can_manage_people(by)
    if invitation.accepted_at:
        raise NotNow("This invitation has been used.", do="End the role instead.")
    if invitation.withdrawn_at:
        raise NotNow("This invitation was withdrawn.", do="Invite the person again.")
