"""SVG in plain Python: a canvas, scales with round ticks, and how wide text is.

Only presentation attributes are used: a `style` attribute or element would be blocked by the site's content
security policy (`style-src 'self'`). No identifiers either, so that several stand on one page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape

from schoolward.publishing import look

type Scale = Callable[[float], float]


@dataclass
class Canvas:
    """SVG in the making; y runs down."""

    width: float
    height: float
    label: str
    shapes: list[str] = field(default_factory=list)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1, dash: str = ""
    ) -> None:
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.shapes.append(
            f'<line x1="{short(x1)}" y1="{short(y1)}" x2="{short(x2)}" y2="{short(y2)}" '
            f'stroke="{colour}" stroke-width="{short(width)}"{dashes}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], colour: str, width: float, dash: str = "") -> None:
        if len(points) > 1:
            dashes = f' stroke-dasharray="{dash}"' if dash else ""
            d = "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)
            self.shapes.append(
                f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{short(width)}" '
                f'stroke-linejoin="round"{dashes}/>'
            )

    def dot(self, x: float, y: float, r: float, colour: str, hollow: bool = False) -> None:
        fill = look.PAPER if hollow else colour
        stroke = f' stroke="{colour}" stroke-width="2"' if hollow else ""
        self.shapes.append(f'<circle cx="{short(x)}" cy="{short(y)}" r="{short(r)}" fill="{fill}"{stroke}/>')

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.shapes.append(
            f'<rect x="{short(x)}" y="{short(y)}" width="{short(max(width, 0))}" height="{short(height)}" '
            f'fill="{colour}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = look.CONTEXT,
        *,
        size: float = look.TEXT,
        anchor: str = "start",
        bold: bool = False,
    ) -> None:
        weight = ' font-weight="700"' if bold else ""
        end = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self.shapes.append(
            f'<text x="{short(x)}" y="{short(y)}" font-size="{short(size)}" fill="{colour}"{end}{weight}>'
            f"{escape(text)}</text>"
        )

    def svg(self, role: str = "img") -> str:
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {short(self.width)} {short(self.height)}" '
            f'width="{short(self.width)}" height="{short(self.height)}" '
            f'role="{role}" aria-label="{escape(self.label)}" '
            f'font-family="{look.FONT}"><rect width="100%" height="100%" fill="{look.PAPER}"/>'
            + "".join(self.shapes)
            + "</svg>"
        )


# Measuring --------------------------------------------------------------------------------------------


def scale(from_low: float, from_high: float, to_low: float, to_high: float) -> Scale:
    span = from_high - from_low or 1
    return lambda value: to_low + (value - from_low) / span * (to_high - to_low)


def nice_ticks(low: float, high: float, about: int, *, whole: bool = False) -> list[float]:
    """Round numbers that hold all values; a percentage's axis stays between 0 and 100."""
    if high == low:
        low, high = low - 1, high + 1
    raw = (high - low) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [round(i * step, 10) for i in range(first, last + 1)]
    return [t for t in ticks if 0 <= t <= 100] if whole and low >= 0 and high <= 100 else ticks


def digits_of(ticks: Sequence[float]) -> int:
    return next((d for d in range(4) if all(abs(t - round(t, d)) < 1e-9 for t in ticks)), 4)


def spread(wanted: Sequence[float], apart: float, within: tuple[float, float]) -> list[float]:
    """Places as near as can be to those wanted, but `apart` from one another, so that none overlap."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = [0.0] * len(wanted)
    floor = within[0]
    for i in order:
        placed[i] = max(wanted[i], floor)
        floor = placed[i] + apart
    ceiling = max(within[1], within[0] + apart * (len(wanted) - 1))
    for i in reversed(order):
        placed[i] = min(placed[i], ceiling)
        ceiling = placed[i] - apart
    return placed


_NARROW_LETTERS, _WIDE_LETTERS = frozenset("iljtfrI.,:;'|!() "), frozenset("mwMWG@%OQ")


@lru_cache(maxsize=2048)  # years, ticks and names come again in every picture
def text_width(text: str, size: float = look.TEXT, *, bold: bool = False) -> float:
    """About how wide the text is, a little on the safe side."""
    ems = sum(_letter_ems(letter) for letter in text)
    return ems * size * (1.07 if bold else 1)


def _letter_ems(letter: str) -> float:
    if letter in _NARROW_LETTERS:
        return 0.32
    if letter in _WIDE_LETTERS:
        return 0.86
    return 0.68 if letter.isupper() else 0.57


def fitted(text: str, room: float, *, bold: bool = False) -> str:
    """The text, shortened with an ellipsis where it would not fit; the table beneath has it whole."""
    if text_width(text, bold=bold) <= room + 1:
        return text
    while text and text_width(text + "…", bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, room: float, *, bold: bool = False) -> list[str]:
    """The text in lines that fit."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, bold=bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def short(value: float) -> str:
    """A number as short as it can be, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
