"""The authorities' outlines: a coast with an estuary between two of them, in the form ONS publishes."""

from __future__ import annotations

import json
from math import cos, pi, sin
from pathlib import Path

from schoolward.demo.dice import dice
from schoolward.demo.published.grid import to_wgs84
from schoolward.demo.published.places import AUTHORITIES

Point = tuple[float, float]
# Corners on the grid, clockwise from the north-west. Estuary and Saltreach face each other over the water.
_ESTUARY = [
    (655_600, 252_900), (661_000, 253_800), (667_900, 252_700), (672_800, 251_400), (676_300, 249_400),
    (677_200, 247_600), (679_000, 245_900), (680_200, 243_600), (679_400, 241_700), (676_600, 241_000),
    (675_200, 239_500), (674_900, 237_600), (671_900, 236_900), (668_200, 238_100), (663_900, 238_300),
    (660_200, 237_900), (656_300, 238_500), (655_100, 243_700),
]  # fmt: skip
_GRIST = [(680_400, 242_100), (682_400, 242_300), (683_500, 241_000), (682_300, 239_700), (680_600, 239_900)]
_OUTLINES: dict[int, list[list[Point]]] = {
    990: [_ESTUARY, _GRIST],
    991: [[(640_200, 254_600), (655_600, 252_900), (655_100, 243_700), (656_300, 238_500), (654_000, 233_200),
           (645_100, 234_400), (640_900, 243_000)]],
    992: [[(655_600, 252_900), (656_900, 264_000), (666_000, 265_800), (675_900, 265_100), (677_800, 260_400),
           (675_000, 255_700), (672_800, 251_400), (667_900, 252_700), (661_000, 253_800)]],
    993: [[(656_800, 235_000), (663_700, 234_500), (669_100, 233_800), (674_800, 233_000), (678_300, 229_700),
           (676_900, 226_000), (668_300, 224_700), (658_900, 226_600)]],
}  # fmt: skip


def write_boundaries(folder: Path, seed: int) -> Path:
    """Four outlines as GeoJSON in degrees, with the properties the national file carries."""
    features = []
    for authority in AUTHORITIES:
        rings = [_closed(_wavered(ring, seed)) for ring in _OUTLINES[authority.code]]
        shape = {"type": "Polygon", "coordinates": rings}
        if len(rings) > 1:
            shape = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
        properties = {"AREACD": authority.gss, "AREANM": authority.name}
        features.append({"type": "Feature", "id": None, "properties": properties, "geometry": shape})
    path = folder / "authority_boundaries.geojson"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    path.write_bytes(text.encode())
    return path


def _wavered(ring: list[Point], seed: int) -> list[Point]:
    """The ring with two waverings on each side, the same from whichever side it is drawn."""
    found: list[Point] = []
    for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
        first, last = sorted((here, there))
        throw = dice(seed, "coast", *first, *last)
        between = []
        for part in (1 / 3, 2 / 3):
            angle, far = throw.random() * 2 * pi, throw.random() * 260
            east = first[0] + (last[0] - first[0]) * part + far * cos(angle)
            between.append((east, first[1] + (last[1] - first[1]) * part + far * sin(angle)))
        found += [here, *(between if here == first else reversed(between))]
    return found


def _closed(ring: list[Point]) -> list[Point]:
    points = [to_wgs84(*point) for point in ring]
    return [*points, points[0]]
