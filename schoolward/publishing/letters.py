"""Letters as one PDF, ready to print, fold and put into window envelopes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Window:
    """Where the address stands, from the top of the sheet, and how large: envelopes differ."""

    top_cm: float
    size_pt: float
    height_cm: float


DL = Window(5.2, 11, 3.5)
# GOV.UK Notify prints only what has the address, and nothing else, from 39.5 to 66.3 mm below the top.
NOTIFY = Window(4.1, 10, 2.5)


def render_letters(
    letters: Sequence[Letter], *, authority: str, on: date, title: str = "Letters", window: Window = DL
) -> bytes:
    """A tagged PDF (PDF/A-2a, PDF/UA-1) in which each letter starts on a page of its own.

    The same letters give the same bytes: the only date in it is `on`.
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
        try:
            return typst.compile(
                main,
                root=folder,
                font_paths=fonts(),
                sys_inputs=inputs,
                pdf_standards=STANDARDS,
                timestamp=epoch,
            )
        except typst.TypstError as wrong:
            raise BadInput(f"The letters cannot be made an accessible PDF: {wrong.message}") from wrong


def _as_data(letter: Letter) -> dict[str, object]:
    blocks = read_blocks(letter.html) if letter.html else plain_blocks(letter.text)
    return {
        "address": letter.address.replace("\r\n", "\n").strip(),
        "subject": letter.subject,
        "blocks": [_spelt_out(block).as_data() for block in blocks],
        "reference": letter.reference,
        "enclosures": list(letter.enclosures),
    }


def _spelt_out(block: Block) -> Block:
    """The block with addresses written out: nobody can follow a link on paper."""
    return Block(block.kind, [[replace(run, text=spelt_out(run)) for run in runs] for runs in block.items])
