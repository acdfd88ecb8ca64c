"""Colours, type and sizes shared by every chart, map and paper, so that they look alike everywhere."""

from __future__ import annotations

# One accent on greys. Against white: ink 16.3:1, context 4.8:1, accent 5.3:1, so text in any of them passes
# WCAG AA; faint is for lines and areas that carry no meaning of their own.
INK = "#0b0c0c"
CONTEXT = "#6b7075"
QUIET = "#a2a6ab"
FAINT = "#dcdfe2"
ACCENT = "#1d70b8"
ACCENT_WASH = "#cfe0f0"
PAPER = "#ffffff"

# Liberation Sans is what the PDF and the PNG writer carry; Arial has the same widths everywhere else.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

# Sizes in user units. A chart 640 wide is drawn at half size on a phone of 360 px, so pages ask for
# narrow charts (360) on phones rather than let 13 become 7.
TEXT = 13
TITLE = 16
WIDE = 640
TALLEST = 1.3  # of a page's line: a picture with its caption and the line before it fits the page
NARROW = 360
