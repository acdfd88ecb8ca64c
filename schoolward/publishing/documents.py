"""One Markdown source as HTML, Word or PDF, with charts and tables put in by name.

    render(markdown, "pdf", meta=Meta("Schools causing concern", "Estuary Council", on=date(2018, 12, 31)),
           charts={"floor.trend": chart}, tables={"concern.table": table})

In the Markdown a chart stands as `![](chart:floor.trend)` and a table as `[](table:concern.table)`, alone in
their paragraph. No other picture, no file and no address can be brought in. The same source gives the
same bytes: the only date in a document is `meta.on`.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping
from typing import Literal

import nh3

from schoolward.publishing import pandoc, typeset, word
from schoolward.publishing.charts import Chart
from schoolward.publishing.meta import Meta
from schoolward.publishing.pandoc import Node
from schoolward.publishing.tables import Table
from schoolward.terms.errors import BadInput

Form = Literal["fragment", "html", "docx", "pdf"]
MEDIA_TYPES: Mapping[str, str] = {
    "fragment": "text/html; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
# Longer tables behind charts go to the end of a printed paper, so that the argument can be followed.
ROWS_BENEATH_A_CHART = 12


def render(
    markdown: str,
    form: Form,
    *,
    meta: Meta,
    charts: Mapping[str, Chart] | None = None,
    tables: Mapping[str, Table] | None = None,
    chart_url: Callable[[str, bool], str] | None = None,
) -> bytes:
    """The document. `fragment` is sanitised HTML for a page, in which `chart_url(name, narrow)` gives each
    picture's address (without it they are embedded); `html` stands alone."""
    tree = pandoc.read_markdown(markdown)
    setter = _Setter(form, meta, charts or {}, tables or {}, chart_url)
    tree["blocks"] = setter.blocks(tree["blocks"])
    setter.refuse_unknown()
    if form == "docx":
        return word.write(tree, meta, epoch=meta.epoch)
    if form == "pdf":
        return typeset.write(tree, meta, setter.used_charts, epoch=meta.epoch)
    fragment = _clean(pandoc.write(tree, "html5", "--wrap=none", "--id-prefix=paper-").decode())
    return (fragment if form == "fragment" else _standalone(fragment, meta)).encode()


