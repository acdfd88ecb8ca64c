"""Whether white words can be read on a colour."""

from __future__ import annotations

import re

from schoolward.terms.errors import BadInput

ENOUGH = 4.5  # WCAG 2.2, 1.4.3, for words of ordinary size


def parse_colour(text: str) -> str:
    """The colour as #rrggbb in small letters."""
    found = re.fullmatch(r"#?([0-9a-f]{6})", text.strip().lower())
    if not found:
        raise BadInput(f"'{text}' is not a colour.", where="colour", do="Write it like #1d70b8.")
    return f"#{found[1]}"


def contrast_with_white(colour: str) -> float:
    """The ratio of luminances between white and #rrggbb: 1 for white itself, 21 for black."""
    red, green, blue = (_linear(int(colour[n : n + 2], 16) / 255) for n in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def check_can_be_read(colour: str) -> None:
    """Raise BadInput unless white words can be read on the colour."""
    ratio = contrast_with_white(colour)
    if ratio < ENOUGH:
        raise BadInput(
            f"White words on {colour} have a contrast of {ratio:.1f} to 1, and {ENOUGH} is needed.",
            where="colour",
            do="Choose a darker colour.",
        )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
