"""A paper in which no figure is typed: each is bound by name to the query it came from.

    {{ figure:concern.count }}       a number, as its query formats it
    {{ text:authority.name }}        a name, a day, a sentence
    {{ prose:finance.implications }} paragraphs an officer wrote (Markdown, which may hold bindings itself)
    {{ table:concern.table }}        a table, alone on its line
    {{ chart:floor.trend }}          a picture, alone on its line
    {{ given:12A }}                  a number that belongs to the wording (a year, a law), so allowed as typed
    {{ if figure:unknown.count }} … {{ else }} … {{ end }}    each alone on its line; not nested; nought,
                                     blank, None and a table without rows all count as no

    ::: exempt {reason="paragraph 1 of Part 1 of Schedule 12A"}
    What the public version leaves out.
    :::

`{{ table:provenance.table }}` is made here: where every figure of the paper came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from schoolward.publishing.charts import Chart
from schoolward.publishing.provenance import FigureValue, provenance_table
from schoolward.publishing.tables import Table
from schoolward.terms.errors import BadInput

type Kind = Literal["figure", "text", "prose", "table", "chart"]
KINDS = ("figure", "text", "prose", "table", "chart")
PROVENANCE = "provenance.table"

_BRACES = re.compile(r"\{\{(.*?)\}\}", re.S)
_BINDING = re.compile(r"(figure|text|prose|table|chart):([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)")
_GIVEN = re.compile(r"given:(\S.*)", re.S)
_EXEMPT = re.compile(r'^:::\s*exempt\s*\{\s*reason="([^"]+)"\s*\}\s*$')
_FENCE = re.compile(r"^:::")
# What Markdown would read as something else: in a bound value every character stands for itself.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~^$@!{}])|(?<=:)(:)|^(\s*)([-+=]|\d+[.)])(?=\s)", re.M)


class Binding(NamedTuple):
    """A named figure that a text asks for."""

    kind: Kind
    name: str


class TemplateError(BadInput):
    """The template itself is not well formed."""


class MissingFigures(BadInput):
    """The template asks for figures that nobody gave; `names` lists them all."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(
            f"no value for {', '.join(self.names)}",
            do="Every figure in a paper comes from a named query: add the query or take the binding out.",
        )


@dataclass(frozen=True)
class Part:
    """Markdown ready to be set, with the charts and tables it names and the figures it used."""

    markdown: str
    figures: Mapping[str, FigureValue]

    @property
    def charts(self) -> dict[str, Chart]:
        return {name: f.value for name, f in self.figures.items() if isinstance(f.value, Chart)}

    @property
    def tables(self) -> dict[str, Table]:
        tables = {name: f.value for name, f in self.figures.items() if isinstance(f.value, Table)}
        return tables | {PROVENANCE: provenance_table(self.figures)}


@dataclass(frozen=True)
class Bound:
    """A paper with its figures in: the public version, and the exempt annex if there is one."""

    public: Part
    exempt: Part | None
    reasons: tuple[str, ...]
    whole: Part

    @property
    def figures(self) -> Mapping[str, FigureValue]:
        return self.whole.figures


def bindings(template: str) -> tuple[Binding, ...]:
    """The figures a template asks for, in order of first use; a template not well formed is refused."""
    _check_shape(template)
    found = (Binding(*match.groups()) for match in _bound(template))
    return tuple(dict.fromkeys(binding for binding in found if binding.name != PROVENANCE))


