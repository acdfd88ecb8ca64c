"""Commands on published data: import, fetch, and what the store holds."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schoolward.cli import output
from schoolward.terms.calendar import LONDON, format_day

if TYPE_CHECKING:
    from schoolward.datasets.reports import FileReport, ImportReport
    from schoolward.datasets.store import Store

FILE_FIELDS = (
    "file", "outcome", "product", "variant", "period", "published_on", "published_basis", "provisional",
    "rows_taken", "rows_refused", "refusals", "codes", "message", "nearest", "missing",
)  # fmt: skip
PART_FIELDS = (
    "product", "period", "variant", "published_on", "published_basis", "first_imported_on", "provisional",
    "rows", "refused", "codes", "source_name", "sha256", "key",
)  # fmt: skip
EVENT_FIELDS = ("urn", "event", "happened_on", "before", "after", "other_urn")
SOURCE_FIELDS = ("name", "product", "title", "address", "checked_on", "confidence")
_CODES_SHOWN = 6
_OUTCOMES = {
    "taken": "taken",
    "already here": "already here, nothing to do",
    "documentation": "documentation, named and set aside",
    "not known": "NOT KNOWN",
    "refused": "REFUSED",
}


def add_parsers(subparsers) -> None:
    """Adds `import`, `fetch` and `data`."""
    bring = subparsers.add_parser("import", help="bring a folder of published files into the store")
    bring.add_argument("folder", type=Path, metavar="FOLDER", help="every file below it is looked at")
    bring.add_argument(
        "--published-on", type=output.day, help="for files whose publication the rules do not know"
    )
    output.add_store(bring)
    output.add_format(bring)
    bring.set_defaults(run=run_import)
    _add_fetch(subparsers)
    _add_data(subparsers)


def _add_fetch(subparsers) -> None:
    fetch = subparsers.add_parser("fetch", help="download the publishers' files")
    fetch.add_argument("--list", action="store_true", help="only show what can be fetched and from where")
    fetch.add_argument("--only", metavar="PRODUCT", help="one product or one source, such as ks2")
    fetch.add_argument("--to", type=Path, metavar="FOLDER", help="where the files go")
    fetch.add_argument("--sources", type=Path, help="another list of addresses than the rules' own")
    output.add_format(fetch)
    fetch.set_defaults(run=run_fetch)


def _add_data(subparsers) -> None:
    data = subparsers.add_parser("data", help="what the store holds, its editions and their differences")
    data.add_argument("--editions", action="store_true", help="list every edition there has been")
    data.add_argument("--edition", help="what this edition held, in place of the current one")
    data.add_argument(
        "--since", metavar="EDITION", help="schools opened, closed, converted or renamed since this edition"
    )
    output.add_store(data)
    output.add_format(data)
    data.set_defaults(run=run_data)


def today() -> date:
    """The day in London."""
    return datetime.now(UTC).astimezone(LONDON).date()


def run_import(args: argparse.Namespace) -> int:
    """Imports a folder and reports on each file."""
    from schoolward.datasets.importing import import_folder
    from schoolward.datasets.store import Store

    report = import_folder(
        args.folder,
        Store(output.chosen_store(args)),
        today=today(),
        published_on=args.published_on,
        progress=_progress if sys.stderr.isatty() else None,
    )
    match args.format:
        case "json":
            output.write_json(report.as_json())
        case "csv":
            output.write_csv((each.as_json() for each in report.files), FILE_FIELDS)
        case _:
            _print_import(report)
    return 0


def _progress(done: int, total: int, name: str) -> None:
    """One line on the terminal that is written over, and wiped at the end."""
    line = f"[{done}/{total}] {name}" if done < total else ""
    print(f"\r\x1b[2K{line[:100]}", end="", file=sys.stderr, flush=True)


def _print_import(report: ImportReport) -> None:
    for file in report.files:
        _print_file(file)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts().items() if count)
    print(f"\n{len(report.files)} files: {counts}.")
    if report.changed:
        print(f"The store is now at edition {report.edition} (was {report.edition_before}).")
    else:
        print(f"Nothing changed; the store is at edition {report.edition}.")


def _print_file(file: FileReport) -> None:
    print(f"{file.name}: {_OUTCOMES[file.outcome]}")
    if file.parts_known:
        published = f"published {format_day(file.published_on)} ({file.published_basis})"
        marked = ", provisional" if file.provisional else ""
        print(f"    {file.product}, {file.variant}; period {', '.join(file.periods)}{marked}; {published}")
        print(f"    {file.rows_taken:,} rows taken, {file.rows_refused:,} refused{_codes(file)}")
    elif file.title:
        print(f"    {file.title}")
    for group in file.as_json()["refusals"]:
        lines = ", ".join(map(str, group["lines"])) + ("…" if group["rows"] > len(group["lines"]) else "")
        column = f", {group['column']}" if group["column"] else ""
        print(f"      line {lines}{column}: {group['reason']} ({group['rows']:,})")
    if not file.checked and file.parts_known:
        print(
            "    The columns of this form come from documents; check a few figures against the publisher's."
        )
    if file.message:
        print(f"    {file.message}")


def _codes(file: FileReport) -> str:
    met = list(file.codes.items())
    if not met:
        return ""
    more = f" and {len(met) - _CODES_SHOWN} more" if len(met) > _CODES_SHOWN else ""
    return "; codes met: " + ", ".join(f"{code} {count:,}" for code, count in met[:_CODES_SHOWN]) + more


def run_fetch(args: argparse.Namespace) -> int:
    """Downloads the publishers' files, or lists what there is to download."""
    from schoolward.datasets import fetch

    listed = fetch.load_sources(args.sources) if args.sources else fetch.load_sources()
    chosen = fetch.choose(listed, args.only)
    if args.list:
        _write(args, [source.as_json() for source in chosen], SOURCE_FIELDS, "sources")
        return 0
    outcomes = fetch.fetch_all(
        chosen, args.to, today=today(), progress=_progress_bytes if sys.stderr.isatty() else None
    )
    rows = [outcome.as_json() for outcome in outcomes]
    _write(args, rows, ("name", "outcome", "file", "bytes", "sha256", "message"), "files")
    return 0 if all(outcome.ok for outcome in outcomes) else 2


