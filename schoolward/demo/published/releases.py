"""When each file came out: a file is there only once it has been published, each in a folder of its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from schoolward.datasets.releases import release_table
from schoolward.demo.published import ks2, ks4
from schoolward.demo.published.authority import latest_year, write_authority_figures, write_neighbours
from schoolward.demo.published.boundary import write_boundaries
from schoolward.demo.published.ks2 import write_ks2
from schoolward.demo.published.ks4 import write_ks4
from schoolward.demo.published.money import (
    FIRST_FINANCE_YEAR,
    WORKFORCE_YEARS,
    write_finance,
    write_workforce,
)
from schoolward.demo.published.ofsted import information_days, write_history, write_information
from schoolward.demo.published.provisional import write_provisional_ks2, write_provisional_ks4
from schoolward.demo.published.register import register_days, write_links, write_register
from schoolward.demo.published.schools import World

Writer = Callable[[Path], Path]


def ks2_day(year: int) -> date:
    """When the key stage 2 tables of that summer came out, or are due."""
    return _day("ks2", year, date(year, 12, 11))


def ks4_day(year: int) -> date:
    """When the final key stage 4 tables of that summer came out, or are due."""
    return _day("ks4", year, date(year + 1, 2, 5))


def _day(product: str, year: int, usual: date) -> date:
    """As the table of releases among the rules has it; later years follow the usual week."""
    release = release_table().find(product, str(year))
    return release.published_on if release else usual


def releases(world: World) -> list[tuple[date, Writer]]:
    """Everything published by the first day, in the order in which it came out."""
    found = sorted(_all(world), key=lambda release: release[0])
    return [(day, write) for day, write in found if day <= world.first_day]


def _all(world: World) -> Iterator[tuple[date, Writer]]:
    first_day = world.first_day
    for year in ks2.YEARS:
        yield ks2_day(year), lambda folder, year=year: write_ks2(folder, world, year)
    for year in ks4.YEARS:
        yield ks4_day(year), lambda folder, year=year: write_ks4(folder, world, year)
    for year in range(FIRST_FINANCE_YEAR, first_day.year + 1):
        due = _day("finance", year, date(year + 1, 1, 28))
        yield due, lambda folder, year=year: write_finance(folder, world, year)
    for year in WORKFORCE_YEARS:
        due = _day("workforce", year, date(year, 6, 28))
        yield due, lambda folder, year=year: write_workforce(folder, world, year)
    for day in register_days(first_day):
        yield day, lambda folder, day=day: write_register(folder, world, day)
    for day in information_days(first_day):
        yield day + timedelta(days=13), lambda folder, day=day: write_information(folder, world, day)
    yield from _undated(world)
    yield from _last_summer(world)


def _last_summer(world: World) -> Iterator[tuple[date, Writer]]:
    """The authority's own provisional figures, while the tables of that summer are still to come."""
    year = world.first_day.year - (world.first_day < date(world.first_day.year, 7, 18))
    if ks2_day(year) > world.first_day:
        yield date(year, 7, 17), lambda folder: write_provisional_ks2(folder, world, year)
    if ks4_day(year) > world.first_day:
        yield date(year, 8, 29), lambda folder: write_provisional_ks4(folder, world, year)


def _undated(world: World) -> Iterator[tuple[date, Writer]]:
    """Files that carry their own dates, or that hold for all years."""
    last_year = latest_year(world.first_day)
    yield date(2019, 12, 5), lambda folder: write_boundaries(folder, world.seed)
    yield date(2025, 5, 15), lambda folder: write_neighbours(folder, world)
    yield world.first_day - timedelta(days=12), lambda folder: write_links(folder, world)
    yield world.first_day - timedelta(days=12), lambda folder: write_history(folder, world)
    yield date(last_year + 1, 3, 20), lambda folder: write_authority_figures(folder, world, last_year)


def release_folders(folder: Path) -> list[tuple[date, Path]]:
    """(day of publication, folder of what came out) below a folder that `write_estuary` filled."""
    return [(date.fromisoformat(each.name), each) for each in sorted(folder.iterdir()) if each.is_dir()]
