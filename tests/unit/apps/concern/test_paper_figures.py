"""What officers recorded stays out of the public part of the board paper."""

from datetime import date
from types import SimpleNamespace

import pytest

from schoolward.apps.concern import paper
from schoolward.apps.concern.models import ProposalRun, ProposedStatus
from schoolward.apps.concern.paper_kind import PROSE
from schoolward.apps.concern.queries import ConcernList, Line
from schoolward.publishing.documents import render
from schoolward.publishing.figures import bind
from schoolward.publishing.meta import Meta
from schoolward.publishing.papers import concern_paper
from schoolward.publishing.provenance import FigureValue

RECORDED = {"code": "safeguarding", "sentence": "Safeguarding practice: recorded by officers.", "rule": "c"}
PUBLISHED = {"code": "inadequate", "sentence": "Inadequate in May 2018.", "rule": "scale-2012"}


def line(name: str, status: str, reasons: list[dict], says: str) -> Line:
    working = {
        "says": says,
        "reasons": reasons,
        "route": "maintained",
        "phase": "Primary",
        "working": [],
        "below_by_chance": None,
    }
    return Line(ProposedStatus(urn=1, name=name, status=status, working=working), None, None, None)


@pytest.fixture
def figures(settings, tmp_path) -> dict[str, FigureValue]:
    run = ProposalRun(as_at=date(2018, 12, 31), data_edition="d" * 16, rules_edition="r" * 16)
    lines = (
        line("Saltings", "concern", [RECORDED, PUBLISHED], "Safeguarding"),
        line("Marsh End", "concern", [PUBLISHED, RECORDED], "Inadequate"),
    )
    source = paper._Source(ConcernList(run, lines), "990")
    settings.SCHOOLWARD_STORE = tmp_path / "empty"
    by = SimpleNamespace(authority=SimpleNamespace(name="Estuary"))
    return (
        paper._names(source, by, run.as_at, date(2018, 7, 31))
        | paper._counts(source)
        | paper._tables(source, [], date(2018, 7, 31))
        | paper._floor(source, 990, run.as_at)
        | paper._results(source)
        | {text.name: source.bind(text.start, "prose", text=text.start) for text in PROSE}
    )


def set_part(part) -> str:
    meta = Meta("Schools causing concern", "Estuary", date(2018, 12, 31))
    return render(part.markdown, "fragment", meta=meta, charts=part.charts, tables=part.tables).decode()


def test_public_part_says_nothing_of_what_officers_recorded(figures):
    public = set_part(bind(concern_paper(), figures).public)
    assert "Safeguarding" not in public
    assert "Evidence that is not published" in public
    assert "Inadequate in May 2018." in public


def test_exempt_annex_names_the_kind_of_what_was_recorded(figures):
    exempt = set_part(bind(concern_paper(), figures).exempt)
    assert "Safeguarding practice" in exempt
