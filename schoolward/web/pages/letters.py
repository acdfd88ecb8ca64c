"""Letters in the making: what each waits for; text and preview; recipients; attachments."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.contacts.models import ContactRole
from schoolward.apps.drafts.merging import SaveResult
from schoolward.apps.drafts.models import Draft
from schoolward.apps.files.actions import delete_file, store_file
from schoolward.apps.letters import actions, audiences, checks, queries
from schoolward.apps.letters.addressing import Addressee, addressees, field_names
from schoolward.apps.letters.kinds import letter_kinds
from schoolward.apps.letters.models import FrozenLetter, Letter
from schoolward.apps.letters.schools_of import NAMED
from schoolward.apps.letters.states import WORDS
from schoolward.apps.outbox.channels import posts_letters
from schoolward.publishing.documents import MEDIA_TYPES
from schoolward.terms.errors import BadInput, SchoolwardError
from schoolward.web.drafting import Saved, marks_of, new_key, save_texts
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import file_reply

WAYS = {
    "smtp": "by e-mail",
    "notify": "by e-mail",
    "print": "on paper, printed here",
    "notify_post": "on paper, by GOV.UK Notify",
}
MOST_SHOWN = 400


@requires(P.VIEW_LETTERS)
def letters(request: HttpRequest) -> HttpResponse:
    """Every letter with what it waits for; and, for those who write, the templates to begin from."""
    writes = request.acting.may(P.WRITE_LETTERS)
    standings = queries.standings()
    answers = Answers(request.POST)
    if request.method == "POST":
        request.acting.check(P.WRITE_LETTERS)
        if made := _start(request, answers, {str(each.letter.pk): each.letter for each in standings}):
            return redirect("letter", made.pk)
    page = {
        "standings": standings,
        "words": WORDS,
        "label_of": audiences.label_of,
        "tones": queries.TONES,
        "beginnings": _beginnings(standings) if writes else [],
        "answers": answers,
    }
    return render(request, "letters/list.html", page, status=400 if answers.errors else 200)


def _beginnings(standings: list[queries.Standing]) -> list[tuple[str, str]]:
    templates = [(f"kind:{kind.key}", kind.title) for kind in letter_kinds()]
    return templates + [(f"copy:{s.letter.pk}", f"As before: {s.letter.title}") for s in standings]


def _start(request: HttpRequest, answers: Answers, earlier: dict[str, Letter]) -> Letter | None:
    title = answers.text("title", "Say what this letter is, for the list.")
    known = [*(f"kind:{kind.key}" for kind in letter_kinds()), *(f"copy:{pk}" for pk in earlier)]
    beginning = answers.choice("beginning", known, "Choose what to begin from.")
    if answers.errors:
        return None
    what, _, key = beginning.partition(":")
    if what == "copy":
        return actions.copy_letter(by=request.acting, letter=earlier[key], title=title)
    return actions.start_letter(by=request.acting, kind=key, title=title)


@requires(P.VIEW_LETTERS)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The text on the left, and on the right the letter as one of the recipients would get it."""
    found = _letter(pk)
    draft = queries.draft_of(found)
    saved = Saved(dict(draft.content))
    if request.method == "POST":
        saved = _save(request, found, draft)
        if saved.is_done:
            return redirect(request.get_full_path())
        draft.refresh_from_db()
    people = addressees(found)
    to = _chosen(people, request.GET.get("to", ""))
    preview, problem = ("", saved.problem) if saved.problem else _preview(draft, to)
    lacking = queries.missing_for(draft, people) if not problem else {}
    page = {
        **_head(request, found, people),
        "draft": draft,
        "texts": saved.texts,
        "was": marks_of(draft.content),
        "key": new_key(),
        "conflicts": saved.conflicts,
        "problem": problem,
        "preview": preview,
        "to": to,
        "people": [(each.key, each.told) for each in people if each.channel],
        "fields": field_names(found),
        "unknown": queries.problems_of(found, draft) if not problem else [],
        "lacking": [(each.told, lacking[each.key]) for each in people if each.key in lacking],
        "freeze_refusal": checks.sentence_against(checks.check_can_freeze, found, request.acting),
    }
    status = 400 if problem else 409 if saved.conflicts else 200
    return render(request, "letters/letter.html", page, status=status)


def _head(request: HttpRequest, found: Letter, people: list[Addressee]) -> dict:
    """What the pages of one letter share."""
    return {
        "letter": found,
        "label": audiences.label_of(found.audience, found.about),
        "reached": sum(1 for each in people if each.channel),
        "left_out": sum(1 for each in people if not each.channel),
        "files": list(queries.attachments_of(found)),
        "frozen": FrozenLetter.objects.filter(letter=found).select_related("frozen_by__person"),
        "words": WORDS,
        "refusal": checks.sentence_against(checks.check_can_write, found, request.acting),
    }


def _save(request: HttpRequest, found: Letter, draft: Draft) -> Saved:
    def save(base: int, key: str, changes: dict[str, str]) -> SaveResult:
        return actions.save_letter(
            by=request.acting, letter=found, base_version=base, idempotency_key=key, changes=changes
        )

    checks.check_can_write(found, request.acting)
    saved = save_texts(request.POST, (queries.SUBJECT, queries.BODY), draft.content, save)
    if saved.is_done and saved.changed:
        say(request, "Saved.")
    return saved


