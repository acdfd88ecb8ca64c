"""A letter is set once and filled in for each: values stand for themselves, as HTML, as text and on paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolward.publishing.correspondence import letter_page, set_letter
from schoolward.publishing.letter_blocks import as_text, read_blocks
from schoolward.publishing.letters import Letter, render_letters
from schoolward.publishing.merge import fields
from schoolward.terms.errors import BadInput
from tests.unit.publishing.test_letters import ON

BODY = """\
Dear {{ recipient.name }},

about **{{ school.name }}**: [answer here]({{ survey.link }}) or at {{ survey.link }}.

{{ survey.more_time? }}

* one answer
* by *{{ survey.deadline }}*

Yours\\
{{ signatory.name }}
"""
VALUES = {
    "recipient.name": "O'Neil <b> *x* [y](z)",
    "school.name": "St Mary & All",
    "survey.link": "https://estuary.example/answer/7/?a=1&b=2",
    "survey.more_time": "",
    "survey.deadline": "31 March 2027, 5pm",
    "signatory.name": "Di Rowe",
}


def test_letter_in_html_and_in_plain_text():
    words = set_letter("About {{ school.name }}", BODY).fill(VALUES)
    assert words.subject == "About St Mary & All"
    assert words.text == (
        "Dear O'Neil <b> *x* [y](z),\n\n"
        "about St Mary & All: answer here (https://estuary.example/answer/7/?a=1&b=2) or at "
        "https://estuary.example/answer/7/?a=1&b=2.\n\n"
        "* one answer\n* by 31 March 2027, 5pm\n\n"
        "Yours\nDi Rowe\n"
    )
    assert "<strong>St Mary &amp; All</strong>" in words.html
    assert words.html.count('href="https://estuary.example/answer/7/?a=1&amp;b=2"') == 2
    assert "<b>" not in words.html
    assert "<p></p>" not in words.html, "a blank field leaves no blank paragraph"


@given(st.text(max_size=60).filter(lambda text: "\x00" not in text))
def test_any_value_stands_for_itself(value):
    words = SET.fill({"a.b": value})
    assert words.text == f"Dear {' '.join(value.split())},\n"
    assert read_blocks(letter_page(words)) == read_blocks(words.html)
    assert "<script" not in words.html


SET = set_letter("s", "Dear {{ a.b }},")


def test_value_that_is_no_address_is_no_link():
    with pytest.raises(BadInput, match="cannot be followed"):
        set_letter("s", "[here]({{ school.name }})").fill({"school.name": "javascript:alert(1)"})


@pytest.mark.parametrize(
    "text",
    [
        "| a |\n|---|\n| 1 |",
        "![x](chart:y)",
        "- a\n    - b",
        "```\nx\n```",
        "x" * 60_001,
        "{{ nothing here }}",
    ],
)
def test_what_a_letter_cannot_hold_is_refused(text):
    with pytest.raises(BadInput):
        set_letter("s", f"Dear all,\n\n{text}\n")


def test_html_that_is_typed_stays_as_it_is_typed():
    words = set_letter("s", "A <script>alert(1)</script> & B").fill({})
    assert words.text == "A <script>alert(1)</script> & B\n"
    assert "<script" not in words.html


def test_paper_has_bold_words_lists_and_addresses_written_out():
    from io import BytesIO

    from pypdf import PdfReader

    words = set_letter("About {{ school.name }}", BODY).fill(VALUES)
    letter = Letter("Ann\nSaltings", words.subject, "", html=letter_page(words), enclosures=("plan.pdf",))
    pdf = render_letters([letter], authority="Estuary Council", on=ON)
    (page,) = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    told = " ".join(page.split())
    assert "answer here (https://estuary.example/answer/7/?a=1&b=2)" in told
    assert "• one answer" in told
    assert "Enclosed: plan.pdf" in told
    assert "<strong>" not in told


def test_numbered_lists_and_quotations_keep_their_marks_in_plain_text():
    html = "<h2>What</h2><ol><li>a</li><li>b</li></ol><blockquote><p>said</p></blockquote>"
    assert as_text(read_blocks(html)) == "What\n\n1. a\n2. b\n\n> said\n"


def test_every_field_is_filled():
    letter = set_letter("About {{ school.name }}", BODY)
    assert set(letter.marks) == set(fields(BODY))
    words = letter.fill(VALUES)
    assert not [mark for mark in letter.marks.values() if mark in words.html + words.subject + words.text]
