"""Runs the pandoc program in its sandbox, and builds the pieces of its document tree.

pandoc is GPL and is called as a separate process. `--sandbox` means that no text in a document can
make it read a file or an address; the environment is emptied so that nothing in a user's folders
changes the result.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pypandoc

from schoolward.publishing.tables import Table, width_shares
from schoolward.terms.errors import BadInput

type Node = dict[str, Any]

# Officers write Markdown, never HTML, TeX or attributes: only what is named here is understood,
# everything else stays as the characters that were typed.
READS = (
    "markdown_strict-raw_html+all_symbols_escapable+auto_identifiers+backtick_code_blocks+blank_before_header"
    "+blank_before_blockquote+definition_lists+escaped_line_breaks+fancy_lists+footnotes"
    "+intraword_underscores+pipe_tables+shortcut_reference_links+smart+space_in_atx_header+startnum"
    "+strikeout+subscript+superscript+table_captions"
)
MAX_MARKDOWN_CHARS = 2_000_000
_SECONDS = 20


def read_markdown(markdown: str) -> Node:
    """The document tree of officers' Markdown."""
    if len(markdown) > MAX_MARKDOWN_CHARS:
        raise BadInput("the text is longer than 2 million characters", do="Split it into several papers.")
    return json.loads(_read(markdown))


@functools.lru_cache(maxsize=4)
def _read(markdown: str) -> bytes:
    """The tree as pandoc writes it, kept for the other forms of the same text."""
    return run(["-f", READS, "-t", "json"], markdown.encode())


def write(tree: Node, form: str, *options: str, epoch: int = 0) -> bytes:
    """The tree in another form; `epoch` is the only time that can appear in it."""
    return run(["-f", "json", "-t", form, *options], json.dumps(tree).encode(), epoch)


def run(arguments: Sequence[str], given: bytes, epoch: int = 0) -> bytes:
    """What pandoc answers; it has half a gigabyte and twenty seconds, then it is stopped."""
    command = [program(), "+RTS", "-M512M", "-RTS", "--sandbox", "--quiet", *arguments]
    environment = {"SOURCE_DATE_EPOCH": str(epoch), "LC_ALL": "C.UTF-8"}
    try:
        answer = subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired as stop:
        raise BadInput(
            "the text takes too long to set", do="Look for very deeply nested lists or quotes."
        ) from stop
    if answer.returncode:
        reason = answer.stderr.decode(errors="replace").strip()[:500]
        raise BadInput(f"the text cannot be set as a document: {reason}")
    return answer.stdout


@functools.cache
def program() -> str:
    return pypandoc.get_pandoc_path()


@functools.cache
def default_reference_docx() -> bytes:
    """pandoc's own Word styles, which ours are made from."""
    return subprocess.run(
        [program(), "--print-default-data-file", "reference.docx"], capture_output=True, check=True, env={}
    ).stdout


# Pieces of the tree -------------------------------------------------------------------------------


def words(text: str) -> list[Node]:
    """Text as inlines, every character standing for itself."""
    inlines: list[Node] = []
    for i, word in enumerate(
        re.split("[ \t\r\n]+", text.strip(" \t\r\n"))
    ):  # a no-break space stays in its word
        inlines += [{"t": "Space"}] if i else []
        inlines.append({"t": "Str", "c": word})
    return inlines


def attributes(
    identifier: str = "", classes: Iterable[str] = (), pairs: Iterable[tuple[str, str]] = ()
) -> list[Any]:
    return [identifier, list(classes), [list(pair) for pair in pairs]]


def para(text: str) -> Node:
    return {"t": "Para", "c": words(text)}


def header(level: int, text: str, identifier: str = "") -> Node:
    return {"t": "Header", "c": [level, attributes(identifier), words(text)]}


def div(blocks: list[Node], classes: Iterable[str] = (), pairs: Iterable[tuple[str, str]] = ()) -> Node:
    return {"t": "Div", "c": [attributes("", classes, pairs), blocks]}