def _progress_bytes(name: str, done: int, total: int | None) -> None:
    size = f"{done / 1e6:.1f} of {total / 1e6:.1f} MB" if total else f"{done / 1e6:.1f} MB"
    print(f"\r\x1b[2K{name}: {size}", end="", file=sys.stderr, flush=True)


def run_data(args: argparse.Namespace) -> int:
    """Lists the parts of an edition, every edition, or what changed between two."""
    from schoolward.datasets.store import Store

    store = Store(output.chosen_store(args))
    if args.edition:
        store = store.at(args.edition)
    if args.editions:
        _write(args, _editions(store), ("edition", "current", "parts", "rows"), "editions")
    elif args.since:
        from schoolward.datasets.frames import differences

        events = differences(store, args.since, store.edition).to_dicts()
        _write(args, events, EVENT_FIELDS, "events")
    else:
        parts = [
            part.as_json() for part in sorted(store.parts(), key=lambda p: (p.product, p.period, p.variant))
        ]
        _write(args, parts, PART_FIELDS, "parts", shown=("product", "period", "variant", "published_on",
                                                         "published_basis", "rows", "refused"))  # fmt: skip
    return 0


def _editions(store: Store) -> list[dict[str, Any]]:
    return [
        {
            "edition": edition,
            "current": edition == store.edition,
            "parts": len(parts := store.at(edition).parts()),
            "rows": sum(part.rows for part in parts),
        }
        for edition in store.editions()
    ]


def _write(
    args: argparse.Namespace,
    rows: list[dict[str, Any]],
    fields: tuple[str, ...],
    noun: str,
    shown: tuple[str, ...] = (),
) -> None:
    """Rows in the form asked for; a readable table shows the chief columns only."""
    match args.format:
        case "json":
            output.write_json({noun: rows})
        case "csv":
            output.write_csv(rows, fields)
        case _ if rows:
            columns = shown or fields
            output.write_table(
                (["" if row[column] is None else row[column] for column in columns] for row in rows),
                [column.replace("_", " ").capitalize() for column in columns],
            )
        case _:
            print(f"There are no {noun}.")
