"""The rulebook, read from the YAML under `schoolward/rules`, every value checked against one schema.

A wrong file is refused with its name and the key that is wrong: an unknown key, a missing reference, dates
that do not ascend, a confidence that is not one of four, a measure that nobody described.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

import schoolward
from schoolward.datasets import rule_parsing as parse
from schoolward.datasets.rule_kinds import KINDS, Kind, Span
from schoolward.datasets.rule_parsing import Place
from schoolward.terms.errors import RulesError
from schoolward.terms.phases import KeyStage
from schoolward.terms.rulebook import Dated, Measure, Median, Rulebook, Topic

RULES_FOLDER = Path(schoolward.__file__).parent / "rules"
ONE_DAY = timedelta(days=1)


def load_rulebook(folder: Path = RULES_FOLDER) -> Rulebook:
    """Every rule under a folder, checked; read once while the program runs."""
    return _load(Path(folder))


@cache
def _load(folder: Path) -> Rulebook:
    files = sorted((folder / "national").glob("*.yaml"))
    if not files:
        raise RulesError("No rules were found.", where=str(folder / "national"), do="Reinstall Schoolward.")
    documents = {path.stem: (read_document(path), Place(path.name)) for path in files}
    rulebook = Rulebook(
        edition=edition_of(files),
        topics=_topics(documents),
        measures=_measures(documents),
        medians=tuple(_medians(documents)),
    )
    _check_whole(rulebook)
    return rulebook


def edition_of(files: Iterable[Path]) -> str:
    """The content key of the rules: the same text gives the same key, on any machine."""
    digest = hashlib.sha256()
    for path in sorted(files):
        text = path.read_text(encoding="utf-8").encode()  # read as text, so that CRLF does not matter
        digest.update(f"{path.name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:16]


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):
    """A safe loader that refuses a key written twice, which YAML would silently let win."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = next((key for n, key in enumerate(keys) if key in keys[:n]), None)
    if twice is not None:
        line = node.start_mark.line + 1
        raise RulesError(f"The key '{twice}' is there twice.", where=f"the block at line {line}")
    return {
        key: loader.construct_object(value, deep=True)
        for key, (_, value) in zip(keys, node.value, strict=True)
    }


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_document(path: Path) -> dict:
    """The mapping in one YAML file; a key written twice is refused."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a safe loader, above)
    except yaml.YAMLError as error:
        raise RulesError(f"This is not YAML: {error}", where=path.name) from error
    except RulesError as error:
        raise RulesError(error.what, where=f"{path.name}, {error.where}", do="Keep one of them.") from error
    if not isinstance(document, dict):
        raise RulesError("A rules file is a mapping with kind, description and values.", where=path.name)
    return document


def _topics(documents: Mapping[str, tuple[dict, Place]]) -> dict[str, Topic]:
    dated = {name: found for name, found in documents.items() if found[0].get("kind") in KINDS}
    for name, (document, place) in documents.items():
        if name not in dated and document.get("kind") not in ("measures", "medians", "releases", "sources"):
            raise place.at("kind").wrong(f"is one of {', '.join(KINDS)}, measures, medians")
    return {name: _topic(name, document, place) for name, (document, place) in dated.items()}


def _topic(name: str, document: dict, place: Place) -> Topic:
    kind = KINDS[document["kind"]]
    parse.keys(document, place, need={"kind", "description", "values"}, may={"review_by", *kind.shared})
    return Topic(
        name=name,
        kind=document["kind"],
        description=parse.text(document["description"], place.at("description")),
        review_by=parse.optional(parse.day, document.get("review_by"), place.at("review_by")),
        values=tuple(_values(name, document, kind, place.at("values"))),
    )


def _values(topic: str, document: dict, kind: Kind, place: Place) -> Iterator[Dated]:
    """Each dated value; where values replace one another, each ends the day before the next begins."""
    shared = {key: document[key] for key in kind.shared if key in document}
    values = parse.mapping(document["values"], place)
    days = [parse.day(key, place.at(str(key))) for key in values]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise place.wrong("has dates that do not ascend")
    ends = [following - ONE_DAY if kind.successive else None for following in days[1:]] + [None]
    for start, end, bodies in zip(days, ends, values.values(), strict=True):
        for body in bodies if isinstance(bodies, list) else [bodies]:
            where = place.at(str(start))
            parse.mapping(body, where)
            yield kind.build(Span(topic, start, body.get("valid_to", end)), {**shared, **body}, where)


def _measures(documents: Mapping[str, tuple[dict, Place]]) -> dict[str, Measure]:
    found = {}
    for document, place in documents.values():
        if document["kind"] != "measures":
            continue
        parse.keys(document, place, need={"kind", "description", "measures"})
        for name, body in document["measures"].items():
            where = place.at(name)
            parse.keys(body, where, need={"label", "unit", "says"})
            found[name] = Measure(name, **{key: parse.text(body[key], where.at(key)) for key in body})
    return found


def _medians(documents: Mapping[str, tuple[dict, Place]]) -> Iterator[Median]:
    for document, place in documents.values():
        if document["kind"] != "medians":
            continue
        parse.keys(document, place, need={"kind", "description", "medians"}, may={"review_by"})
        for n, body in enumerate(document["medians"]):
            where = place.at(f"medians {n + 1}")
            parse.keys(body, where, need={"key_stage", "exam_year", "values", "reference"})
            reference = parse.reference(body["reference"], where.at("reference"))
            for measure, value in body["values"].items():
                number = parse.optional(parse.number, value, where.at(measure))
                yield Median(KeyStage(body["key_stage"]), body["exam_year"], measure, number, reference)


def _check_whole(rulebook: Rulebook) -> None:
    """Refuse two rules of one id, and a measure that nobody described."""
    ids = [rule.id for rule in rulebook.of(Dated)]
    for twice in {each for each in ids if ids.count(each) > 1}:
        raise RulesError(f"Two rules have the id '{twice}'.", do="Give each its own.")
    for rule in rulebook.of(Dated):
        for test in parse.comparisons_within(rule):
            if test.measure not in rulebook.measures:
                raise RulesError(
                    f"The measure '{test.measure}' is not described.",
                    where=f"{rule.topic}.yaml, {rule.id}",
                    do="Add it to measures.yaml, or correct the name.",
                )
