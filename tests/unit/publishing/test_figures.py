"""Every figure in a paper is bound, and what is exempt stays out of what is published."""

from __future__ import annotations

import pytest

from schoolward.publishing.figures import (
    Binding,
    MissingFigures,
    TemplateError,
    bind,
    bindings,
    escape,
    split_exempt,
    unbound_numbers,
)
from schoolward.publishing.papers import concern_paper
from schoolward.publishing.tables import table
from tests.fixtures.publishing.estuary import bound, figures, plain_chart

EXEMPT = '::: exempt {reason="paragraph 1"}\n'


def test_bindings_named_twice_are_listed_once_in_order():
    template = (
        "{{ text:a.name }} has {{ figure:a.count }}, {{figure:a.count}}\n\n{{ table:provenance.table }}"
    )
    assert bindings(template) == (Binding("text", "a.name"), Binding("figure", "a.count"))


def test_bind_without_values_names_everything_missing():
    with pytest.raises(MissingFigures) as told:
        bind("{{ figure:a.count }} of {{ figure:b.count }} in {{ text:c.name }}", {"b.count": bound(1)})
    assert told.value.names == ("figure:a.count", "text:c.name")


def test_bind_prose_that_binds_a_figure_fills_it_in():
    values = {"x.words": bound("There are **{{ figure:x.count }}**."), "x.count": bound(3)}
    assert bind("{{ prose:x.words }}", values).public.markdown == "There are **3**.\n"


def test_bind_prose_that_asks_for_a_missing_figure_is_refused():
    with pytest.raises(MissingFigures, match=r"figure:x\.count"):
        bind("{{ prose:x.words }}", {"x.words": bound("There are {{ figure:x.count }}.")})


def test_bind_prose_within_prose_is_refused():
    with pytest.raises(TemplateError, match="asks for another text"):
        bind("{{ prose:x.words }}", {"x.words": bound("{{ prose:x.words }}")})


def test_bind_value_that_looks_like_markdown_or_a_binding_stands_as_it_is():
    values = {"x.name": bound("*St* [A](x) {{ figure:secret }} ::: <b>")}
    assert bind("{{ text:x.name }}", values).public.markdown == (
        r"\*St\* \[A\](x) \{\{ figure:secret \}\} :\:\: \<b\>" + "\n"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "none"), (2, "some"), (None, "none"), ("", "none"), (table("T", ["A"], []), "none")],
)
def test_condition_on_a_value_takes_the_branch_for_it(value, shown):
    kind = "table" if not isinstance(value, int | str | None) else "figure"
    template = f"{{{{ if {kind}:x.y }}}}\nsome\n{{{{ else }}}}\nnone\n{{{{ end }}}}\n"
    assert bind(template, {"x.y": bound(value)}).public.markdown.strip() == shown


@pytest.mark.parametrize(
    "template",
    [
        "{{ if figure:a.b }}\nnever ended",
        "{{ end }}",
        "{{ else }}",
        "{{ if figure:a.b }}\n{{ if figure:c.d }}\n{{ end }}\n{{ end }}",
        "{{ sum:a.b }}",
        "{{ figure:A }}",
        "{{ figure:a.b",
        "a }} b",
        "text beside {{ table:a.b }}",
    ],
)
def test_template_not_well_formed_is_refused(template):
    with pytest.raises(TemplateError):
        bindings(template)


def test_bind_number_asked_for_as_a_table_is_refused():
    with pytest.raises(TemplateError, match="bound as a table"):
        bind("{{ table:a.b }}", {"a.b": bound(3)})


def test_bind_chart_that_is_none_and_not_asked_about_is_refused():
    with pytest.raises(MissingFigures, match="ask first"):
        bind("{{ chart:a.b }}", {"a.b": bound(None)})


def test_exempt_part_leaves_a_note_and_takes_its_figures_along():
    template = f"Open {{{{ figure:a.b }}}}\n\n{EXEMPT}{{{{ text:secret.name }}}} is in trouble\n:::\n"
    paper = bind(template, {"a.b": bound(1), "secret.name": bound("Marsh End")})
    assert "Marsh End" not in paper.public.markdown
    assert "Exempt information: paragraph 1." in paper.public.markdown
    assert set(paper.public.figures) == {"a.b"}
    assert "Marsh End is in trouble" in paper.exempt.markdown
    assert set(paper.exempt.figures) == {"secret.name"}
    assert paper.reasons == ("paragraph 1",)
    assert set(paper.figures) == {"a.b", "secret.name"}


def test_exempt_part_written_in_prose_is_taken_out_too():
    values = {"x.words": bound(f"Open\n\n{EXEMPT}Closed\n:::\n")}
    paper = bind("{{ prose:x.words }}", values)
    assert "Closed" not in paper.public.markdown
    assert "Closed" in paper.exempt.markdown


@pytest.mark.parametrize(
    "text",
    [
        f"{EXEMPT}never closed",
        f"{EXEMPT}{EXEMPT}:::",
        "::: exempt\nno reason\n:::",
        ":::\n",
        "::: warning\nx\n:::",
    ],
)
def test_exempt_fence_in_doubt_is_refused_rather_than_published(text):
    with pytest.raises(TemplateError):
        split_exempt(text)


def test_unbound_numbers_lists_typed_figures_and_spares_wording():
    template = (
        "# 3. Background\n\n1. first\n\n"
        "In {{ given:2018 }} there were 386 schools, or 2.8%, of {{ figure:a.b }}.\n"
        '::: exempt {reason="paragraph 1"}\n£4,000 [see](https://x.uk/2019)\n:::\n'
    )
    assert unbound_numbers(template) == ("line 5: 386", "line 5: 2.8%", "line 7: £4,000")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Saltings Primary", "Saltings Primary"),
        ("1. Anne", "1\\. Anne"),
        ("- dash", "\\- dash"),
        ("a\n\nb", "a b"),
    ],
)
def test_escape_of_text_keeps_it_within_its_line(text, escaped):
    assert escape(text) == escaped


def test_concern_paper_has_no_typed_number():
    assert unbound_numbers(concern_paper()) == ()


def test_concern_paper_asks_for_exactly_what_is_documented():
    from schoolward.publishing import papers

    asked = {name for _, name in bindings(concern_paper())}
    assert asked == set(figures())
    assert all(name in papers.__doc__ for name in asked)


def test_concern_paper_with_nothing_to_tell_says_so():
    empty = figures() | {
        "concern.changes_table": bound(table("Changes", ["School"], [])),
        "unknown.count": bound(0),
        "floor.trend": bound(None),
        "results.strip": bound(None),
        "cases.table": bound(table("Cases", ["School"], [])),
        "status.bars": bound(plain_chart()),
    }
    paper = bind(concern_paper(), empty)
    assert "Nothing has changed since 31 July 2018." in paper.public.markdown
    assert "Every school could be judged" in paper.public.markdown
    assert paper.exempt is None
    assert list(paper.public.charts) == ["status.bars"]