class _Setter:
    """Puts named charts and tables in their places, and lets nothing else in."""

    def __init__(
        self,
        form: Form,
        meta: Meta,
        charts: Mapping[str, Chart],
        tables: Mapping[str, Table],
        chart_url: Callable[[str, bool], str] | None,
    ) -> None:
        self.form, self.meta, self.charts, self.tables, self.chart_url = form, meta, charts, tables, chart_url
        self.used_charts: dict[str, Chart] = {}
        self.unknown: list[str] = []
        self.appendix: list[Node] = []

    def blocks(self, blocks: list[Node]) -> list[Node]:
        """The whole document's blocks, set."""
        blocks = level_headings(blocks, lowest=2 if self.form in ("fragment", "html") else 1)
        if self.meta.numbered:
            number_headings(blocks)
        done = [piece for block in blocks for piece in _opened(self._set(block))]
        if self.appendix:
            done += [pandoc.header(1, "Figures behind the charts"), *self.appendix]
        pandoc.number_captions(done)
        return self._suit(done)

    def refuse_unknown(self) -> None:
        if self.unknown:
            raise BadInput(
                "the text asks for " + ", ".join(self.unknown),
                do="Pictures and tables come only by name, as ![](chart:name) or [](table:name).",
            )

    def _set(self, node: object) -> object:
        if isinstance(node, list):
            return [self._set(each) for each in node]
        if not isinstance(node, dict) or "t" not in node:
            return node
        match node:
            case {"t": "Para" | "Plain", "c": [{"t": "Image", "c": [_, _, [source, _]]}]}:
                return self._chart(source)
            case {"t": "Para" | "Plain", "c": [{"t": "Link", "c": [_, _, [source, _]]}]} if source.startswith(
                "table:"
            ):
                return self._table(source)
            case {"t": "Image", "c": [_, _, [source, _]]}:
                self.unknown.append(f"the picture “{source}” within a line")
                return pandoc.words("picture")[0]
            case {"t": "Link", "c": [_, inlines, [source, _]]} if not _is_safe_link(source):
                return {"t": "Span", "c": [pandoc.attributes(), self._set(inlines)]}
            case {"t": "RawBlock" | "RawInline", "c": [_, text]}:
                return {"t": "Str" if node["t"] == "RawInline" else "CodeBlock", "c": text}
        return {key: self._set(value) for key, value in node.items()}

    def _chart(self, source: str) -> Node:
        name = source.removeprefix("chart:")
        chart = self.charts.get(name) if source.startswith("chart:") else None
        if chart is None:
            self.unknown.append(f"the picture “{source}”")
            return pandoc.para("")
        self.used_charts[name] = chart
        picture = pandoc.image(self._source(name, chart), chart.alt, self._size(chart))
        if self._is_html and chart.draw_narrow:
            picture = self._for_phones(name, chart, picture)
        picture = pandoc.figure(picture, chart.title)
        return pandoc.div([picture, *self._behind(chart)])

    def _source(self, name: str, chart: Chart) -> str:
        """Where the writer finds the picture: an address, the picture itself, or a file for Typst."""
        if self.form == "pdf":
            return typeset.picture_name(name)
        if self.form == "docx":
            return "data:image/png;base64," + base64.b64encode(chart.png).decode()
        return self._address(name, chart, narrow=False)

    def _address(self, name: str, chart: Chart, *, narrow: bool) -> str:
        if self.chart_url and self.form == "fragment":
            return self.chart_url(name, narrow)
        svg = chart.narrow_svg if narrow else chart.svg
        return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

    def _for_phones(self, name: str, chart: Chart, picture: Node) -> Node:
        """The picture with another, of the same words, that a narrow screen takes in its place."""
        source = html.escape(self._address(name, chart, narrow=True))
        opening = f'<picture><source media="(max-width: 40em)" srcset="{source}">'
        inner = [pandoc.raw_inline("html", opening), picture, pandoc.raw_inline("html", "</picture>")]
        return {"t": "Span", "c": [pandoc.attributes(), inner]}

    def _size(self, chart: Chart) -> list[tuple[str, str]]:
        if self.form == "docx":
            return [("width", f"{word.LINE_CM * chart.width_share:.1f}cm")]
        return [("width", f"{chart.width_share:.0%}")] if self.form == "pdf" else []

    def _behind(self, chart: Chart) -> list[Node]:
        """The figures of the chart: opened in place on a page, beneath it or at the end on paper."""
        node = pandoc.table_node(chart.table)
        if self._is_html:
            summary = f"<summary>Figures behind the chart: {html.escape(chart.title)}</summary>"
            return [pandoc.raw("html", f"<details>{summary}"), node, pandoc.raw("html", "</details>")]
        if len(chart.table.rows) > ROWS_BENEATH_A_CHART:
            self.appendix.append(node)
            return []
        return [node]

    def _table(self, source: str) -> Node:
        name = source.removeprefix("table:")
        if name not in self.tables:
            self.unknown.append(f"the table “{name}”")
            return pandoc.para("")
        return pandoc.table_node(self.tables[name])

    @property
    def _is_html(self) -> bool:
        return self.form in ("fragment", "html")

    def _suit(self, node: object) -> object:
        """The tree with what this form needs of tables and pictures."""
        if isinstance(node, list):
            return [self._suit(each) for each in node]
        match node:
            case {"t": "Table"} if self._is_html:
                return for_html(node)
            case {"t": "Table"}:
                pandoc.share_widths(node)
            case {"t": "Figure"} if self.form == "pdf":
                return typeset.figure(node)
            case {"t": "Figure"} if self.form == "docx":
                return word.figure(node)
            case {"t": _, "c": inner}:
                return {"t": node["t"], "c": self._suit(inner)}
        return node


def _opened(block: Node) -> list[Node]:
    """A chart with its table as blocks of their own: within a box they would lose the space above them."""
    is_bare_box = block["t"] == "Div" and block["c"][0] == pandoc.attributes()
    return block["c"][1] if is_bare_box else [block]


