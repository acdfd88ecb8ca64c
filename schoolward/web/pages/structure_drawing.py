"""Drawing structures: a new one, changing a record, spreadsheets in and out, and decisions on a version."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.structure import actions, bridge, queries, reading, writing
from schoolward.apps.structure.models import Structure, StructureUpload
from schoolward.apps.structure.queries import Drawn
from schoolward.apps.structure.states import Kind
from schoolward.apps.tenancy import clock
from schoolward.terms.errors import BadFile, BadInput, Conflict, NotNow
from schoolward.terms.money import format_pounds
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.pages.structure import find
from schoolward.web.sheets import CSV, XLSX, file_reply

MOST_FILES, MOST_BYTES = 10, 5_000_000
LABELS = {
    "posts": {
        "post": ("Short name of the post", "Used in files; for example adviser-primary."),
        "unit": ("Unit", ""),
        "title": ("Title", ""),
        "grade": ("Grade", ""),
        "annual_cost": ("Annual cost of one whole-time person, with on-costs (£)", ""),
        "current_fte": ("FTE today", ""),
        "core_fte": ("FTE in this structure: core", ""),
        "traded_fte": ("FTE in this structure: traded", ""),
        "min_fte": ("Least FTE the optimiser may give", ""),
        "max_fte": ("Most FTE the optimiser may give", ""),
        "step_fte": ("Step of FTE", "0.1 or 0.5, as a rule."),
        "skills": ("Categories it can work in", "Separated by semicolons."),
        "arm": ("May work in", ""),
        "reports_to": ("Reports to", ""),
        "tranche": ("Tranche", "Posts of one tranche are settled together, while others wait."),
        "spine": ("Pay spine", "For example Soulbury; empty where the cost is entered by hand."),
        "point": ("Point of the spine", ""),
        "pension": ("Pension scheme", ""),
    },
    "funding": {
        "line": ("Name of the line", ""),
        "kind": ("Kind", ""),
        "amount": ("Amount a year (£)", ""),
        "from": ("First day", "Empty: since always."),
        "to": ("Last day", "Empty: no end is known."),
    },
    "duties": {
        "duty": ("Name of the duty", ""),
        "category": ("Category", "What a post must be able to work in, to do it."),
        "days": ("Expected days a year", ""),
        "statutory": ("Kind", ""),
        "reckoned_from": ("Days, when structures are worked out", ""),
    },
    "activities": {
        "activity": ("What is done", ""),
        "line": ("Funding line that pays", ""),
        "post": ("Post that does it", ""),
        "amount": ("Amount a year (£)", ""),
        "urns": ("At which schools", "URNs separated by semicolons; empty for all alike."),
    },
}
ONE = {"posts": "a post", "funding": "a funding line", "duties": "a duty", "activities": "an activity"}
COUNTS = ("current_fte", "core_fte", "traded_fte", "min_fte", "max_fte", "step_fte", "point", "days")
SHORT = dict.fromkeys(COUNTS, "5") | dict.fromkeys(("annual_cost", "amount", "from", "to"), "10")


@requires(P.MODEL_STRUCTURE)
def draw(request: HttpRequest) -> HttpResponse:
    """The form for a new structure, drawn from one there is or from nothing."""
    answers = Answers(request.POST)
    known = queries.drawn_all(request.acting)
    has_today = any(each.structure.kind == Kind.TODAY for each in known)
    if request.method == "POST":
        kind = answers.choice("kind", list(Kind), "Choose what it is for.")
        base = next((e for e in known if str(e.structure.pk) == answers.text("base")), None)
        name = answers.text("name", "Give the structure a name.")
        because = answers.text("because", "Say in a few words what it tries.")
        if not answers.errors:
            try:
                version = actions.draw_structure(
                    by=request.acting,
                    name=name,
                    kind=Kind(kind),
                    content=base.establishment if base else bridge.Establishment(),
                    because=because,
                )
                return redirect("structure", version.structure_id)
            except (BadInput, NotNow) as wrong:
                answers.errors[wrong.where or "name"] = f"{wrong.what} {wrong.do}".strip()
    kinds = [(Kind.OPTION, "An option of officers"), (Kind.PROPOSED, "The structure to propose")]
    page = {
        "answers": answers,
        "kinds": kinds if has_today else [(Kind.TODAY, "The structure as it is today"), *kinds],
        "bases": [("", "Nothing"), *((e.structure.pk, e.structure.name) for e in known)],
    }
    return render(request, "structure/draw.html", page, status=400 if answers.errors else 200)


@requires(P.MODEL_STRUCTURE)
def edit(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """One record of the newest version: changed, added or taken out; each makes the next version."""
    if part not in LABELS:
        raise Http404
    found = _newest(pk)
    key = request.GET.get("key", "")
    record = next((e for e in getattr(found.establishment, part) if bridge.key_of(part, e) == key), None)
    if key and record is None:
        raise Http404
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            if reply := _changed(request, found, part, key, answers):
                return reply
        except (BadInput, Conflict, NotNow) as wrong:
            field = wrong.where if wrong.where in LABELS[part] else "because"
            place = "" if wrong.where in ("", "because", field) else f"{wrong.where}: "
            answers.errors[field] = f"{place}{wrong.what} {wrong.do}".strip()
    held = _values(part, record)
    page = {
        "found": found,
        "part": part,
        "one": ONE[part],
        "key": key,
        "labels": LABELS[part],
        "choices": _choices(part, key, found.establishment),
        "short": SHORT,
        "values": {name: request.POST.get(name, held[name]) for name in LABELS[part]},
        "base_number": request.POST.get("base_number", found.version.number),
        "answers": answers,
    }
    return render(request, "structure/edit.html", page, status=400 if answers.errors else 200)


def _changed(
    request: HttpRequest, found: Drawn, part: str, key: str, answers: Answers
) -> HttpResponse | None:
    """The next version and the way back, or None with what is wrong noted."""
    because = answers.text("because", "Say why, in a few words.")
    base = answers.text("base_number")
    if answers.errors:
        return None
    if request.POST.get("step") == "remove" and key:
        content = bridge.without_record(found.establishment, part, key)
    else:
        cells = {name: request.POST.get(name, "").strip() for name in LABELS[part]}
        record = reading.record_from(part, cells, found.establishment)
        content = bridge.with_record(found.establishment, part, record, replacing=key)
    version = actions.keep_version(
        by=request.acting,
        structure=found.structure,
        base_number=int(base) if base.isascii() and base.isdigit() else 0,
        content=content,
        because=because,
    )
    say(request, f"Kept as version {version.number}.")
    return redirect(f"{reverse('structure', args=[found.structure.pk])}#{part}")


def _choices(part: str, key: str, whole: bridge.Establishment) -> dict[str, list[tuple[str, str]]]:
    """What may stand in each field that has nothing but a few; a field is left out where there is nothing."""
    posts = [(post.post, f"{post.title}, {post.unit}") for post in whole.posts]
    category = queries.category_words()
    works_in = sorted({skill for post in whole.posts for skill in post.skills})
    found = {
        "posts": {
            "arm": list(bridge.ARMS.items()),
            "reports_to": [("", "Nobody"), *(each for each in posts if each[0] != key)],
            "pension": [("", "Not given"), *bridge.PENSIONS.items()],
        },
        "funding": {"kind": list(bridge.KINDS.items())},
        "duties": {
            "category": [(skill, category(skill)) for skill in works_in],
            "statutory": [("1", "Statutory"), ("0", "Discretionary")],
            "reckoned_from": list(bridge.RECKONED.items()),
        },
        "activities": {"line": [(each.line, each.line) for each in whole.funding], "post": posts},
    }
    return {name: options for name, options in found[part].items() if options}


def _values(part: str, record: object | None) -> dict[str, str]:
    """What the form begins with."""
    if record is None:
        return dict.fromkeys(LABELS[part], "")
    cells = dict(zip(writing.COLUMNS[part], writing.cells_of(part, record), strict=True))
    values = {}
    for name in LABELS[part]:
        pence = cells.get(f"{name}_pence")
        value = format_pounds(pence).replace("£", "") if isinstance(pence, int) else cells.get(name)
        values[name] = "" if value is None else str(value)
    return values


def _newest(pk: int) -> Drawn:
    return queries.drawn(queries.newest(get_object_or_404(Structure, pk=pk)))


@requires(P.MODEL_STRUCTURE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts the newest version forward, settles a tranche, or sets the structure aside."""
    found = _newest(pk)
    answers = Answers(request.POST)
    step = request.POST.get("step")
    if step == "put_forward":
        actions.put_forward(by=request.acting, version=found.version)
        say(request, "Staff, unions and the board can now see its posts.")
    elif step == "settle":
        tranche, because = answers.text("tranche"), answers.text("because")
        actions.settle_tranche(
            by=request.acting, version=found.version, tranche=tranche, on=clock.today(), because=because
        )
        say(request, f"{tranche} is settled; the other tranches may wait.")
    elif step == "set_aside":
        actions.set_aside(by=request.acting, structure=found.structure, because=answers.text("because"))
        say(request, f"{found.structure.name} is set aside.")
        return redirect("structures")
    return redirect("structure", pk)


