"""Charts for papers, drawn by Altair (Vega-Lite) and set by vl-convert: no browser, no network.

Importing them takes about a second, so pages use `drawing` and only papers come here.
"""

from __future__ import annotations

import altair as alt
import vl_convert

from schoolward.publishing import drawing, look
from schoolward.publishing.canvas import nice_ticks, spread
from schoolward.publishing.charts import (
    Bars,
    Chart,
    Inspections,
    Line,
    Panel,
    Question,
    Shares,
    Strip,
    Trend,
    runs,
    say_number,
)

_WIDTH = 500  # of the plot itself; axes and labels make it about 640
_PANELS_ABREAST = 2
_PANEL_WIDTH = 190


def paper_chart(question: Question) -> Chart:
    """The chart for print, and for papers read on a phone."""
    return Chart(
        question.title,
        question.alt,
        question.table,
        lambda: draw(question),
        lambda: drawing.draw(question, look.NARROW),
    )


def draw(question: Question) -> str:
    """The SVG of any kind of chart."""
    if isinstance(question, Shares):  # drawn alike for page and paper: Altair has nothing to add to it
        return drawing.draw(question, look.WIDE)
    return vl_convert.vegalite_to_svg(specification(question))


def specification(question: Question) -> dict:
    """The chart as Vega-Lite, which an analyst can take into a notebook and alter."""
    if isinstance(question, Trend):
        chart = _trend(question)
    elif isinstance(question, Strip):
        chart = _strip(question)
    elif isinstance(question, Inspections):
        chart = _inspections(question)
    else:
        chart = _bars(question)
    return _styled(chart).to_dict()


def _styled(chart: alt.TopLevelMixin) -> alt.TopLevelMixin:
    axis = {
        "labelFont": look.FONT,
        "titleFont": look.FONT,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "labelColor": look.CONTEXT,
        "titleColor": look.CONTEXT,
        "titleFontWeight": "normal",
        "gridColor": look.FAINT,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    }
    heading = {"font": look.FONT, "fontSize": look.TEXT, "color": look.INK, "anchor": "start", "offset": 14}
    return chart.configure(
        font=look.FONT, background=look.PAPER, view={"stroke": None}, axis=axis, title=heading
    )


def _text(**how: object) -> dict:
    return {"font": look.FONT, "fontSize": look.TEXT, **how}


def _values(rows: list[dict]) -> alt.Data:
    return alt.Data(values=rows)


# Trend ------------------------------------------------------------------------------------------------


def _trend(trend: Trend) -> alt.TopLevelMixin:
    alone = len(trend.panels) == 1
    panels = [_panel(panel, _WIDTH if alone else _PANEL_WIDTH) for panel in trend.panels]
    rows = [panels[i : i + _PANELS_ABREAST] for i in range(0, len(panels), _PANELS_ABREAST)]
    return alt.vconcat(*(alt.hconcat(*row, spacing=20) for row in rows), spacing=24)


def _panel(panel: Panel, width: int) -> alt.LayerChart:
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", grid=False, values=_year_ticks(panel)))
    y = alt.Y(
        "value:Q", title=None, scale=alt.Scale(zero=panel.from_nought, nice=True), axis=alt.Axis(tickCount=4)
    )
    layers = [_line(line, x, y, look.QUIET, 1.5, 14) for line in panel.others]
    ranges = [
        {"year": r.year, "value": r.low, "high": r.high} for r in panel.subject.readings if r.low is not None
    ]
    if ranges:
        band = alt.Chart(_values(ranges)).mark_rule(color=look.ACCENT_WASH, strokeWidth=5)
        layers.append(band.encode(x, y, y2="high:Q"))
    layers.append(_line(panel.subject, x, y, look.ACCENT, 2.5, 45))
    layers += [_mark(mark.year, mark.label) for mark in panel.marks]
    layers += _names(panel)
    unit = f" ({panel.unit})" if panel.unit else ""
    return alt.layer(*layers).properties(title=panel.measure + unit, width=width, height=130)


