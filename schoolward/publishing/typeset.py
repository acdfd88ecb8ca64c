"""PDF by Typst: tagged, for archive and for assistive technology (PDF/A-2a and PDF/UA-1 together).

Typst refuses to build when a picture has no alternative text or the headings skip a level, so a paper
that cannot be read aloud fails here and not in a reader's hands.
"""

from __future__ import annotations

import functools
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import typst

from schoolward.publishing import pandoc
from schoolward.publishing.charts import Chart
from schoolward.publishing.meta import Meta
from schoolward.publishing.pandoc import Node
from schoolward.terms.errors import BadInput

_HERE = Path(__file__).parent
STANDARDS = ["a-2a", "ua-1"]


def write(tree: Node, meta: Meta, charts: Mapping[str, Chart], *, epoch: int) -> bytes:
    """The PDF; the fonts come with Schoolward, so that it is the same on every machine."""
    body = pandoc.write(tree, "typst", "--wrap=none").decode()
    source = f'#import "paper.typ": *\n#show: paper\n\n{body}'
    with tempfile.TemporaryDirectory(prefix="schoolward-paper-") as folder:
        root = Path(folder)
        (root / "paper.typ").write_text(read("paper.typ"))
        for name, chart in charts.items():
            (root / picture_name(name)).write_text(chart.svg)
        (root / "main.typ").write_text(source)
        return _compile(root, meta, epoch)


def _compile(root: Path, meta: Meta, epoch: int) -> bytes:
    inputs = {
        "title": meta.title,
        "authority": meta.authority,
        "subtitle": meta.subtitle,
        "day": meta.day,
        "marking": meta.marking,
        "on": meta.on.isoformat(),
    }
    try:
        return typst.compile(
            root / "main.typ",
            root=root,
            font_paths=fonts(),
            sys_inputs=inputs,
            pdf_standards=STANDARDS,
            package_path=root,
            package_cache_path=root,
            timestamp=epoch,
        )
    except typst.TypstError as wrong:
        raise BadInput(f"the paper cannot be made an accessible PDF: {wrong.message}") from wrong


@functools.cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(_HERE / "fonts")])


@functools.cache
def read(name: str) -> str:
    """A file of the papers' templates."""
    return (_HERE / "templates" / name).read_text(encoding="utf-8")


def picture_name(name: str) -> str:
    # names come from templates; hashing keeps any of them from being a path
    return "chart-" + name.encode().hex() + ".svg"


def figure(node: Node) -> Node:
    """A picture in Typst's own words, because pandoc's Typst writer loses alternative text."""
    _, caption, content = node["c"]
    (_, _, pairs), alt, (source, _) = content[0]["c"][0]["c"]
    label, *finding = caption[1][0]["c"]
    picture = f"image({_said(source)}, alt: {_said(pandoc.plain(alt))}, width: {dict(pairs)['width']})"
    words = f"strong({_said(pandoc.plain(label))}) + {_said(pandoc.plain(finding))}"
    return pandoc.raw("typst", f"#figure({picture}, caption: {words}, kind: image)")


def _said(text: str) -> str:
    # JSON's escapes for quotes, backslashes and newlines are Typst's too; other characters stay as they are.
    return json.dumps(text, ensure_ascii=False)
