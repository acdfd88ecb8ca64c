"""Similar schools pair by pair in plain Python: dull, and written without arrays."""

from math import sqrt


def similar(rows: dict[int, dict[str, float | None]], wanted: int, how_many: int) -> list[tuple[int, float]]:
    """The schools nearest to `wanted`, nearest first; `rows` holds each school's facts by number."""
    if wanted not in rows:
        return []
    facts = {name: scale for name in rows[wanted] if (scale := _scale([row[name] for row in rows.values()]))}
    found = []
    for urn, row in rows.items():
        distance = _distance(rows[wanted], row, facts)
        if urn != wanted and distance is not None:
            found.append((distance, urn))
    return [(urn, sqrt(distance)) for distance, urn in sorted(found)[:how_many]]


def _scale(values: list[float | None]) -> tuple[float, float] | None:
    known = [value for value in values if value is not None]
    if len(known) < 2 or 2 * len(known) < len(values) or len(set(known)) == 1:
        return None
    mean = sum(known) / len(known)
    return mean, sqrt(sum((value - mean) ** 2 for value in known) / len(known))


def _distance(one: dict, other: dict, facts: dict[str, tuple[float, float]]) -> float | None:
    total, shared = 0.0, 0
    for name, (mean, spread) in facts.items():
        if one[name] is None or other[name] is None:
            total += 2
        else:
            total += ((one[name] - mean) / spread - (other[name] - mean) / spread) ** 2
            shared += 1
    return round(total, 9) if shared >= 2 else None
