"""Letters as one PDF, ready to print, fold and put into window envelopes."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typst

from schoolward.publishing.typeset import STANDARDS, fonts, read
from schoolward.terms.calendar import format_day
from schoolward.terms.errors import BadInput


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in plain text; a blank line parts paragraphs."""

    address: str  # name and postal address, on lines of their own
    subject: str
    text: str
    reference: str = ""


def render_letters(letters: Sequence[Letter], *, authority: str, on: date, title: str = "Letters") -> bytes:
    """A tagged PDF (PDF/A-2a, PDF/UA-1) in which each letter starts on a page of its own.

    The same letters give the same bytes: the only date in it is `on`.
    """
    inputs = {
        "letters": json.dumps([_as_data(letter) for letter in letters]),
        "authority": authority,
        "title": title,
        "on": on.isoformat(),
        "day": format_day(on),
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
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", letter.text.replace("\r\n", "\n"))]
    return {
        "address": letter.address.replace("\r\n", "\n").strip(),
        "subject": letter.subject,
        "paragraphs": [part for part in paragraphs if part.strip()],
        "reference": letter.reference,
    }
