"""Taking an authority in: here and not in tenancy, since audit stands above that and the act is recorded."""

from django.db import transaction

from schoolward.apps.audit.record import Actor, record
from schoolward.apps.tenancy import clock
from schoolward.apps.tenancy.models import Authority


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
