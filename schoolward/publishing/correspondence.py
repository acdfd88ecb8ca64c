"""Letters from Markdown with named fields: set once, then filled in for each recipient.

The text is set by pandoc once, with a mark in the place of each field; filling in is then a matter of
strings, so that six hundred letters take no longer than one. A value stands for itself: it is never Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import nh3

from schoolward.publishing.documents import render
from schoolward.publishing.letter_blocks import as_text, read_blocks
from schoolward.publishing.merge import BRACES, fields
from schoolward.publishing.meta import Meta
from schoolward.terms.errors import BadInput

TAGS = {"p", "h2", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "br", "blockquote"}
UNFIT = {"<table": "a table", "<img": "a picture", "<pre": "a listing", "<dl": "a glossary"}
MOST_CHARS = 60_000
_LINK = re.compile(r"\]\(\s*\{\{\s*([a-z][a-z0-9_.]*)\??\s*\}\}\s*\)")
_SAFE = ("https://", "http://", "mailto:")
_EMPTY = re.compile(r"<p>\s*</p>\n?|<li>\s*</li>\n?")


@dataclass(frozen=True, slots=True)
class Words:
    """One recipient's letter: the subject, the text as HTML without a page round it, and as plain text."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class SetLetter:
    """A letter as HTML, with marks where the fields go."""

    subject: str
    html: str
    marks: Mapping[str, str]  # field to mark

    def fill(self, values: Mapping[str, str | None]) -> Words:
        """The letter with the values in; a field without one is blank (see `merge.missing`)."""
        told = {name: " ".join((values.get(name) or "").split()) for name in self.marks}
        subject, body = self.subject, self.html
        for name, mark in self.marks.items():
            subject = subject.replace(mark, told[name])
            if (linked := f'href="https://{mark}"') in body:
                body = body.replace(linked, f'href="{html.escape(_address(name, told[name]))}"')
            body = body.replace(mark, _as_html(told[name]))
        body = _EMPTY.sub("", body)
        return Words(" ".join(subject.split()), body, as_text(read_blocks(body)))


def set_letter(subject: str, markdown: str) -> SetLetter:
    """The letter, ready to be filled in; BadInput where it holds what a letter cannot."""
    if len(markdown) > MOST_CHARS:
        raise BadInput("The letter is longer than twenty pages.", do="Attach long material as a file.")
    names = dict.fromkeys((*fields(subject), *fields(markdown)))
    key = sha256(markdown.encode()).hexdigest()[:12]  # no text holds its own digest
    marks = {name: f"m{key}x{n}m" for n, name in enumerate(names)}
    marked = _LINK.sub(lambda found: f"](https://{marks[found[1]]})", markdown)
    meta = Meta(title="Letter", authority="", on=date.min, numbered=False)
    fragment = render(_marked(marked, marks), "fragment", meta=meta).decode()
    _refuse_unfit(fragment)
    attributes: dict[str, set[str]] = {"a": {"href"}}
    clean = nh3.clean(fragment, tags=TAGS, attributes=attributes, link_rel=None)
    read_blocks(clean)
    return SetLetter(_marked(subject, marks), clean, marks)


def letter_page(words: Words) -> str:
    """The letter as a whole HTML page for an e-mail; styles stand where mail programs look."""
    style = "font-family:Arial,sans-serif;font-size:16px;line-height:1.5;color:#0b0c0c;max-width:40em"
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(words.subject)}</title>\n</head>\n"
        f'<body style="{style}">\n{words.html}</body>\n</html>\n'
    )


def _marked(text: str, marks: Mapping[str, str]) -> str:
    return BRACES.sub(lambda braces: marks[braces[1].strip().rstrip("?")], text)


def _as_html(value: str) -> str:
    """The value in HTML; an address of the web is one that can be followed."""
    told = html.escape(value)
    return f'<a href="{told}">{told}</a>' if value.startswith(_SAFE[:2]) else told


def _address(name: str, value: str) -> str:
    if value and not value.startswith(_SAFE):
        raise BadInput(f"“{value}” cannot be followed as a link.", where=name, do="Use a field with a link.")
    return value


def _refuse_unfit(fragment: str) -> None:
    for tag, what in UNFIT.items():
        if tag in fragment:
            raise BadInput(f"A letter cannot hold {what}.", do="Attach it as a file.")
