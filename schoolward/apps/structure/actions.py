"""Drawing, changing, putting forward and settling structures; recording who holds posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.audit.record import record
from schoolward.apps.structure import bridge, checks, queries
from schoolward.apps.structure.models import (
    Holder,
    Structure,
    StructureUpload,
    StructureVersion,
    TrancheSettlement,
)
from schoolward.apps.structure.reading import Reading, read_files
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadInput, Conflict, NotNow


@transaction.atomic
def draw_structure(
    *, by: Acting, name: str, kind: Kind, content: bridge.Establishment, because: str
) -> StructureVersion:
    """The first version of a new structure."""
    checks.check_can_model(by)
    name = name.strip()
    if not name:
        raise BadInput("Give the structure a name.", where="name")
    if Structure.objects.filter(name=name, set_aside_at=None).exists():
        raise BadInput(f"There is a structure called {name}.", where="name", do="Give another name.")
    try:
        with transaction.atomic():
            structure = Structure.objects.create(
                name=name, kind=kind, started_at=clock.now(), started_by_id=by.membership_id
            )
    except IntegrityError as error:
        raise NotNow("There is a structure of today already.", do="Change that one.") from error
    record("structure.draw_structure", by=by, target=structure, after={"kind": kind})
    return _new_version(by, structure, 1, content, because)


@transaction.atomic
def keep_version(
    *, by: Acting, structure: Structure, base_number: int, content: bridge.Establishment, because: str
) -> StructureVersion:
    """The next version, unless somebody else made one since `base_number` was read."""
    structure = Structure.objects.select_for_update().get(pk=structure.pk)
    checks.check_can_change(structure, by)
    newest = queries.newest(structure)
    checks.check_is_newest(newest, base_number)
    before = bridge.from_document(newest.content)
    if not bridge.differences(before, content):
        return newest
    return _new_version(by, structure, base_number + 1, content, because, before=before)


def _new_version(
    by: Acting,
    structure: Structure,
    number: int,
    content: bridge.Establishment,
    because: str,
    before: bridge.Establishment | None = None,
) -> StructureVersion:
    if not because.strip():
        raise BadInput("Say why.", where="because", do="A few words are enough.")
    version = StructureVersion.objects.create(
        structure=structure,
        number=number,
        content=bridge.to_document(bridge.checked(content)),
        because=because.strip()[:300],
        made_at=clock.now(),
        made_by_id=by.membership_id,
    )
    changed = [
        f"{d.kind} {d.part}: {d.key}" for d in bridge.differences(before or bridge.Establishment(), content)
    ]
    record(
        "structure.keep_version",
        by=by,
        target=structure,
        after={"version": number, "changes": changed[:50]},
        reason=because,
    )
    return version


@transaction.atomic
def set_aside(*, by: Acting, structure: Structure, because: str) -> Structure:
    """The structure, out of the lists; its versions stay in the record."""
    structure = Structure.objects.select_for_update().get(pk=structure.pk)
    checks.check_can_change(structure, by)
    if not because.strip():
        raise BadInput("Say why it is set aside.", where="because")
    structure.set_aside_at, structure.set_aside_because = clock.now(), because.strip()[:300]
    structure.save(update_fields=["set_aside_at", "set_aside_because"])
    record("structure.set_aside", by=by, target=structure, reason=because)
    return structure


@transaction.atomic
def put_forward(*, by: Acting, version: StructureVersion) -> StructureVersion:
    """The version, from now on seen by staff, unions and the board: posts, never holders."""
    version = StructureVersion.objects.select_for_update().get(pk=version.pk)
    checks.check_can_put_forward(version, by)
    version.put_forward_at, version.put_forward_by_id = clock.now(), by.membership_id
    version.save(update_fields=["put_forward_at", "put_forward_by"])
    record("structure.put_forward", by=by, target=version.structure, after={"version": version.number})
    return version


@transaction.atomic
def settle_tranche(
    *, by: Acting, version: StructureVersion, tranche: str, on: date, because: str
) -> TrancheSettlement:
    """The decision that this tranche's posts stand as the version has them; other tranches may wait."""
    Structure.objects.select_for_update().get(pk=version.structure_id)
    checks.check_can_change(version.structure, by)
    if tranche not in bridge.from_document(version.content).tranches:
        raise BadInput(f"No post is in a tranche called '{tranche}'.", where="tranche")
    if on > clock.today():
        raise BadInput("The day is in the future.", where="on", do="Give today's date or an earlier one.")
    if not because.strip():
        raise BadInput("Say why it can be settled now.", where="because")
    if TrancheSettlement.objects.filter(version=version, tranche=tranche).exists():
        raise NotNow(f"{tranche} is settled in this version already.")
    settled = TrancheSettlement.objects.create(
        version=version,
        tranche=tranche,
        settled_on=on,
        settled_at=clock.now(),
        settled_by_id=by.membership_id,
        because=because.strip(),
    )
    after = {"tranche": tranche, "version": version.number}
    record("structure.settle_tranche", by=by, target=version.structure, after=after, reason=because)
    return settled