def _is_safe_link(address: str) -> bool:
    return address.startswith(("https://", "http://", "mailto:", "#"))


def level_headings(blocks: list[Node], lowest: int) -> list[Node]:
    """Headings that start at `lowest` and never skip a level, which PDF/UA and WCAG both ask for."""
    open_levels: list[int] = []
    for block in blocks:
        if block["t"] == "Header":
            while open_levels and open_levels[-1] >= block["c"][0]:
                open_levels.pop()
            open_levels.append(block["c"][0])
            block["c"][0] = lowest + len(open_levels) - 1
    return blocks


def number_headings(blocks: list[Node]) -> None:
    """Numbers the top headings 1, 2, 3, in the text itself, so that all forms agree."""
    headers = [block for block in blocks if block["t"] == "Header"]
    top = min((block["c"][0] for block in headers), default=1)
    for i, block in enumerate((b for b in headers if b["c"][0] == top), start=1):
        block["c"][2] = [{"t": "Str", "c": f"{i}."}, {"t": "Space"}, *block["c"][2]]


def for_html(table: Node) -> Node:
    """The table with scopes for screen readers, numbers marked, in a box that scrolls on a phone."""
    specs, name = table["c"][2], pandoc.plain(table["c"][1][1]) or "Table"
    numeric = [spec[0]["t"] == "AlignRight" for spec in specs]
    for spec in specs:
        # alignment and width would be written as style attributes, which a strict policy blocks
        spec[0], spec[1] = {"t": "AlignDefault"}, {"t": "ColWidthDefault"}
    head, body = pandoc.rows(table)
    for row in head:
        _mark(row, numeric, ["col"] * len(numeric))
    for row in body:
        _mark(row, numeric, ["row", *[""] * (len(numeric) - 1)])
    for each in table["c"][4]:
        each[1] = 1
    return pandoc.div(
        [table], ["table-scroll"], [("role", "region"), ("aria-label", name), ("tabindex", "0")]
    )


def _mark(row: list, numeric: list[bool], scopes: list[str]) -> None:
    for cell, is_numeric, scope in zip(row[1], numeric, scopes, strict=False):
        pairs = [("scope", scope)] if scope else []
        cell[0] = pandoc.attributes("", ["numeric"] if is_numeric else [], pairs)


# HTML -----------------------------------------------------------------------------------------------

# fmt: off
_TAGS = {
    "a", "abbr", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div",
    "dl", "dt", "em", "figcaption", "figure", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p",
    "picture", "pre", "section", "source", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}
# fmt: on
_ATTRIBUTES = {
    "*": {"id", "class", "role", "aria-label"},
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start", "type"},
    "source": {"media", "srcset"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "div": {"tabindex"},
}


def _clean(fragment: str) -> str:
    """The fragment with only what a paper may hold: no style, no script, no form, no strange address."""
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "data"},
        attribute_filter=_only_our_pictures,
        link_rel="noopener noreferrer",
    )


def _only_our_pictures(tag: str, attribute: str, value: str) -> str | None:
    if value.startswith("data:") and not (
        tag in ("img", "source") and value.startswith("data:image/svg+xml;base64,")
    ):
        return None
    return value


def _standalone(fragment: str, meta: Meta) -> str:
    """A whole page that can be kept and sent: one file, no script, prints cleanly."""
    e = html.escape
    marking = f'<p class="marking">{e(meta.marking)}</p>' if meta.marking else ""
    subtitle = f'<p class="subtitle">{e(meta.subtitle)}</p>' if meta.subtitle else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{e(meta.title)}: {e(meta.authority)}</title>\n<style>{typeset.read('paper.css')}</style>\n"
        f'</head>\n<body>\n<header>{marking}<p class="authority">{e(meta.authority)}</p>\n'
        f'<h1>{e(meta.title)}</h1>{subtitle}<p class="day">{e(meta.day)}</p></header>\n'
        f"<main>\n{fragment}</main>\n</body>\n</html>\n"
    )
