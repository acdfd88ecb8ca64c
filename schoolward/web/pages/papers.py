"""Board papers: write with figures bound, see the page as it will print, freeze, sign off, publish."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from schoolward.apps.accounts.access import requires
from schoolward.apps.accounts.permissions import Permission as P
from schoolward.apps.drafts.merging import SaveResult
from schoolward.apps.papers import actions, checks, queries
from schoolward.apps.papers.kinds import paper_kind, paper_kinds
from schoolward.apps.papers.models import FrozenPaper, Paper, PaperDocument
from schoolward.apps.papers.states import WORDS, PaperState
from schoolward.apps.tenancy import clock
from schoolward.publishing.documents import MEDIA_TYPES
from schoolward.publishing.figures import unbound_numbers
from schoolward.terms.errors import BadInput, SchoolwardError
from schoolward.web.drafting import Saved, base_version, marks_of, new_key, save_texts
from schoolward.web.forms import Answers
from schoolward.web.messages import say
from schoolward.web.sheets import file_reply

STEPS = {
    "sign": (actions.sign_paper, "Signed off."),
    "publish": (actions.publish_paper, "Published. The exempt part stays with those entitled to it."),
    "withdraw": (actions.withdraw_paper, "Withdrawn."),
}


@requires(P.VIEW_PAPERS)
def papers(request: HttpRequest) -> HttpResponse:
    """Papers in the making for those who write them, and frozen ones for those who may read them."""
    writes = request.acting.may(P.WRITE_PAPERS)
    answers = Answers(request.POST)
    if request.method == "POST":
        request.acting.check(P.WRITE_PAPERS)
        kind = answers.choice("kind", [k.key for k in paper_kinds()], "Choose a kind of paper.")
        as_at = answers.day("as_at", "Give the day the paper speaks of.")
        compared = answers.day("compared_with", "Give the day to compare with.")
        if not answers.errors:
            try:
                paper = actions.start_paper(by=request.acting, kind=kind, as_at=as_at, compared_with=compared)
                return redirect("paper", paper.pk)
            except BadInput as problem:
                answers.errors["as_at"] = str(problem)
    kinds = [k for k in paper_kinds() if request.acting.may(k.needs)]
    drafts = Paper.objects.select_related("started_by__person") if writes else []
    page = {
        "drafts": [d for d in drafts if request.acting.may(paper_kind(d.kind).needs)],
        "frozen": queries.readable(request.acting),
        "kinds": [(k.key, k.title) for k in kinds] if writes else [],
        "words": WORDS,
        "answers": answers,
        "a_term_ago": clock.days_from_today(-120),
    }
    return render(request, "papers/list.html", page, status=400 if answers.errors else 200)


@requires(P.WRITE_PAPERS)
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The text on the left, the page as it will print on the right."""
    found = _writable(request, pk)
    draft = queries.draft_of(found)
    saved = Saved(dict(draft.content))
    if request.method == "POST":
        saved = _save(request, found, draft)
        if saved.is_done:
            return redirect("paper", pk)
        draft.refresh_from_db()
    preview, problem = ("", saved.problem) if saved.problem else _preview(request, found, draft)
    page = {
        "paper": found,
        "draft": draft,
        "texts": saved.texts,
        "prose": paper_kind(found.kind).prose,
        "was": marks_of(draft.content),
        "key": new_key(),
        "conflicts": saved.conflicts,
        "problem": problem,
        "preview": preview,
        "typed": unbound_numbers(draft.content[queries.BODY]),
        "frozen": FrozenPaper.objects.filter(paper=found).select_related("frozen_by__person"),
        "words": WORDS,
    }
    return render(request, "papers/paper.html", page, status=_status(problem, saved))


def _status(problem: str, saved: Saved) -> int:
    return 400 if problem else 409 if saved.conflicts else 200


def _save(request: HttpRequest, found: Paper, draft) -> Saved:
    names = [queries.BODY, *(p.name for p in paper_kind(found.kind).prose)]

    def save(base: int, key: str, changes: dict[str, str]) -> SaveResult:
        return actions.save_paper(
            by=request.acting, paper=found, base_version=base, idempotency_key=key, changes=changes
        )

    saved = save_texts(request.POST, names, draft.content, save)
    if saved.is_done and saved.changed:
        say(request, "Saved.")
    return saved


