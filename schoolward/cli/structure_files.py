"""Reads the files of `schoolward structure`: every refusal names the file, the line and the column."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from schoolward.analysis.demand.tables import Line, lines
from schoolward.analysis.structure.inputs import (
    ARMS,
    FUNDING_KINDS,
    UNITS,
    Associates,
    Corridor,
    Duty,
    FundingLine,
    Post,
    Question,
    Service,
    Settings,
)
from schoolward.analysis.structure.purchases import Draws
from schoolward.cli.demand_files import rows
from schoolward.terms.errors import BadFile, BadInput

POSTS = ("post", "unit", "title", "grade", "annual_cost_pence", "current_fte", "min_fte", "max_fte",
         "step_fte", "skills")  # fmt: skip
FUNDING = ("line", "kind", "amount_pence", "from", "to")
SERVICES = ("service", "category", "list_price_pence", "unit", "days_per_unit")
DUTIES = ("duty", "category", "days", "statutory")
MOST_PENCE, MOST_FTE, MOST_DAYS = 10**12, 10_000.0, 1_000_000.0


def read_question(
    posts: Path, funding: Path, services: Path, duties: Path, settings: Path
) -> tuple[Question, tuple[str, ...]]:
    """The question in five files, and what was not understood in the settings."""
    chosen, unknown = read_settings(settings)
    question = Question(
        tuple(_post(line) for line in lines(posts.name, rows(posts), POSTS)),
        tuple(_line(line) for line in lines(funding.name, rows(funding), FUNDING)),
        tuple(_service(line) for line in lines(services.name, rows(services), SERVICES)),
        tuple(_duty(line) for line in lines(duties.name, rows(duties), DUTIES)),
        chosen,
    )
    for path, keys in (
        (posts, [post.key for post in question.posts]),
        (services, [service.key for service in question.services]),
        (duties, [duty.key for duty in question.duties]),
        (funding, [line.line for line in question.funding]),
    ):
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise BadFile(f"{sorted(twice)[0]} is there twice.", where=path.name, do="Name each once.")
    return question, unknown


def _post(line: Line) -> Post:
    skills = frozenset(skill.strip() for skill in line.cells["skills"].split(";") if skill.strip())
    return Post(
        line.text("post"),
        line.text("unit"),
        line.text("title"),
        line.cells["grade"],
        _pence(line, "annual_cost_pence"),
        *(_amount(line, name, MOST_FTE) for name in ("current_fte", "min_fte", "max_fte", "step_fte")),
        skills,
        line.one_of("arm", ARMS) if line.cells.get("arm") else "both",
    )


def _line(line: Line) -> FundingLine:
    starts, ends = (line.day(name) if line.cells[name] else None for name in ("from", "to"))
    return FundingLine(
        line.text("line"), line.one_of("kind", FUNDING_KINDS), _pence(line, "amount_pence"), starts, ends
    )


def _service(line: Line) -> Service:
    given = {
        name for name in ("days_per_unit", "unit_cost_pence", "brought_forward_pence") if line.cells.get(name)
    }
    return Service(
        line.text("service"),
        line.text("category"),
        line.pence("list_price_pence"),
        line.one_of("unit", UNITS),
        _amount(line, "days_per_unit", MOST_DAYS) if "days_per_unit" in given else None,
        _pence(line, "unit_cost_pence") if "unit_cost_pence" in given else None,
        _pence(line, "brought_forward_pence", -MOST_PENCE) if "brought_forward_pence" in given else 0,
    )


def _duty(line: Line) -> Duty:
    statutory = line.one_of("statutory", ("0", "1")) == "1"
    return Duty(line.text("duty"), line.text("category"), _amount(line, "days", MOST_DAYS), statutory)


def _amount(line: Line, column: str, most: float) -> float:
    return line.number_of(column, float, "a number of 0 or more", 0.0, most)


def _pence(line: Line, column: str, least: int = 0) -> int:
    return line.number_of(column, int, "a whole number of pence", least, MOST_PENCE)


SHARES = {
    "redundancy_cost_share": "redundancy_share",
    "redundancy_cost_pence_per_fte": "redundancy_pence_per_fte",
    "productive_days": "productive_days_per_fte",
    "core_day_worth_pence": "most_paid_per_day_pence",  # its name before it counted for core money too
}
WHOLE = {
    "cvar_limit_pence",
    "seed",
    "emergency_day_pence",
    "most_paid_per_day_pence",
    "redundancy_pence_per_fte",
}
LISTS = {
    "price_menu": (0.01, "Give shares of the list price, such as [0.85, 1.0, 1.15]."),
    "base_cut_shares": (0.0, "Give shares of the base budget, such as [0.0, 0.1, 0.2]."),
}
TABLES = {"associates", "corridor"}
DEFAULTS = {"associate_day_rate_pence", "associate_cap_days", "associate_core_cap_days"}


def read_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings, and the keys that were not understood."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile("cannot be read.", where=str(path), do="Check the name.") from error
    except tomllib.TOMLDecodeError as error:
        raise BadFile(f"is not TOML: {error}.", where=str(path), do="Mend that place.") from error
    if "cvar_limit_pence" not in said:
        raise BadFile(
            "has no cvar_limit_pence, the mean deficit accepted in the traded arm's worst years.",
            where=str(path),
            do="Add it, such as cvar_limit_pence = 0.",
        )
    known = {each.name for each in fields(Settings)} - {"associate", "associates", "corridor"}
    values: dict[str, Any] = {}
    for key, value in said.items():
        name = SHARES.get(key, key)
        if name in known:
            values[name] = _typed(path, key, name, value)
    plain = _terms(path, "associate", {
        name.removeprefix("associate_"): said[name] for name in DEFAULTS if name in said
    }, Associates(50_000))  # fmt: skip
    each = {
        category: _terms(path, f"associates.{category}", terms, plain)
        for category, terms in _table(path, said, "associates").items()
    }
    corridor = Corridor(**_corridor(path, _table(path, said, "corridor")))
    unknown = tuple(sorted(set(said) - known - set(SHARES) - TABLES - DEFAULTS))
    return Settings(**values, associate=plain, associates=each, corridor=corridor), unknown


def _table(path: Path, said: dict, name: str) -> dict:
    table = said.get(name, {})
    if not isinstance(table, dict):
        raise _bad_setting(path, name, "is no table", f"Write [{name}] with its keys below.")
    return table


def _bad_setting(path: Path, key: str, what: str, do: str) -> BadFile:
    return BadFile(f"{key} {what}.", where=str(path), do=do)


def _typed(path: Path, key: str, name: str, value: Any) -> Any:
    if name == "year_from":
        if isinstance(value, date):
            return value
        raise _bad_setting(path, key, "is no date", "Write it without quotes, such as 2011-04-01.")
    if name in LISTS:
        least, do = LISTS[name]
        if isinstance(value, list) and value and all(_number(x) and x >= least for x in value):
            return tuple(float(x) for x in value)
        raise _bad_setting(path, key, "is no list of shares", do)
    if not _number(value):
        raise _bad_setting(path, key, "is not a number", "Give a plain number.")
    if name in WHOLE and value != int(value):
        raise _bad_setting(path, key, "is not a whole number", "Give whole pence.")
    return int(value) if name in WHOLE else float(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)


def _terms(path: Path, name: str, said: Any, plain: Associates) -> Associates:
    if _number(said):
        said = {"day_rate_pence": said}
    if not isinstance(said, dict):
        raise _bad_setting(path, name, "is no table", "Give day_rate_pence, cap_days and core_cap_days.")
    for key, value in said.items():
        if key not in ("day_rate_pence", "cap_days", "core_cap_days"):
            raise _bad_setting(
                path, f"{name}.{key}", "is not known", "Give day_rate_pence, cap_days, core_cap_days."
            )
        if not _number(value) or value < 0 or (key == "day_rate_pence" and value == 0):
            raise _bad_setting(path, f"{name}.{key}", "is no amount above nil", "Give a plain number.")
    return Associates(
        int(said.get("day_rate_pence", plain.day_rate_pence)),
        float(said.get("cap_days", plain.most_traded_days)),
        float(said.get("core_cap_days", plain.most_core_days)),
    )


def _corridor(path: Path, said: dict) -> dict:
    known = {each.name for each in fields(Corridor)}
    for key in said:
        if key not in known:
            raise _bad_setting(path, f"corridor.{key}", "is not known", f"Give {', '.join(sorted(known))}.")
    return said


def read_draws(folder: Path) -> Draws:
    """The draws that `schoolward demand` wrote into a folder."""
    path = folder / "draws.npz"
    try:
        with np.load(path, allow_pickle=False) as held:
            return Draws(
                urn=held["urn"],
                service=tuple(str(key) for key in held["service"]),
                list_price_pence=held["list_price_pence"],
                eta=held["eta"],
                slope=held["slope"],
                cap_pence=held["cap_pence"],
                ordered=held["ordered"],
            )
    except FileNotFoundError:
        raise BadFile(
            "is not there.", where=str(path), do="Run `schoolward demand` and give its --out folder here."
        ) from None
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise BadFile(
            "is not what `schoolward demand` writes.", where=str(path), do="Run it again."
        ) from error
    except BadInput as error:
        raise BadFile(error.what, where=str(path), do=error.do) from error
