"""A chart as a finding, its picture, the same in words, and the table behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from schoolward.publishing.tables import Table


@dataclass(frozen=True)
class Chart:
    """A picture that cannot be made without its words: `title` states the finding, `alt` describes the
    picture, `table` holds its figures. Drawn only when first looked at."""

    title: str
    alt: str
    table: Table
    draw: Callable[[], str]

    def __post_init__(self) -> None:
        assert self.title.strip(), "a chart needs a title that says what it shows"
        assert self.alt.strip(), "a chart needs alternative text"

    @cached_property
    def svg(self) -> str:
        return self.draw()

    @cached_property
    def png(self) -> bytes:
        """The same picture for Word, at 200 dots an inch on a page 16 cm wide."""
        import vl_convert  # half a second to import, so only when a picture is asked for

        return vl_convert.svg_to_png(self.svg, scale=2)
