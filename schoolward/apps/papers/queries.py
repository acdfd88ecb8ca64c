"""Reading papers: the draft with its figures in, what has moved since, and who may read what."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

from schoolward.apps.accounts.acting import Acting
from schoolward.apps.drafts.models import Draft
from schoolward.apps.papers.checks import may_read
from schoolward.apps.papers.kinds import PaperKind, paper_kind
from schoolward.apps.papers.models import FrozenPaper, Paper
from schoolward.apps.papers.states import PaperState
from schoolward.publishing.documents import render
from schoolward.publishing.figures import Bound, Part, bind
from schoolward.publishing.meta import Meta
from schoolward.publishing.provenance import Change, FigureValue, stale, thaw

BODY = "body"
FORMS = ("fragment", "html", "docx", "pdf")  # in which a frozen paper is kept
DRAFT_KIND = "papers.paper"


def starting_content(kind: PaperKind) -> dict[str, str]:
    """What a new paper's draft begins with: the template, and the officers' texts."""
    return {BODY: kind.template(), **{text.name: text.start for text in kind.prose}}


def draft_of(paper: Paper) -> Draft:
    """The open draft with the paper's text."""
    return Draft.objects.get(kind=DRAFT_KIND, subject_id=str(paper.pk), state="open")


def figures_of(paper: Paper, content: Mapping[str, str], by: Acting) -> dict[str, FigureValue]:
    """Every figure the paper may bind, as now: computed ones, and officers' texts from the draft."""
    kind = paper_kind(paper.kind)
    computed = dict(kind.figures(by, paper.as_at, paper.compared_with))
    origin = next(iter(computed.values()))
    return computed | {
        text.name: replace(
            origin,
            value=content.get(text.name, ""),
            text=content.get(text.name, ""),
            query="written by officers",
            arguments={"paper": str(paper.pk)},
            unit="",
        )
        for text in kind.prose
    }


def bound_draft(paper: Paper, draft: Draft, by: Acting) -> Bound:
    """The draft with today's figures in their places."""
    return bind(draft.content[BODY], figures_of(paper, draft.content, by))


def meta_of(paper: Paper, part: str, *, draft: bool) -> Meta:
    """What stands round the text of one part."""
    marks = [
        m for m in ("Draft" if draft else "", "Exempt from publication" if part == "exempt" else "") if m
    ]
    if paper.authority.is_demonstration:
        marks.append("Fictional authority")
    title = paper.title if part == "public" else f"{paper.title}: exempt annex"
    return Meta(title, paper.authority.name, on=paper.as_at, marking=" · ".join(marks))


def document(part: Part, form: str, meta: Meta) -> bytes:
    """One part as HTML, Word or PDF."""
    return render(part.markdown, form, meta=meta, charts=part.charts, tables=part.tables)


def documents(part: Part, meta: Meta) -> dict[str, bytes]:
    """One part in every form that is kept; pictures are drawn for the first, and the others share them."""
    first, *others = FORMS
    made = {first: document(part, first, meta)}
    with ThreadPoolExecutor(max_workers=len(others)) as pool:  # each waits for a program of its own
        contents = pool.map(lambda form: document(part, form, meta), others)
        return made | dict(zip(others, contents, strict=True))


def changes_since(frozen: FrozenPaper, by: Acting) -> list[Change]:
    """What the same queries say differently now: the warning that the data has moved on."""
    paper = frozen.paper
    kept = thaw(frozen.figures)
    now = dict(paper_kind(paper.kind).figures(by, paper.as_at, paper.compared_with))
    return stale(
        {name: kept[name] for name in kept if name in now}, {n: v for n, v in now.items() if n in kept}
    )


def readable(by: Acting) -> list[FrozenPaper]:
    """Frozen papers of which this role may read at least the public part, newest first."""
    rows = FrozenPaper.objects.exclude(state=PaperState.WITHDRAWN).select_related(
        "paper", "published_by__person"
    )
    newest = rows.order_by("-paper__as_at", "-frozen_at")
    return [frozen for frozen in newest if may_read(frozen, "public", by)]


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
