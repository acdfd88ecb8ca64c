"""Authorities' outlines from GeoJSON and TopoJSON, as one row an authority with its geometry in WGS84."""

from __future__ import annotations

import json
import re

import numpy as np
import polars as pl

from schoolward.datasets.periods import UNDATED
from schoolward.datasets.schema import Reading, Variant
from schoolward.terms.errors import BadFile

_CODE = re.compile(r"[EWSN]\d{8}\Z")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_PLACES = 6  # decimals of a degree: about 10 cm


def _year(reading: Reading) -> str:
    found = _YEAR.findall(reading.name)
    return found[0] if len(set(found)) == 1 else UNDATED


VARIANT = Variant(
    product="boundaries",
    name="authorities' outlines",
    title="authorities' boundaries (GeoJSON or TopoJSON)",
    key=("new_la_code",),
    period=_year,
    columns=(),
)


def read(raw: bytes, name: str) -> pl.DataFrame:
    """One row an authority: `new_la_code`, `name`, `geometry` (GeoJSON text)."""
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise BadFile("The JSON is damaged or cut short.", where=name, do="Download it again.") from error
    match content.get("type"):
        case "FeatureCollection":
            shapes = [(each.get("properties") or {}, each["geometry"]) for each in content["features"]]
        case "Topology":
            shapes = list(_topology(content))
        case _:
            raise BadFile("It is JSON, but neither GeoJSON nor TopoJSON.", where=name, do="Leave it out.")
    rows = [
        (code, _name(properties, code), shape) for properties, shape in shapes if (code := _code(properties))
    ]
    if not rows:
        raise BadFile("No shape in it bears an authority's nine-character code.", where=name)
    return pl.DataFrame(
        [(code, label, json.dumps(shape, separators=(",", ":"))) for code, label, shape in sorted(rows)],
        schema=["new_la_code", "name", "geometry"],
        orient="row",
    ).unique("new_la_code", keep="first", maintain_order=True)


def _code(properties: dict) -> str | None:
    return next((v for v in properties.values() if isinstance(v, str) and _CODE.match(v)), None)


def _name(properties: dict, code: str) -> str:
    names = [properties[key] for key in properties if key.upper().endswith(("NM", "NAME"))]
    return next((each for each in names if isinstance(each, str)), code)


def _topology(content: dict):
    """Each geometry's properties and shape, its arcs joined and turned into degrees."""
    arcs = _degrees(content["arcs"], content.get("transform"))
    for collection in content["objects"].values():
        for geometry in collection.get("geometries", []):
            if geometry.get("type") not in ("Polygon", "MultiPolygon"):
                continue
            properties = dict(geometry.get("properties") or {})
            properties.setdefault("id", geometry.get("id"))
            polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
            rings = [[_ring(ring, arcs) for ring in polygon] for polygon in polygons]
            coordinates = rings[0] if geometry["type"] == "Polygon" else rings
            yield properties, {"type": geometry["type"], "coordinates": coordinates}


def _degrees(arcs: list, transform: dict | None) -> list[list[list[float]]]:
    """Arcs as points; a quantised file holds steps from each point to the next in whole units."""
    if transform is None:
        return arcs
    scale, move = np.array(transform["scale"]), np.array(transform["translate"])
    steps = (np.array([point[:2] for point in arc]) for arc in arcs)
    return [np.round(np.cumsum(arc, axis=0) * scale + move, _PLACES).tolist() for arc in steps]


def _ring(indices: list[int], arcs: list[list[list[float]]]) -> list[list[float]]:
    """Arcs end to end; a negative index is the arc run backwards, and shared end points are kept once."""
    ring: list[list[float]] = []
    for index in indices:
        line = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += line[1:] if ring else line
    return ring
