"""Whatever is done to a workbook that comes back, it is read or refused in words, and no answer is lost."""

import io
import zipfile
from datetime import date
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from schoolward.apps.survey.answers import check_answers, read_answer
from schoolward.apps.survey.flow import every_field
from schoolward.apps.survey.questionnaire import CANNOT_SAY, Kind, OfferedService
from schoolward.apps.survey.standard import standard_questionnaires
from schoolward.apps.survey.workbook import ANSWER, About, as_xlsx, read_book
from schoolward.terms.errors import BadFile

ON = date(2026, 11, 23)
WHOSE = About("Survey", "Saltings Primary School", 900001, "abc", "31 March 2027, 5pm")
SERVICES = tuple(
    OfferedService(key, key.title(), "c", "C", "What", "", "Charged", ("Ann",), "day", 56_000, 70_000)
    for key in ("review", "clerking")
)
ASKED = standard_questionnaires()["annual-survey"]
FIELDS = [each for each in every_field(ASKED, SERVICES) if each.question.kind != Kind.FILE]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def answer_to(question):
    """Some answer of the question's kind."""
    match question.kind:
        case Kind.SINGLE | Kind.MATRIX:
            found = st.sampled_from(question.option_keys)
        case Kind.MULTIPLE | Kind.RANKING:
            most = question.most or len(question.options)
            found = st.lists(st.sampled_from(question.option_keys), min_size=1, max_size=most, unique=True)
        case Kind.SCALE:
            found = st.integers(int(question.low), int(question.high))
        case Kind.MONEY:
            found = st.integers(0, 10_000_000)
        case Kind.SHARE:
            found = st.integers(0, 1000).map(lambda n: n / 1000)
        case Kind.DATE:
            found = st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat)
        case Kind.NUMBER:
            found = st.integers(int(question.low or 0), int(question.high or 1000))
        case _:
            found = WORDS.filter(lambda text: text.casefold() != "cannot say")
    return found | st.just(dict(CANNOT_SAY)) if question.cannot_say else found


ANSWERS = st.fixed_dictionaries({}, optional={each.field: answer_to(each.question) for each in FIELDS})
CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(date(1901, 1, 1))
    | st.sampled_from(
        ["=1+1", "=HYPERLINK(1)", "+44", "<script>", "Cannot say", "10", "-1", "1e99", "£", "The council"]
    )
    | WORDS
)
CHANGES = st.lists(st.tuples(st.integers(1, len(FIELDS) + 3), st.integers(1, 8), CELLS), max_size=8)
RANGES = st.tuples(st.integers(1, 12), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3))


@cache
def blank():
    return as_xlsx(ASKED, SERVICES, WHOSE, {}, ON)


def read(content):
    return read_book(content, "return.xlsx", ASKED, SERVICES, WHOSE)


def outcome(content):
    """What was read, or the refusal, which says what is wrong, where and what to do."""
    try:
        return read(content)
    except BadFile as refusal:
        return refusal


@QUICK
@given(ANSWERS)
def test_answers_that_go_out_come_back_the_same(answers):
    found = read(as_xlsx(ASKED, SERVICES, WHOSE, answers, ON))
    assert found.problems == ()
    assert found.answers == {
        name: value if not isinstance(value, str) else read_answer(ASKED.question(name), [value])
        for name, value in answers.items()
    }


@QUICK
@given(CHANGES, st.lists(RANGES, max_size=2))
def test_cells_filled_with_anything_are_answers_or_named(changes, ranges):
    book = load_workbook(io.BytesIO(blank()))
    page = book["Answers"]
    for line, column, value in changes:
        page.cell(line, column).value = value
    for top, left, down, right in ranges:
        if down or right:
            page.merge_cells(start_row=top, end_row=top + down, start_column=left, end_column=left + right)
    out = io.BytesIO()
    book.save(out)
    found = outcome(out.getvalue())
    if isinstance(found, BadFile):
        assert all((found.what, found.where, found.do))
        return
    assert check_answers(ASKED, SERVICES, found.answers) == {}
    assert all(problem.sentence and problem.cell.startswith("F") for problem in found.problems)
    filled = {line for line, column, value in changes if column == ANSWER + 1 and value not in (None, "")}
    told = {int(problem.cell[1:]) for problem in found.problems}
    answered = {n for n, each in enumerate(FIELDS, start=2) if each.field in found.answers}
    renamed = {line for line, column, _ in changes if column == 1}
    merged = {n for top, _, down, _ in ranges for n in range(top, top + down + 1)}
    lines = {line for line in filled if line > 1 and page.cell(line, ANSWER + 1).value not in (None, "")}
    assert lines - told - answered - renamed - merged <= _blank_to_us(page, lines), (
        "an answer was lost unsaid"
    )


def _blank_to_us(page, lines):
    """Lines whose cell holds nothing but space."""
    return {line for line in lines if not str(page.cell(line, ANSWER + 1).value).strip()}


@QUICK
@given(st.integers(0, 10**6), st.binary(max_size=40), st.booleans())
def test_damaged_bytes_are_refused_in_words(place, rubbish, inside):
    content = blank()
    if inside:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
            for name in before.namelist():
                part = before.read(name)
                at = place % len(part)
                after.writestr(name, part[:at] + rubbish + part[at + len(rubbish) :])
        damaged = out.getvalue()
    else:
        at = place % len(content)
        damaged = content[:at] + rubbish + content[at + len(rubbish) :]
    found = outcome(damaged)
    if isinstance(found, BadFile):
        assert all((found.what, found.where, found.do))
    else:
        assert check_answers(ASKED, SERVICES, found.answers) == {}