def bind(template: str, values: Mapping[str, FigureValue]) -> Bound:
    """The paper with every figure in its place; all that is missing is told at once."""
    _refuse_missing(template, values)
    template = _BRACES.sub(lambda match: _prose(match, values), template)
    _refuse_missing(template, values)
    pieces = split_exempt(_decide(template, values))
    public = "\n".join(_note(piece.reason) if piece.reason else piece.text for piece in pieces)
    whole = "\n".join(piece.text for piece in pieces)
    annex = "\n".join(_under(piece) for piece in pieces if piece.reason)
    if annex:
        annex += f"\n# Where the figures in this annex come from\n\n{{{{ table:{PROVENANCE} }}}}\n"
    filled = _fill(whole, values)
    asked = {name: values[name] for _, name in bindings(template)}  # conditions and texts count as used too
    return Bound(
        public=_fill(public, values),
        exempt=_fill(annex, values) if annex else None,
        reasons=tuple(dict.fromkeys(piece.reason for piece in pieces if piece.reason)),
        whole=Part(filled.markdown, filled.figures | asked),
    )


def unbound_numbers(template: str) -> tuple[str, ...]:
    """Numbers typed into the prose, each with its line: what a reviewer should bind or mark as given."""
    found = []
    for number, line in enumerate(template.splitlines(), start=1):
        if _EXEMPT.match(line):
            continue
        prose = _BRACES.sub(" ", line)
        prose = re.sub(r"^\s*(#+\s*)?(\d+[.)]\s)?", "", prose)  # the number of a heading or a list's item
        prose = re.sub(r"\]\([^)]*\)", "]", prose)  # addresses
        found += [f"line {number}: {digits}" for digits in re.findall(r"[£$]?\d[\d,.]*\d%?|\d%?", prose)]
    return tuple(found)


# Exempt parts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `reason` says why it is exempt, and is empty where it is public."""

    text: str
    reason: str = ""


def split_exempt(text: str) -> tuple[Piece, ...]:
    """The text in public and exempt pieces. A fence left open, or without a reason, is refused: guessing
    where an exempt part ends could publish it."""
    pieces: list[Piece] = []
    lines: list[str] = []
    reason, opened_at = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        opens = _EXEMPT.match(line)
        if not opens and not _FENCE.match(line):
            lines.append(line)
            continue
        if opens and reason:
            raise TemplateError("an exempt part inside another", where=f"line {number}")
        if not opens and not (reason and line.strip() == ":::"):
            raise TemplateError(
                "this fence is neither the start of an exempt part with its reason nor the end of one",
                where=f"line {number}",
                do='Write ::: exempt {reason="paragraph 1 …"} to open and ::: to close.',
            )
        pieces.append(Piece("\n".join(lines), reason))
        lines, reason, opened_at = [], opens[1] if opens else "", number
    if reason:
        raise TemplateError("an exempt part is not closed", where=f"line {opened_at}", do="End it with :::")
    return (*pieces, Piece("\n".join(lines)))


def _note(reason: str) -> str:
    return (
        f"\n> Exempt information: {escape(reason)}. "
        "It is in the exempt annex, which is not for publication.\n"
    )


def _under(piece: Piece) -> str:
    return f"\n*Exempt: {escape(piece.reason)}.*\n\n{piece.text}\n"


# Filling in -------------------------------------------------------------------------------------------


@dataclass
class _Filling:
    values: Mapping[str, FigureValue]
    used: dict[str, FigureValue] = field(default_factory=dict)

    def put(self, match: re.Match[str]) -> str:
        """What stands in the text in place of `{{ … }}`."""
        inner = match[1].strip()
        if given := _GIVEN.fullmatch(inner):
            return escape(given[1])
        kind, name = _BINDING.fullmatch(inner).groups()
        if name == PROVENANCE:
            return f"[](table:{name})"
        if kind in ("table", "chart") and self.values[name].value is None:
            raise MissingFigures([f"{kind}:{name} (ask first whether there is one)"])
        self.used[name] = self.values[name]
        if kind == "chart":
            return f"![](chart:{name})"
        return f"[](table:{name})" if kind == "table" else escape(self.values[name].text)


def _fill(text: str, values: Mapping[str, FigureValue]) -> Part:
    filling = _Filling(values)
    markdown = _BRACES.sub(filling.put, text)
    return Part(re.sub(r"\n{3,}", "\n\n", markdown).strip() + "\n", filling.used)


