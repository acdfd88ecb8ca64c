"""The same source in every form, accessible, and with no way out to files or addresses."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from html.parser import HTMLParser
from xml.etree.ElementTree import XML  # our own documents, not a stranger's

import pytest
from pypdf import PdfReader

from schoolward.publishing.documents import render
from schoolward.publishing.drawing import page_chart
from schoolward.publishing.tables import table
from schoolward.terms.errors import BadInput
from tests.fixtures.publishing.estuary import BARS, META, plain_chart

SOURCE = """# Purpose

A *list* with a [link](https://www.gov.uk/).

#### Detail

- one
- two

![](chart:floor.trend)

[](table:concern.table)
"""
SCHOOLS = table("Schools", ["School", "#Result"], [(f"School {i}", i) for i in range(90)])
GIVEN = {"meta": META, "charts": {"floor.trend": plain_chart()}, "tables": {"concern.table": SCHOOLS}}


def html(markdown: str, **given) -> str:
    return render(markdown, "fragment", **({"meta": META} | given)).decode()


def docx_part(document: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(document)).read(name).decode()


@pytest.mark.parametrize("form", ["fragment", "html", "docx", "pdf"])
def test_render_twice_gives_the_same_bytes(form):
    assert render(SOURCE, form, **GIVEN) == render(SOURCE, form, **GIVEN)


@pytest.mark.parametrize(
    "source",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "https://example.org/x.png",
        "data:image/png;base64,AA",
        "chart:no",
    ],
)
@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_render_picture_that_is_not_a_named_chart_is_refused(form, source):
    with pytest.raises(BadInput, match="only by name"):
        render(f"![x]({source})", form, meta=META)


def test_render_picture_within_a_line_is_refused():
    with pytest.raises(BadInput, match="within a line"):
        render("See ![x](chart:floor.trend) here", "html", **GIVEN)


def test_render_unknown_tables_and_charts_are_all_named():
    with pytest.raises(BadInput, match=r"chart:a\.b.*c\.d"):
        render("![](chart:a.b)\n\n[](table:c.d)", "pdf", meta=META)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '`<b onclick="x()">`{=html}',
        "[x](https://a.uk){onclick=alert(1) style=color:red}",
        '<style>body{}</style>\n\n<iframe src="https://a.uk"></iframe>',
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
    ],
)
def test_html_of_hostile_markdown_holds_no_script_style_or_handler(hostile):
    for tag, attributes in Tags(html(hostile)).tags:
        assert tag not in ("script", "style", "iframe", "img", "b")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert not attributes.get("href", "").startswith(("javascript", "data"))


def test_html_of_officers_raw_html_shows_it_as_typed():
    assert "&lt;b&gt;bold&lt;/b&gt;" in html("<b>bold</b>")


def test_html_headings_never_skip_a_level_and_leave_h1_to_the_page():
    headings = [tag for tag, _ in Tags(html("#### Deep\n\n# Top\n\n### Below")).tags if re.match(r"h\d", tag)]
    assert headings == ["h2", "h2", "h3"]


def test_html_table_has_caption_scopes_and_a_box_that_scrolls():
    tags = Tags(html("[](table:t.t)", tables={"t.t": table("Cap", ["School", "#Result"], [("A", 1)])})).tags
    assert (
        "div",
        {"class": "table-scroll", "role": "region", "aria-label": "Table 1. Cap", "tabindex": "0"},
    ) in tags
    assert [a.get("scope") for tag, a in tags if tag == "th"] == ["col", "col", "row"]
    assert ("td", {"class": "numeric"}) in tags


def test_html_table_without_rows_says_none():
    assert "Schools below: none." in html("[](table:t.t)", tables={"t.t": table("Schools below", ["A"], [])})


def test_html_chart_has_alternative_text_its_finding_and_its_table():
    fragment = html("![](chart:c.c)", charts={"c.c": plain_chart("Fewer <below>", 'It "falls" & stops')})
    (image,) = (a for tag, a in Tags(fragment).tags if tag == "img")
    assert image["alt"] == 'It "falls" & stops'
    assert "Fewer &lt;below&gt;</figcaption>" in fragment
    assert "<details><summary>Figures behind the chart" in fragment


def test_html_chart_with_an_address_is_linked_not_embedded():
    fragment = html(
        "![](chart:c.c)",
        charts={"c.c": plain_chart()},
        chart_url=lambda name, narrow: f"/papers/{name}-{narrow}.svg",
    )
    assert 'src="/papers/c.c-False.svg"' in fragment


def test_html_chart_offers_phones_a_narrow_picture_of_the_same_words():
    made = html(
        "![](chart:c.c)", charts={"c.c": page_chart(BARS)}, chart_url=lambda name, narrow: f"/{name}/{narrow}"
    )
    tags = Tags(made).tags
    assert ("source", {"media": "(max-width: 40em)", "srcset": "/c.c/True"}) in tags
    assert [a["src"] for tag, a in tags if tag == "img"] == ["/c.c/False"]
    assert [a["alt"] for tag, a in tags if tag == "img"] == [BARS.alt]


def test_pdf_is_tagged_dated_titled_and_in_british_english():
    pdf = PdfReader(io.BytesIO(render(SOURCE, "pdf", **GIVEN)))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert (pdf.metadata.title, pdf.metadata.creation_date.date()) == (META.title, META.on)
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp


def test_pdf_repeats_table_heads_and_numbers_its_pages():
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render(SOURCE, "pdf", **GIVEN))).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
    for page in pages[1:]:
        assert "School Result" in page
        assert META.title in page
        assert META.authority in page


def test_pdf_carries_the_alternative_text():
    assert "The line falls from 5 to 1." in _alternative_texts(render(SOURCE, "pdf", **GIVEN))


def _alternative_texts(document: bytes) -> list[str]:
    found, todo = [], [PdfReader(io.BytesIO(document)).trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        node = todo.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            found += [str(node["/Alt"])] if "/Alt" in node else []
            todo += [node["/K"]] if "/K" in node else []
    return found


def test_pdf_marking_stands_on_every_page():
    given = GIVEN | {"meta": dataclasses.replace(META, marking="Not for publication")}
    pages = PdfReader(io.BytesIO(render(SOURCE, "pdf", **given))).pages
    assert all("Not for publication" in page.extract_text() for page in pages)


def test_pdf_text_that_looks_like_typst_is_only_text():
    typst = '#read("/etc/passwd") #import "@preview/x:1.0.0" $x$ @ref <label> #sys.version'
    text = PdfReader(io.BytesIO(render(typst, "pdf", meta=META))).pages[0].extract_text()
    assert '#read("/etc/passwd")' in text.replace("“", '"').replace("”", '"')
    assert "root:" not in text


def test_docx_repeats_heads_keeps_rows_whole_and_describes_pictures():
    document = docx_part(render(SOURCE, "docx", **GIVEN), "word/document.xml")
    assert document.count("<w:tblHeader") == 2
    assert document.count("<w:cantSplit") == document.count("<w:tr>") == document.count("<w:trPr>") == 94
    assert 'descr="The line falls from 5 to 1."' in document
    assert "base64" not in document


def test_docx_is_a4_british_english_with_running_head_and_page_numbers():
    made = render(SOURCE, "docx", **GIVEN)
    assert 'w:w="11906" w:h="16838"' in docx_part(made, "word/document.xml").replace(
        'w:h="16838" w:w="11906"', 'w:w="11906" w:h="16838"'
    )
    styles = docx_part(made, "word/styles.xml")
    assert 'w:val="en-GB"' in styles
    assert "en-US" not in styles
    parts = zipfile.ZipFile(io.BytesIO(made)).namelist()
    running = "".join(docx_part(made, name) for name in parts if re.search(r"(header|footer)\d*\.xml$", name))
    assert META.title in running
    assert META.authority in running
    assert "NUMPAGES" in running


def test_docx_parts_are_well_formed_and_every_relation_leads_to_a_part():
    made = render(SOURCE, "docx", **GIVEN)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = set(archive.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                XML(archive.read(name))
        relations = XML(archive.read("word/_rels/document.xml.rels"))
    targets = {r.attrib["Target"] for r in relations if r.attrib.get("TargetMode") != "External"}
    assert {f"word/{target}" for target in targets} <= names


def test_docx_styles_named_in_the_text_all_exist_once():
    made = render(SOURCE, "docx", **GIVEN)
    defined = re.findall(r'w:styleId="(\w+)"', docx_part(made, "word/styles.xml"))
    used = set(re.findall(r'<w:(?:p|r|tbl)Style w:val="(\w+)"', docx_part(made, "word/document.xml")))
    assert used <= set(defined)
    assert len(defined) == len(set(defined))


def test_numbers_of_tables_and_figures_agree_in_every_form():
    def labels(text: str) -> list[str]:
        return re.findall(r"(?:Table|Figure) \d\.", text)

    pdf = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render(SOURCE, "pdf", **GIVEN))).pages)
    word = re.sub(r"<[^>]+>", "", docx_part(render(SOURCE, "docx", **GIVEN), "word/document.xml"))
    assert labels(pdf) == labels(word) == ["Figure 1.", "Table 1.", "Table 2."]


def test_render_text_of_three_million_characters_is_refused():
    with pytest.raises(BadInput, match="2 million"):
        render("x " * 1_500_000, "html", meta=META)
