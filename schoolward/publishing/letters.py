"""Letters as one PDF, ready to print, fold and put into window envelopes."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import typst

from schoolward.publishing.letter_blocks import Block, plain_blocks, read_blocks, spelt_out
from schoolward.publishing.typeset import STANDARDS, fonts, read
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadInput


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: in plain text, where a blank line parts paragraphs, or in HTML where that is given."""

    address: str  # name and postal address, on lines of their own
    subject: str
    text: str
    reference: str = ""
    html: str = ""
    enclosures: tuple[str, ...] = ()
    printed_behind: tuple[str, ...] = ()  # those of them, by key, whose pages follow the letter's own


@dataclass(frozen=True, slots=True)
class Window:
    """Where the address stands, from the top of the sheet, and how large: envelopes differ."""

    top_cm: float
    size_pt: float
    height_cm: float


BEYOND_ANY, HOW_MANY = 1_000_000, re.compile(r"only has (\d+) page")
DL = Window(5.2, 11, 3.5)
# GOV.UK Notify prints only what has the address, and nothing else, from 39.5 to 66.3 mm below the top.
NOTIFY = Window(4.1, 10, 2.5)


def render_letters(
    letters: Sequence[Letter],
    *,
    authority: str,
    on: date,
    title: str = "Letters",
    window: Window = DL,
    behind: Mapping[str, bytes] | None = None,
) -> bytes:
    """A tagged PDF (PDF/A-2a, PDF/UA-1) in which each letter starts on a page of its own.

    The same letters give the same bytes: the only date in it is `on`. With PDFs to be printed `behind`
    letters, by key, it is for the printer alone and not tagged: others' pages cannot be made accessible here.
    """
    inputs = {
        "letters": json.dumps([_as_data(letter) for letter in letters]),
        "authority": authority,
        "title": title,
        "on": on.isoformat(),
        "day": format_day(on),
        "window": json.dumps(asdict(window)),
    }
    epoch = int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp())
    with tempfile.TemporaryDirectory(prefix="schoolward-letters-") as folder:
        main = Path(folder) / "letters.typ"
        main.write_text(read("letters.typ"), encoding="utf-8")
        pages = {
            key: _put(Path(folder), f"{n}.pdf", pdf) for n, (key, pdf) in enumerate((behind or {}).items())
        }
        inputs["behind"] = json.dumps(pages)
        try:
            return typst.compile(
                main,
                root=folder,
                font_paths=fonts(),
                sys_inputs=inputs,
                pdf_standards=None if pages else STANDARDS,
                timestamp=epoch,
            )
        except typst.TypstError as wrong:
            raise BadInput(f"The letters cannot be made a PDF: {wrong.message}") from wrong


def _put(folder: Path, name: str, pdf: bytes) -> dict[str, object]:
    """The PDF as the letters' source finds it, with the number of its pages."""
    (folder / name).write_bytes(pdf)
    return {"name": name, "pages": page_count(pdf)}


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has; none where it cannot be printed with letters, as a locked or damaged one."""
    with tempfile.TemporaryDirectory(prefix="schoolward-pages-") as folder:
        (Path(folder) / "one.pdf").write_bytes(pdf)
        asking = Path(folder) / "asking.typ"
        asking.write_text(f'#image("one.pdf", page: {BEYOND_ANY})', encoding="utf-8")
        try:
            typst.compile(asking, root=folder)
        except typst.TypstError as told:  # it names the number when it is asked for a page beyond
            found = HOW_MANY.search(" ".join([str(told), *told.hints]))
            return int(found[1]) if found else 0
    raise AssertionError("no PDF has so many pages")


def _as_data(letter: Letter) -> dict[str, object]:
    blocks = read_blocks(letter.html) if letter.html else plain_blocks(letter.text)
    return {
        "address": letter.address.replace("\r\n", "\n").strip(),
        "subject": letter.subject,
        "blocks": [_spelt_out(block).as_data() for block in blocks],
        "reference": letter.reference,
        "enclosures": list(letter.enclosures),
        "behind": list(letter.printed_behind),
    }


def _spelt_out(block: Block) -> Block:
    """The block with addresses written out: nobody can follow a link on paper."""
    return Block(block.kind, [[replace(run, text=spelt_out(run)) for run in runs] for runs in block.items])