def styled(style: str, blocks: list[Node]) -> Node:
    """Blocks in a named style of the Word document."""
    return div(blocks, pairs=[("custom-style", style)])


def raw(form: str, text: str) -> Node:
    """Our own HTML or Typst. Nothing an officer wrote may ever pass through here."""
    return {"t": "RawBlock", "c": [form, text]}


def raw_inline(form: str, text: str) -> Node:
    """The same within a line."""
    return {"t": "RawInline", "c": [form, text]}


def image(source: str, alt: str, pairs: Iterable[tuple[str, str]] = ()) -> Node:
    return {"t": "Image", "c": [attributes("", (), pairs), words(alt), [source, ""]]}


def figure(picture: Node, caption: str) -> Node:
    return {"t": "Figure", "c": [attributes(), _caption(caption), [{"t": "Plain", "c": [picture]}]]}


def table_node(table: Table) -> Node:
    """The table as a tree; one without rows is a sentence that says so."""
    if not table.rows:
        return para(f"{table.caption.rstrip('.')}: none.")
    sides = [{"t": "AlignRight" if column.numeric else "AlignLeft"} for column in table.columns]
    specs = [[side, {"t": "ColWidthDefault"}] for side in sides]
    head = [attributes(), [_row(table.headings)]]
    body = [attributes(), 0, [], [_row(row) for row in table.rows]]
    return {
        "t": "Table",
        "c": [attributes(), _caption(table.caption), specs, head, [body], [attributes(), []]],
    }


def _caption(text: str) -> list[Any]:
    return [None, [{"t": "Plain", "c": words(text)}]]


def _row(cells: Iterable[str]) -> list[Any]:
    return [
        attributes(),
        [[attributes(), {"t": "AlignDefault"}, 1, 1, [{"t": "Plain", "c": words(cell)}]] for cell in cells],
    ]


# Reading and changing a tree --------------------------------------------------------------------------


def plain(node: object) -> str:
    """The words of a piece of the tree."""
    if isinstance(node, list):
        return "".join(plain(each) for each in node)
    if isinstance(node, dict):
        if node.get("t") == "Str":
            return node["c"]
        return " " if node.get("t") in ("Space", "SoftBreak") else plain(node.get("c"))
    return ""


def every(node: object, *kinds: str) -> Iterator[Node]:
    """Every piece of these kinds, in reading order."""
    if isinstance(node, list):
        for each in node:
            yield from every(each, *kinds)
    elif isinstance(node, dict):
        if node.get("t") in kinds:
            yield node
        yield from every(node.get("c"), *kinds)


def rows(table: Node) -> tuple[list[Any], list[Any]]:
    """The rows of a table's head and of its bodies."""
    _, _, _, head, bodies, _ = table["c"]
    return head[1], [row for body in bodies for row in [*body[2], *body[3]]]


def share_widths(table: Node) -> None:
    """Gives the columns widths, so that every table fills the line in Word and in PDF alike."""
    head, body = rows(table)
    texts = [[plain(cell[4]) for cell in row[1]] for row in [*head, *body]]
    if len({len(row) for row in texts}) != 1:
        return  # merged cells: leave them to the writer
    for spec, share in zip(table["c"][2], width_shares(list(zip(*texts, strict=True))), strict=True):
        spec[0] = {"t": "AlignLeft"} if spec[0]["t"] == "AlignDefault" else spec[0]
        spec[1] = {"t": "ColWidth", "c": round(share, 4)}


def number_captions(blocks: list[Node]) -> None:
    """ "Table 1." and "Figure 2." before the captions, in the text itself, so that all forms agree."""
    counts = {"Table": 0, "Figure": 0}
    for node in every(blocks, "Table", "Figure"):
        caption = node["c"][1][1]
        if not caption:
            continue
        counts[node["t"]] += 1
        label = {"t": "Strong", "c": words(f"{node['t']} {counts[node['t']]}.")}
        caption[0]["c"] = [label, {"t": "Space"}, *caption[0]["c"]]