def _year_ticks(panel: Panel) -> list[int]:
    years = panel.years
    step = max(1, -(-len(years) // 5))
    return sorted(years[::-1][::step])


def _line(line: Line, x: alt.X, y: alt.Y, colour: str, width: float, size: float) -> alt.LayerChart:
    """The line, broken where a year has no figure."""
    rows = [
        {"year": r.year, "value": r.value, "run": i} for i, run in enumerate(runs(line.readings)) for r in run
    ]
    base = alt.Chart(_values(rows)).encode(x, y)
    stroke = base.mark_line(color=colour, strokeWidth=width).encode(detail="run:N")
    return stroke + base.mark_circle(color=colour, size=size, opacity=1)


def _mark(year: float, label: str) -> alt.LayerChart:
    base = alt.Chart(_values([{"year": year, "label": label}])).encode(alt.X("year:Q"))
    rule = base.mark_rule(color=look.QUIET, strokeDash=[3, 3])
    return rule + base.mark_text(**_text(color=look.CONTEXT, align="center", dy=-8, fontSize=12)).encode(
        text="label:N", y=alt.value(0)
    )


def _names(panel: Panel) -> list[alt.Chart]:
    """Each line's name at its end, moved apart where ends lie close together."""
    lines = [
        line for line in (panel.subject, *panel.others) if any(r.value is not None for r in line.readings)
    ]
    if not lines:
        return []
    ends = {
        line.name: max((r for r in line.readings if r.value is not None), key=lambda r: r.year)
        for line in lines
    }
    ticks = nice_ticks(min(panel.drawn), max(panel.drawn), 4)
    per_point = (ticks[-1] - ticks[0] or 1) / 130
    at = spread([ends[line.name].value / per_point for line in lines], 15, (-1e9, 1e9))
    return [
        alt.Chart(_values([{"year": panel.years[-1], "value": place * per_point, "name": line.name}]))
        .mark_text(
            **_text(
                align="left",
                dx=9,
                color=look.ACCENT if line is panel.subject else look.CONTEXT,
                fontWeight="bold" if line is panel.subject else "normal",
            )
        )
        .encode(alt.X("year:Q"), alt.Y("value:Q"), text="name:N")
        for line, place in zip(lines, at, strict=True)
    ]


# Strip ------------------------------------------------------------------------------------------------


def _strip(strip: Strip) -> alt.TopLevelMixin:
    rows = [
        {
            "school": d.label,
            "value": d.value,
            "low": d.value if d.low is None else d.low,
            "high": d.value if d.high is None else d.high,
            "said": strip.say(d.value),
            "emphasis": d.emphasis,
        }
        for d in strip.known
    ]
    accent, wash = _either(look.ACCENT, look.QUIET), _either(look.ACCENT_WASH, look.FAINT)
    order = [row["school"] for row in rows]
    y = alt.Y("school:N", sort=order, title=None, axis=alt.Axis(grid=False, labelLimit=260, labelFontSize=12))
    measure = f"{strip.measure} ({strip.unit})"
    if strip.unknown:
        measure += f". Not drawn, unknown: {len(strip.unknown)}"
    x = alt.X("value:Q", title=measure, scale=alt.Scale(zero=False))
    base = alt.Chart(_values(rows)).encode(y=y)
    names = _text(align="left", dx=6, fontSize=11)
    threshold = _values(
        [{"value": strip.threshold, "label": f"{strip.threshold_label} {strip.say(strip.threshold)}"}]
    )
    rule = alt.Chart(threshold).mark_rule(color=look.INK, strokeWidth=1.5).encode(x="value:Q")
    label = (
        alt.Chart(threshold)
        .mark_text(**_text(color=look.INK, dy=-9))
        .encode(x="value:Q", y=alt.value(0), text="label:N")
    )
    return (
        base.mark_rule(strokeWidth=6).encode(x=alt.X("low:Q", title=measure), x2="high:Q", color=wash)
        + rule
        + base.mark_circle(size=75, opacity=1).encode(x=x, color=accent)
        + base.mark_text(**names).encode(x="high:Q", text="said:N", color=_either(look.ACCENT, look.CONTEXT))
        + label
    ).properties(width=420, height=alt.Step(20))


def _either(chosen: str, other: str) -> dict:
    return alt.condition("datum.emphasis", alt.value(chosen), alt.value(other))


# Inspections and bars ---------------------------------------------------------------------------------


def _inspections(question: Inspections) -> alt.TopLevelMixin:
    events = sorted(question.inspections, key=lambda i: i.on)
    rows = [
        {
            "on": f"{i.on.isoformat()}T12:00:00",
            "grade": i.grade,
            "category": i.category,
            "emphasis": bool(i.category) or i is events[-1],
        }
        for i in events
    ]
    last = {"on": f"{events[-1].on.year + 1}-01-01T12:00:00", "grade": events[-1].grade} if events else None
    x = alt.X(
        "on:T",
        title=None,
        axis=alt.Axis(format="%Y", grid=False, tickCount="year", labelOverlap=True, labelPadding=16),
        scale=alt.Scale(nice="year"),
    )
    y = alt.Y(
        "grade:N",
        title=None,
        sort=list(question.scale),
        axis=alt.Axis(grid=True),
        scale=alt.Scale(domain=list(question.scale)),
    )
    steps = alt.Chart(_values([*rows, last] if last else rows))
    base = alt.Chart(_values(rows)).encode(x=x, y=y)
    marks = [
        alt.Chart(
            _values([{"on": f"{int(m.year)}-{1 + int((m.year % 1) * 12):02}-01T12:00:00", "label": m.label}])
        )
        for m in question.marks
    ]
    return alt.layer(
        *(m.mark_rule(color=look.QUIET, strokeDash=[3, 3]).encode(x="on:T") for m in marks),
        *(
            m.mark_text(**_text(color=look.CONTEXT, dy=-8, fontSize=12)).encode(
                x="on:T", y=alt.value(0), text="label:N"
            )
            for m in marks
        ),
        steps.mark_line(interpolate="step-after", color=look.QUIET, strokeWidth=1.5).encode(x=x, y=y),
        base.mark_circle(size=95, opacity=1).encode(color=_either(look.ACCENT, look.CONTEXT)),
        base.mark_text(**_text(color=look.ACCENT, dy=16, fontSize=12)).encode(text="category:N"),
    ).properties(width=460, height=alt.Step(30))


def _bars(question: Bars) -> alt.TopLevelMixin:
    rows = [
        {"label": b.label, "count": b.count, "said": say_number(b.count), "emphasis": b.emphasis}
        for b in question.bars
    ]
    base = alt.Chart(_values(rows)).encode(
        x=alt.X("count:Q", title=None, axis=None, scale=alt.Scale(zero=True)),
        y=alt.Y(
            "label:N", title=None, sort=[b.label for b in question.bars], axis=alt.Axis(labelFontSize=13)
        ),
    )
    said = base.mark_text(**_text(align="left", dx=5)).encode(
        text="said:N", color=_either(look.ACCENT, look.CONTEXT)
    )
    bars = base.mark_bar(height=20).encode(color=_either(look.ACCENT, look.QUIET))
    return (bars + said).properties(width=_WIDTH, height=alt.Step(28))
