"""Authorities, their statistical neighbours, figures and boundaries."""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from schoolward.datasets.store import Store
from schoolward.datasets.successions import newest_first


def authorities(store: Store) -> pl.DataFrame:
    """One row an authority: its three-digit code, name, region and nine-character code where known.

    Lists of authorities go first; an authority that stands in none is known from the registers of schools.
    """
    parts = sorted(store.parts("authorities"), key=lambda p: (p.fullness, p.key), reverse=True)
    kinds = {"la_code": pl.Int64, "la_name": pl.String, "region": pl.String, "new_la_code": pl.String}
    empty = pl.DataFrame(schema=kinds)
    frames = [store.frame(part) for part in parts]
    frames += [store.frame(part) for part in newest_first(store.parts("register"))]
    frames = [f.select([c for c in kinds if c in f.columns]).unique(maintain_order=True) for f in frames]
    frames = [f for f in frames if "la_code" in f.columns]
    rows = pl.concat([empty, *frames], how="diagonal_relaxed").drop_nulls("la_code")
    return rows.group_by("la_code", maintain_order=True).agg(pl.all().drop_nulls().first()).sort("la_code")


def statistical_neighbours(store: Store, la_code: int) -> pl.DataFrame:
    """The ten authorities most like this one, nearest first: `rank`, `la_code`, `la_name`, `closeness`."""
    parts = newest_first(store.parts("statistical neighbours"))
    schema = {"rank": pl.Int64, "la_code": pl.Int64, "la_name": pl.String, "closeness": pl.String}
    if not parts:
        return pl.DataFrame(schema=schema)
    rows = store.frame(parts[0]).filter(pl.col("la_code") == la_code)
    rows = rows.select("rank", pl.col("neighbour_code").alias("la_code"), "closeness")
    names = authorities(store).select("la_code", "la_name")
    return rows.join(names, on="la_code", how="left").select(*schema).sort("rank")


def lait(
    store: Store, measure: str | None = None, la_code: int | None = None, as_at: date | None = None
) -> pl.DataFrame:
    """Figures by authority and year, of one measure or authority or all, from the newest file known."""
    parts = newest_first(tuple(p for p in store.parts("lait") if as_at is None or p.published_on <= as_at))
    if not parts:
        return pl.DataFrame(
            schema={
                "measure": pl.String, "year": pl.String, "area": pl.String, "value": pl.Float64,
                "value_code": pl.String, "la_code": pl.Int64, "region": pl.String, "year_end": pl.Int64,
            }
        )  # fmt: skip
    wanted = [pl.col(n) == v for n, v in (("measure", measure), ("la_code", la_code)) if v is not None]
    return store.frame(parts[0]).filter(*wanted).sort("measure", "year_end", "area")


def boundaries(store: Store, la_code: int | None = None) -> list[dict]:
    """GeoJSON features (WGS84) with `la_code`, `new_la_code` and `name`; of one authority or all."""
    features: dict[str, dict] = {}
    known = authorities(store)
    codes = dict(known.drop_nulls("new_la_code").select("new_la_code", "la_code").iter_rows())
    # Boundaries know only nine-character codes; where no list gives an authority's, its name must serve.
    names = dict(known.drop_nulls("la_name").select("la_name", "la_code").iter_rows())
    for part in newest_first(store.parts("boundaries")):
        for code, name, geometry in store.frame(part).select("new_la_code", "name", "geometry").iter_rows():
            properties = {"new_la_code": code, "la_code": codes.get(code, names.get(name)), "name": name}
            feature = {"type": "Feature", "properties": properties, "geometry": json.loads(geometry)}
            features.setdefault(code, feature)
    return [f for f in features.values() if la_code is None or f["properties"]["la_code"] == la_code]