def _preview(request: HttpRequest, found: Paper, draft) -> tuple[str, str]:
    """The page as HTML, or the sentence that says why it cannot be set."""
    try:
        bound = queries.bound_draft(found, draft, request.acting)
        meta = queries.meta_of(found, "public", draft=True)
        return queries.document(bound.whole, "fragment", meta).decode(), ""
    except SchoolwardError as error:
        return "", str(error)


@requires(P.WRITE_PAPERS)
def paper_preview(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The draft as it would leave, marked as a draft: `docx` or `pdf`."""
    if form not in ("docx", "pdf"):
        raise Http404
    found = _writable(request, pk)
    bound = queries.bound_draft(found, queries.draft_of(found), request.acting)
    content = queries.document(bound.whole, form, queries.meta_of(found, "public", draft=True))
    return file_reply(content, f"draft-{found.pk}.{form}", MEDIA_TYPES[form])


@requires(P.WRITE_PAPERS)
@require_POST
def freeze_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes the text and figures as they stand on the screen."""
    found = _writable(request, pk)
    frozen = actions.freeze_paper(by=request.acting, paper=found, base_version=base_version(request.POST))
    say(request, "Frozen. Its figures will not change; somebody else signs it off.")
    return redirect("frozen_paper", frozen.pk)


@requires(P.VIEW_PAPERS)
def frozen_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """A frozen paper: its text, who signed it, whether the data has moved on, and the next step."""
    frozen = _readable(request, pk, PaperDocument.PUBLIC)
    entitled = request.acting.may(paper_kind(frozen.paper.kind).needs)
    page = {
        "frozen": frozen,
        "paper": frozen.paper,
        "words": WORDS,
        "published": frozen.state == PaperState.PUBLISHED,
        "text": _document(frozen, PaperDocument.PUBLIC, "fragment"),
        "exempt": _exempt(request, frozen),
        "changes": queries.changes_since(frozen, request.acting) if entitled else [],
        "refusals": {
            "sign": checks.sentence_against(checks.check_can_sign, frozen, request.acting),
            "publish": checks.sentence_against(checks.check_can_publish, frozen, request.acting),
            "withdraw": checks.sentence_against(checks.check_can_withdraw, frozen, request.acting),
        },
        "works": request.acting.may(P.SIGN_PAPERS) or request.acting.may(P.PUBLISH_PAPERS),
    }
    return render(request, "papers/frozen.html", page)


@requires(P.SIGN_PAPERS, P.PUBLISH_PAPERS)
@require_POST
def paper_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Signs off, publishes or withdraws."""
    if step not in STEPS:
        raise Http404
    frozen = _readable(request, pk, PaperDocument.PUBLIC)
    action, sentence = STEPS[step]
    extra = {} if step == "sign" else {"because": request.POST.get("because", "")}
    action(by=request.acting, frozen=frozen, **extra)
    say(request, sentence)
    return redirect("papers") if step == "withdraw" else redirect("frozen_paper", pk)


@requires(P.VIEW_PAPERS)
def paper_file(request: HttpRequest, pk: int, part: str, form: str) -> HttpResponse:
    """One of the documents, as it was made when the paper was frozen."""
    frozen = _readable(request, pk, part)
    content = _document(frozen, part, form)
    name = f"{frozen.paper.title.lower().replace(' ', '-')}-{frozen.paper.as_at:%Y-%m-%d}-{part}.{form}"
    return file_reply(content, name, MEDIA_TYPES[form])


def _document(frozen: FrozenPaper, part: str, form: str) -> bytes:
    return bytes(get_object_or_404(PaperDocument, frozen=frozen, part=part, form=form).content)


def _exempt(request: HttpRequest, frozen: FrozenPaper) -> bytes:
    if frozen.has_exempt_part and checks.may_read(frozen, PaperDocument.EXEMPT, request.acting):
        return _document(frozen, PaperDocument.EXEMPT, "fragment")
    return b""


def _writable(request: HttpRequest, pk: int) -> Paper:
    found = get_object_or_404(Paper.objects.select_related("authority"), pk=pk)
    checks.check_can_write(found, request.acting)
    return found


def _readable(request: HttpRequest, pk: int, part: str) -> FrozenPaper:
    """The paper, or not found: whoever may not read it does not learn that it is there."""
    rows = FrozenPaper.objects.select_related(
        "paper__authority", "frozen_by__person", "signed_by__person", "published_by__person"
    )
    frozen = get_object_or_404(rows, pk=pk)
    withdrawn = frozen.state == PaperState.WITHDRAWN and not request.acting.may(P.SIGN_PAPERS)
    if withdrawn or not checks.may_read(frozen, part, request.acting):
        raise Http404
    return frozen