@requires(P.MODEL_STRUCTURE)
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes spreadsheets and shows what they would change; a second step takes exactly that."""
    found = _newest(pk)
    errors: dict[str, str] = {}
    page: dict[str, object] = {"found": found, "errors": errors, "upload": None, "problems": ()}
    if request.method == "POST" and request.POST.get("upload"):
        return _apply(request, pk)
    if request.method == "POST":
        given = request.FILES.getlist("files")
        if not given or len(given) > MOST_FILES:
            errors["files"] = f"Choose one to {MOST_FILES} files."
        elif sum(each.size for each in given) > MOST_BYTES:
            errors["files"] = "The files are larger than 5 MB together. Send only the lists."
        else:
            try:
                sent = [(each.name, each.read()) for each in given]
                upload, read, changes = actions.upload_files(
                    by=request.acting, structure=found.structure, files=sent
                )
                page |= {
                    "upload": upload,
                    "problems": read.problems,
                    "changes": changes,
                    "parts_read": read.parts,
                    "strange": queries.strange_schools(read.establishment),
                }
            except (BadFile, NotNow) as wrong:
                errors["files"] = str(wrong)
    return render(request, "structure/files.html", page, status=400 if errors else 200)


def _apply(request: HttpRequest, pk: int) -> HttpResponse:
    text = request.POST["upload"]
    mine = StructureUpload.objects.filter(structure_id=pk, uploaded_by=request.user)
    upload = get_object_or_404(mine, pk=int(text) if text.isascii() and text.isdigit() else 0)
    version = actions.apply_upload(by=request.acting, upload=upload)
    say(request, f"The files are taken in as version {version.number}.")
    return redirect("structure", pk)


@requires(P.MODEL_STRUCTURE)
def export(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The structure as `structure.xlsx`, or one part as the command line reads it, such as `posts.csv`."""
    found = find(request, pk)
    stem = f"structure-{pk}-{found.version.number}"
    if name == "structure.xlsx":
        return file_reply(writing.workbook(found.establishment, clock.today()), f"{stem}.xlsx", XLSX)
    part = name.removesuffix(".csv")
    if part not in writing.COLUMNS or not name.endswith(".csv"):
        raise Http404
    return file_reply(writing.part_csv(part, found.establishment), name, CSV)
