from datetime import date
from io import BytesIO

from pypdf import PdfReader

from schoolward.publishing.letters import Letter, render_letters

ON = date(2026, 11, 23)
SHORT = Letter(
    "The Chair\n1 Quay Street\nEstuary", "Panel in January", "Dear Chair,\n\nPlease come.\n\nYours", "901/7"
)


def _pages(letters):
    pdf = render_letters(letters, authority="Estuary Council", on=ON)
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def test_each_letter_starts_on_a_page_of_its_own_and_counts_from_one():
    long = Letter(
        "The Head\n2 Quay Street", "A long one", "\n\n".join(f"Paragraph {n}. " * 20 for n in range(20))
    )
    pages = _pages([SHORT, long, SHORT])
    assert len(pages) >= 4
    assert "The Chair" in pages[0]
    assert "23 November 2026" in pages[0]
    assert "Our reference: 901/7" in pages[-1]
    assert "Page 1" in pages[1]
    assert "Page 2" in pages[2]


def test_words_are_never_markup():
    nasty = '#include "/etc/passwd" *bold* $x$ = heading @ref <label> \\ // #eval("1+1")'
    (page,) = _pages([Letter(nasty, nasty, nasty)])
    assert page.replace("\n", " ").count('#include "/etc/passwd"') == 3
    assert "*bold* $x$" in page


def test_same_letters_give_the_same_bytes():
    once, again = (render_letters([SHORT], authority="Estuary Council", on=ON) for _ in range(2))
    assert once == again


def test_pdf_is_tagged_for_assistive_technology():
    reader = PdfReader(BytesIO(render_letters([SHORT], authority="Estuary Council", on=ON)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
