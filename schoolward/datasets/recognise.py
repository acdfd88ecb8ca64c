"""What a file is, told by its columns: the product and variant, or the nearest one and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from schoolward.datasets.catalogue import VARIANTS
from schoolward.datasets.schema import Column, Variant, plain
from schoolward.datasets.tables import SEPARATORS, split_line, told_apart

_HEADER_WITHIN = 12  # publishers put a title or a note or two above the header, never more
_FEWEST_COLUMNS = 2


@dataclass(frozen=True)
class Match:
    """A recognised form and where its header stands."""

    variant: Variant
    separator: str
    header_line: int
    header: list[str]

    def found(self) -> dict[str, Column]:
        """The file's own header for each column that it carries."""
        by_name = {
            name: column for column in reversed(self.variant.columns) for name in reversed(column.names())
        }
        taken: dict[str, str] = {}
        for header in self.header:
            column = by_name.get(plain(header))
            if column is not None and column.name not in taken.values():
                taken[header] = column.name
        columns = {column.name: column for column in self.variant.columns}
        return {header: columns[name] for header, name in taken.items()}


@dataclass(frozen=True)
class Nearest:
    """No form fits; this one comes nearest, and these of its columns are not in the file."""

    variant: Variant | None
    missing: tuple[str, ...]

    def sentence(self) -> str:
        """What to tell the person who gave the file."""
        if self.variant is None:
            return "It has no column that any known product has."
        wanted = len(self.variant.needs()) + len(self.variant.marks)
        has, missing = wanted - len(self.missing), ", ".join(self.missing)
        nearest = f"The nearest known product is {self.variant.title}"
        return f"{nearest}: {has} of its {wanted} needed columns are there; missing: {missing}."


def recognise_lines(lines: list[str]) -> Match | Nearest:
    """The form whose header stands among the first lines of a text."""
    candidates = [
        (separator, number, split_line(line, separator))
        for number, line in enumerate(lines[:_HEADER_WITHIN])
        for separator in SEPARATORS
        if line.count(separator) >= _FEWEST_COLUMNS - 1
    ]
    return _best(candidates)


def recognise_rows(rows: list[list[str]]) -> Match | Nearest:
    """The form whose header stands among the first rows of a sheet."""
    return _best([(",", number, row) for number, row in enumerate(rows[:_HEADER_WITHIN])])


def _best(candidates: list[tuple[str, int, list[str]]]) -> Match | Nearest:
    nearest, nearest_share = Nearest(None, ()), 0.0
    best: tuple[int, Match] | None = None
    for separator, number, cells in candidates:
        if best and number > best[1].header_line:
            break  # a header was found, and what stands below it are rows
        cells = told_apart(cells)
        headers = {plain(cell) for cell in cells}
        if headers.isdisjoint(KNOWN):
            continue  # a row of figures, or the wrong separator: no form has any of these
        for form in FORMS:
            missing = form.missing(headers)
            if not missing and headers.isdisjoint(form.lacks):
                if best is None or len(form.needs) > best[0]:
                    best = len(form.needs), Match(form.variant, separator, number, cells)
            elif (share := 1 - len(missing) / len(form.needs)) > nearest_share:
                nearest, nearest_share = Nearest(form.variant, missing), share
    if best:
        return best[1]
    return nearest


@dataclass(frozen=True)
class Form:
    """A variant with its headers made ready for comparison."""

    variant: Variant
    needs: tuple[tuple[str, frozenset[str]], ...]  # the publisher's name, and every form it is met in
    lacks: frozenset[str]

    def missing(self, headers: set[str]) -> tuple[str, ...]:
        """The columns a file would need to be this form and has not."""
        return tuple(name for name, forms in self.needs if headers.isdisjoint(forms))


def _form(variant: Variant) -> Form:
    columns = tuple((column.source, frozenset(column.names())) for column in variant.needs())
    marks = tuple((mark, frozenset([plain(mark)])) for mark in variant.marks)
    return Form(variant, columns + marks, frozenset(map(plain, variant.lacks)))


FORMS = tuple(_form(variant) for variant in VARIANTS)
KNOWN = frozenset(name for form in FORMS for _, names in form.needs for name in names)