def escape(text: str) -> str:
    """Text as Markdown in which every character stands for itself."""
    return _SPECIAL.sub(_backslash, " ".join(text.split()))


def _backslash(match: re.Match[str]) -> str:
    special, colon, indent, marker = match.groups()
    if marker:
        # "12. school" at the start of a line would begin a list
        return f"{indent}{marker[:-1]}\\{marker[-1]}"
    return f"\\{special or colon}"


def _prose(match: re.Match[str], values: Mapping[str, FigureValue]) -> str:
    found = _BINDING.fullmatch(match[1].strip())
    if not found or found[1] != "prose":
        return match[0]
    text = values[found[2]].text
    if any(inner[1] == "prose" for inner in _bound(text)):
        raise TemplateError(f"the text {found[2]} asks for another text", do="Bind figures in it, not texts.")
    return text


def _decide(template: str, values: Mapping[str, FigureValue]) -> str:
    """The template with its conditions decided."""
    kept: list[str] = []
    keeping, inside = True, False
    for line in template.splitlines():
        word = _condition(line)
        if word is None:
            kept += [line] if keeping else []
        elif word.startswith("if "):
            keeping, inside = bool(values[word.partition(":")[2]]), True
        elif word == "else":
            keeping = not keeping
        else:
            keeping, inside = True, False
    assert not inside
    return "\n".join(kept)


def _condition(line: str) -> str | None:
    """`if kind:name`, `else` or `end` when the line is one of these and nothing else."""
    found = re.fullmatch(r"\s*\{\{\s*(if\s+.*?|else|end)\s*\}\}\s*", line)
    return re.sub(r"\s+", " ", found[1]) if found else None


# Checking ---------------------------------------------------------------------------------------------


def _bound(template: str) -> Iterable[re.Match[str]]:
    for braces in _BRACES.finditer(template):
        if found := _BINDING.fullmatch(braces[1].strip().removeprefix("if ").strip()):
            yield found


def _refuse_missing(template: str, values: Mapping[str, FigureValue]) -> None:
    missing = [f"{kind}:{name}" for kind, name in bindings(template) if name not in values]
    if missing:
        raise MissingFigures(missing)
    for kind, name in bindings(template):
        wanted = {"chart": Chart, "table": Table}.get(kind)
        held = type(values[name].value)
        if values[name].value is None:
            continue
        if held is not wanted if wanted else held in (Chart, Table):
            raise TemplateError(f"{name} is bound as a {kind}, but its value is a {held.__name__.lower()}")


def _check_shape(template: str) -> None:
    """Refuses braces that mean nothing and conditions that do not pair."""
    inside = otherwise = False
    for number, line in enumerate(template.splitlines(), start=1):
        where = f"line {number}"
        word = _condition(line)
        if word is None:
            _check_braces(line, where)
        elif word.startswith("if ") and not inside and _BINDING.fullmatch(word[3:]):
            inside, otherwise = True, False
        elif word == "else" and inside and not otherwise:
            otherwise = True
        elif word == "end" and inside:
            inside = False
        else:
            raise TemplateError(
                f"{{{{ {word} }}}} does not fit here", where=where, do="Conditions do not nest."
            )
    if inside:
        raise TemplateError("a condition is not ended", do="Close it with {{ end }} on a line of its own.")


def _check_braces(line: str, where: str) -> None:
    for braces in _BRACES.finditer(line):
        inner = braces[1].strip()
        found = _BINDING.fullmatch(inner)
        if not found and not _GIVEN.fullmatch(inner):
            raise TemplateError(
                f"{{{{ {inner} }}}} is not a binding",
                where=where,
                do=f"Begin it with {', '.join(KINDS)} or given.",
            )
        if found and found[1] in ("table", "chart", "prose") and line.strip() != braces[0]:
            raise TemplateError(f"{{{{ {inner} }}}} must stand alone on its line", where=where)
    if "{{" in _BRACES.sub("", line) or "}}" in _BRACES.sub("", line):
        raise TemplateError("braces opened or closed alone", where=where)