def _chosen(people: list[Addressee], key: str) -> Addressee | None:
    reached = [each for each in people if each.channel]
    return next((each for each in reached if each.key == key), reached[0] if reached else None)


def _preview(draft: Draft, to: Addressee | None) -> tuple[queries.Words | str, str]:
    """The letter, or the sentence that says why it cannot be set."""
    try:
        return queries.preview(draft, to), ""
    except SchoolwardError as error:
        return "", str(error)


@requires(P.VIEW_LETTERS)
def letter_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft on paper, as the chosen recipient would get it."""
    found = _letter(pk)
    to = _chosen(addressees(found), request.GET.get("to", ""))
    if to is None:
        raise Http404
    content = queries.preview_pdf(found, queries.draft_of(found), to)
    return file_reply(content, f"letter-{pk}-{to.key}.pdf", MEDIA_TYPES["pdf"])


@requires(P.VIEW_LETTERS)
def letter_recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom the letter goes to and by which way, each line with what is missing; writers choose here."""
    found = _letter(pk)
    answers = Answers(request.POST)
    if request.method == "POST":
        try:
            _choose(request, found)
        except BadInput as problem:
            answers.errors[problem.where or "audience"] = f"{problem.what} {problem.do}".strip()
        else:
            say(request, "The recipients are chosen.")
            return redirect("letter_recipients", pk)
    people = addressees(found)
    draft = queries.draft_of(found)
    lacking = queries.missing_for(draft, people)
    page = {
        **_head(request, found, people),
        "answers": answers,
        "chosen": _chosen_so_far(found, answers),
        "audiences": [*audiences.choices(), (f"{NAMED}|", "Schools that I name by their numbers")],
        "named": found.about if found.audience == NAMED else "",
        "roles": [(role.value, role.label) for role in ContactRole],
        "papers": [(key, words) for key, words in Letter.PAPER if key != Letter.POST or posts_letters()],
        "signatories": [(m.pk, f"{m.person.name}, {m.role_name}") for m in queries.signatories()],
        "people": people[:MOST_SHOWN],
        "more": max(len(people) - MOST_SHOWN, 0),
        "lacking": lacking,
        "ways": WAYS,
    }
    return render(request, "letters/recipients.html", page, status=400 if answers.errors else 200)


def _chosen_so_far(found: Letter, answers: Answers) -> dict:
    """What the form shows: the answers that would not do, else what is stored."""
    sent = answers.sent
    if answers.errors:
        return {
            "audience": sent.get("audience", ""),
            "roles": sent.getlist("roles"),
            "by_email": "by_email" in sent,
            "paper": sent.get("paper", ""),
            "signatory": sent.get("signatory", ""),
            "about": sent.get("about", ""),
        }
    named = found.audience == NAMED
    return {
        "audience": f"{found.audience}|{'' if named else found.about}",
        "roles": found.roles,
        "by_email": found.by_email,
        "paper": found.paper,
        "signatory": found.signatory_id or "",
        "about": found.about if named else "",
    }


def _choose(request: HttpRequest, found: Letter) -> None:
    sent = request.POST
    audience, _, about = sent.get("audience", "").partition("|")
    if f"{audience}|{about}" not in {key for key, _ in audiences.choices()} and audience != NAMED:
        raise BadInput("Choose which schools get the letter.", where="audience")
    if sent.get("paper") not in dict(Letter.PAPER):
        raise BadInput("Choose who gets it on paper.", where="paper")
    signing = {str(member.pk): member for member in queries.signatories()}
    if sent.get("signatory") not in signing:
        raise BadInput("Choose who signs the letter.", where="signatory")
    actions.choose_recipients(
        by=request.acting,
        letter=found,
        audience=audience,
        about=sent.get("about", "") if audience == NAMED else about,
        roles=sent.getlist("roles"),
        by_email="by_email" in sent,
        paper=sent["paper"],
        signatory=signing[sent["signatory"]],
    )


@requires(P.WRITE_LETTERS)
@require_POST
def letter_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Attaches a file, or a new version of one of the same name; or takes one off."""
    found = _letter(pk)
    checks.check_can_write(found, request.acting)
    if key := request.POST.get("remove", ""):
        file = next((f for f in queries.attachments_of(found) if str(f.pk) == key), None)
        if file is None:
            raise Http404
        delete_file(file=file, by=request.acting, reason="Taken off the letter before it was frozen")
        say(request, f"{file.name} is taken off.")
    elif given := request.FILES.get("file"):
        version = store_file(
            by=request.acting, upload=given, owner_kind=queries.FILE_OWNER, owner_id=str(found.pk)
        )
        say(request, f"{version.file.name} is attached (version {version.number}).")
    else:
        raise BadInput("Choose the file to attach.", do="Go back and choose one.")
    return redirect("letter", pk)


def _letter(pk: int) -> Letter:
    rows = Letter.objects.select_related("authority", "signatory__person", "started_by__person")
    return get_object_or_404(rows, pk=pk)
