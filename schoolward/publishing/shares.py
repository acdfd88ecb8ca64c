"""Shares of schools drawn on 0 to 100 percent: a dot, its interval as a bar, its bounds as a thin line."""

from __future__ import annotations

from schoolward.publishing import look
from schoolward.publishing.canvas import Canvas, fitted, scale, text_width
from schoolward.publishing.charts import Shares, say_share

_ROW = 30
_TOP = 22


def draw_shares(question: Shares, width: int) -> str:
    """The SVG, `width` wide; a withheld share is a word in its row."""
    height = _TOP + len(question.rows) * _ROW + 6
    canvas = Canvas(width, height, question.alt)
    room = min(max((text_width(row.label) for row in question.rows), default=0), width * 0.45)
    x = scale(0, 1, room + 14, width - text_width("100%") - 14)
    for tick in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(x(tick), _TOP - 4, x(tick), height - 4, look.FAINT)
        canvas.text(x(tick), _TOP - 8, f"{tick * 100:.0f}%", look.CONTEXT, anchor="middle")
    for i, row in enumerate(question.rows):
        middle = _TOP + i * _ROW + _ROW / 2
        canvas.text(room, middle + 5, fitted(row.label, room), look.INK, anchor="end")
        if row.share is None:
            canvas.text(x(0) + 4, middle + 5, say_share(None), look.CONTEXT)
            continue
        if row.least is not None and row.most is not None:
            canvas.line(x(row.least), middle, x(row.most), middle, look.QUIET)
        if row.low is not None and row.high is not None:
            canvas.box(x(row.low), middle - 6, max(1, x(row.high) - x(row.low)), 12, look.ACCENT_WASH)
        canvas.dot(x(row.share), middle, 5, look.ACCENT)
        canvas.text(width, middle + 5, say_share(row.share), look.ACCENT, anchor="end", bold=True)
    return canvas.svg()