# Spreadsheets -------------------------------------------------------------------------------------------


@transaction.atomic
def upload_files(
    *, by: Acting, structure: Structure, files: Sequence[tuple[str, bytes]]
) -> tuple[StructureUpload | None, Reading, tuple[bridge.Difference, ...]]:
    """What the files would change in the newest version; nothing is kept where a cell will not do."""
    checks.check_can_change(structure, by)
    assert by.person
    newest = queries.newest(structure)
    base = bridge.from_document(newest.content)
    reading = read_files(files, base)
    if reading.problems:
        return None, reading, ()
    found = bridge.differences(base, reading.establishment)
    StructureUpload.objects.filter(uploaded_by=by.person, applied_at=None).delete()
    upload = StructureUpload.objects.create(
        structure=structure,
        base_number=newest.number,
        file_names=", ".join(name for name, _ in files)[:300],
        content=bridge.to_document(reading.establishment),
        shown_key=bridge.digest_of(found),
        uploaded_at=clock.now(),
        uploaded_by=by.person,
    )
    record("structure.upload_files", by=by, target=structure, after={"files": upload.file_names})
    return upload, reading, found


@transaction.atomic
def apply_upload(*, by: Acting, upload: StructureUpload) -> StructureVersion:
    """The version made of exactly what was shown."""
    upload = StructureUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.applied_at:
        raise NotNow("These files have been taken in already.")
    if not by.person or upload.uploaded_by_id != by.person.pk:
        raise NotNow("Somebody else sent these files.", do="Send them yourself.")
    content = bridge.from_document(upload.content)
    newest = queries.newest(upload.structure)
    shown = bridge.differences(bridge.from_document(newest.content), content)
    if bridge.digest_of(shown) != upload.shown_key:
        raise Conflict("The structure was changed since you saw the differences.", do="Send the files again.")
    version = keep_version(
        by=by,
        structure=upload.structure,
        base_number=newest.number,
        content=content,
        because=f"From {upload.file_names}",
    )
    upload.applied_at = clock.now()
    upload.save(update_fields=["applied_at"])
    return version


# Holders ------------------------------------------------------------------------------------------------


@transaction.atomic
def record_holder(
    *,
    by: Acting,
    post: str,
    name: str,
    fte: Decimal,
    annual_pay_pence: int | None = None,
    age_years: int | None = None,
    service_years: int | None = None,
    starts_on: date | None = None,
) -> Holder:
    """Who holds the post; the audit names the post and not the person."""
    checks.check_can_model(by)
    if not name.strip():
        raise BadInput("Give the holder's name.", where="name")
    if not 0 < fte <= 1:
        raise BadInput("A person holds more than 0 and at most 1 FTE.", where="fte")
    today = queries.today_structure()
    if today is None or post not in bridge.from_document(queries.newest(today).content).by_post:
        raise BadInput(f"'{post}' is no post of today's structure.", where="post", do="Add the post first.")
    holder = Holder.objects.create(
        post=post,
        name=name.strip(),
        fte=fte,
        annual_pay_pence=annual_pay_pence,
        age_years=age_years,
        service_years=service_years,
        recorded_on=clock.today(),
        starts_on=starts_on,
    )
    record("structure.record_holder", by=by, target=holder, label=f"holder of {post}", after={"fte": fte})
    return holder


@transaction.atomic
def end_holder(*, by: Acting, holder: Holder, on: date) -> Holder:
    """The record, whose last day was `on`."""
    checks.check_can_model(by)
    if holder.starts_on and on < holder.starts_on:
        raise BadInput("The last day is before the first.", where="on")
    holder.ends_on = on
    holder.save(update_fields=["ends_on"])
    record("structure.end_holder", by=by, target=holder, label=f"holder of {holder.post}", after={"on": on})
    return holder
