"""One whole paper, "Schools causing concern" of fictional Estuary, compared with the copy that is kept.

After a change that is meant: SCHOOLWARD_REFRESH=1, then look at the differences before they are committed.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from schoolward.publishing.documents import render
from schoolward.publishing.figures import Part, bind
from schoolward.publishing.papers import concern_paper
from tests.fixtures.publishing.estuary import META, figures

GOLDEN = Path(__file__).parents[2] / "fixtures" / "publishing" / "golden"


@pytest.fixture(scope="module")
def paper():
    return bind(concern_paper(), figures())


def compare(name: str, made: str) -> None:
    kept = GOLDEN / name
    if os.environ.get("SCHOOLWARD_REFRESH"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")


def made(part: Part, form: str) -> bytes:
    return render(part.markdown, form, meta=META, charts=part.charts, tables=part.tables)


def test_public_paper_as_markdown_is_as_kept(paper):
    compare("concern.public.md", paper.public.markdown)


def test_exempt_annex_as_markdown_is_as_kept(paper):
    compare("concern.exempt.md", paper.exempt.markdown)


def test_public_paper_as_html_is_as_kept(paper):
    # pictures are compared by their words and figures: another version of the drawing program moves pixels
    fragment = re.sub(
        r"data:image/svg\+xml;base64,[^\"]+", "picture", made(paper.public, "fragment").decode()
    )
    compare("concern.public.html", fragment)


def test_public_paper_as_pdf_reads_as_kept(paper):
    pages = PdfReader(io.BytesIO(made(paper.public, "pdf"))).pages
    compare("concern.public.pdf.txt", "\n\f\n".join(page.extract_text() for page in pages) + "\n")


def test_public_paper_as_word_reads_as_kept(paper):
    with zipfile.ZipFile(io.BytesIO(made(paper.public, "docx"))) as archive:
        document = archive.read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p>.*?</w:p>", document, re.S)
    lines = [
        "{}: {}".format(
            (re.search(r'<w:pStyle w:val="(\w+)"', p) or [0, "plain"])[1],
            "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>|descr=\"([^\"]+)\"", p) and _said(p)),
        )
        for p in paragraphs
    ]
    compare("concern.public.docx.txt", "\n".join(lines) + "\n")


def _said(paragraph: str) -> list[str]:
    return [a or f"[{b}]" for a, b in re.findall(r"<w:t[^>]*>([^<]*)</w:t>|descr=\"([^\"]+)\"", paragraph)]


def test_exempt_annex_is_nowhere_in_the_public_paper(paper):
    for form in ("fragment", "html"):
        assert "R. Invented" not in made(paper.public, form).decode()
    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made(paper.public, "pdf"))).pages)
    assert "Invented" not in pdf
    assert "cases.table" not in pdf
