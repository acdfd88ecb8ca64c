"""Taking an authority in: here and not in tenancy, since audit stands above that and the act is recorded."""

from django.db import transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.colours import check_can_be_read, parse_colour
from schoolward.apps.tenancy.models import Authority
from schoolward.terms.errors import BadInput


@transaction.atomic
def open_authority(
    *, by: Actor, code: int, name: str, is_demonstration: bool = False, colour: str = ""
) -> Authority:
    """The authority, kept here from today; the same one if it was already."""
    authority, made = Authority.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "is_demonstration": is_demonstration,
            "first_started_on": clock.today(),
            **({"colour": colour} if colour else {}),
        },
    )
    if made:
        record("tenancy.open_authority", by=by, target=authority, after={"code": code, "name": name})
    return authority


@transaction.atomic
def settle_authority(*, by: Actor, authority: Authority, name: str, colour: str) -> Authority:
    """The authority with the name and the colour that its pages carry."""
    name, colour = " ".join(name.split()), parse_colour(colour)
    if not 0 < len(name) <= 120:
        raise BadInput("The authority has no name, or too long a one.", where="name", do="Give its name.")
    check_can_be_read(colour)
    before = {"name": authority.name, "colour": authority.colour}
    authority.name, authority.colour = name, colour
    authority.save(update_fields=["name", "colour"])
    after = {"name": name, "colour": colour}
    record("tenancy.settle_authority", by=by, target=authority, before=before, after=after)
    return authority
