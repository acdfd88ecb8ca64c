"""Downloads the publishers' files from addresses kept among the rules, and goes on where one broke off."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import yaml

import schoolward
from schoolward.terms.errors import BadInput, RulesError

USER_AGENT = f"schoolward/{schoolward.__version__} (school improvement; downloads each file once)"
FETCHED, UNCHANGED, BY_HAND, FAILED = "fetched", "unchanged", "by hand", "failed"
RECORD = "fetched.json"
TIMEOUT_SECONDS = 30.0
_TRIES = 3
_WAIT_SECONDS = 1.0
_CHUNK = 1 << 16
_RESUME_WITH = ("ETag", "Last-Modified")

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Address:
    """One file a publisher offers, and when somebody last saw it there."""

    name: str
    product: str
    title: str
    page: str
    address: str
    file: str
    checked_on: date | None
    confidence: str
    by_hand: bool = False
    sha256: str = ""

    def on(self, day: date) -> str:
        """The address for a day."""
        return self.address.replace("{today}", f"{day:%Y%m%d}")

    def as_json(self) -> dict[str, object]:
        """The source with plain values."""
        return {
            "name": self.name,
            "product": self.product,
            "title": self.title,
            "address": self.address or self.page,
            "page": self.page,
            "by_hand": self.by_hand,
            "checked_on": self.checked_on.isoformat() if self.checked_on else None,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class Outcome:
    """What became of one download."""

    name: str
    outcome: str
    file: str = ""
    bytes: int = 0
    sha256: str = ""
    message: str = ""

    @property
    def ok(self) -> bool:
        """False when something was to be fetched and is not there."""
        return self.outcome != FAILED

    def as_json(self) -> dict[str, object]:
        """The outcome with plain values."""
        return {
            name: getattr(self, name) for name in ("name", "outcome", "file", "bytes", "sha256", "message")
        }


class _Broken(Exception):
    """A download that failed, in words; `again` when trying once more may help."""

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message)
        self.message, self.again = message, again


def load_sources(path: Path | None = None) -> tuple[Address, ...]:
    """Every source in the dated list of addresses."""
    text = (path or files("schoolward") / "rules" / "national" / "sources.yaml").read_text(encoding="utf-8")
    where = str(path or "sources.yaml")
    try:
        rows = yaml.safe_load(text)["sources"]
        return tuple(_address(name, row) for name, row in rows.items())
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise RulesError(f"The list of addresses cannot be read: {error}.", where=where) from error


def _address(name: str, row: dict) -> Address:
    by_hand = bool(row.get("by_hand"))
    address = "" if by_hand else row["address"]
    if address and urlsplit(address).scheme not in ("https", "http"):
        raise RulesError(f"The address of {name} is not on the web.", where="sources.yaml")
    return Address(
        name=name,
        product=row["product"],
        title=row["title"],
        page=row.get("page", ""),
        address=address,
        file="" if by_hand else row["file"],
        checked_on=row.get("checked_on"),
        confidence=row["confidence"],
        by_hand=by_hand,
        sha256=row.get("sha256", ""),
    )


def choose(sources: Iterable[Address], only: str | None) -> tuple[Address, ...]:
    """The sources of one product or name; all when none is named."""
    listed = tuple(sources)
    chosen = tuple(s for s in listed if only in (None, s.name, s.product))
    if not chosen:
        names = ", ".join(sorted({s.product for s in listed}))
        raise BadInput(f"There is no source '{only}'.", where="--only", do=f"Give one of: {names}.")
    return chosen


def fetch_all(
    sources: Iterable[Address], folder: Path | None, *, today: date, progress: Progress | None = None
) -> list[Outcome]:
    """Downloads each source into the folder; one that fails does not keep the others from coming."""
    if folder is None:
        raise BadInput("Nothing says where the files should go.", where="--to", do="Give a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    outcomes = []
    for source in sources:
        outcome = _fetch_one(source, folder, record.get(source.name, {}), today, progress)
        if outcome.outcome == FETCHED:
            record[source.name] = {
                "address": source.on(today),
                "file": outcome.file,
                "bytes": outcome.bytes,
                "sha256": outcome.sha256,
                "fetched_on": today.isoformat(),
                **_validators(folder / source.file),
            }
            _write_record(folder, record)
        outcomes.append(outcome)
    return outcomes


def _fetch_one(source: Address, folder: Path, known: dict, today: date, progress: Progress | None) -> Outcome:
    if source.by_hand:
        page = f"The file's address changes; save it from {source.page}"
        return Outcome(source.name, BY_HAND, message=page)
    target = folder / source.file
    target.parent.mkdir(parents=True, exist_ok=True)
    message = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_WAIT_SECONDS * attempt)
        try:
            changed = _download(source, source.on(today), target, known, progress)
            sha256 = _sha256(target)
            if source.sha256 and sha256 != source.sha256:
                target.unlink()
                raise _Broken("The file is not the one expected: its checksum differs.", again=False)
            size = target.stat().st_size
            return Outcome(source.name, FETCHED if changed else UNCHANGED, source.file, size, sha256)
        except _Broken as broken:
            message = broken.message
            if not broken.again:
                break
    return Outcome(source.name, FAILED, source.file, message=f"{message} See {source.page or source.address}")


def _download(source: Address, address: str, target: Path, known: dict, progress: Progress | None) -> bool:
    """True when the file was brought; False when the publisher says that it has not changed."""
    part = target.with_name(f"{target.name}.part")
    request = urllib.request.Request(address, headers={"User-Agent": USER_AGENT})  # noqa: S310 (web only, above)
    begun = _resume(request, part)
    if not begun and target.exists() and known.get("address") == address and known.get("ETag"):
        request.add_header("If-None-Match", known["ETag"])
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            begun = begun if response.status == http.HTTPStatus.PARTIAL_CONTENT else 0
            _write_part(source, response, part, begun, progress)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.NOT_MODIFIED:
            return False
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            _forget(part)
        raise _Broken(_told(error.code), again=error.code >= 500 or error.code in (416, 429)) from error
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise _Broken(f"The connection failed: {reason}.", again=True) from error
    _finish(part, target)
    return True


def _resume(request: urllib.request.Request, part: Path) -> int:
    """Asks for the rest when a part is there and the publisher can say that the file is still the same."""
    validators = _validators(part)
    size = part.stat().st_size if part.exists() else 0
    validator = next((validators[name] for name in _RESUME_WITH if name in validators), None)
    if not size or not validator or validator.startswith("W/"):
        return 0
    request.add_header("Range", f"bytes={size}-")
    request.add_header("If-Range", validator)
    return size


def _write_part(
    source: Address, response: http.client.HTTPResponse, part: Path, begun: int, progress: Progress | None
) -> None:
    length = response.headers.get("Content-Length")
    total = begun + int(length) if length else None
    validators = {name: response.headers[name] for name in _RESUME_WITH if response.headers.get(name)}
    _beside(part).write_text(json.dumps(validators), encoding="utf-8")
    done = begun
    with part.open("ab" if begun else "wb") as file:
        while chunk := response.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            if progress:
                progress(source.name, done, total)
    if total is not None and done < total:
        raise _Broken(f"The connection ended after {done:,} of {total:,} bytes.", again=True)


def _finish(part: Path, target: Path) -> None:
    _beside(part).replace(_beside(target))
    part.replace(target)


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _beside(part).unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.headers")


def _validators(path: Path) -> dict[str, str]:
    with contextlib.suppress(OSError, ValueError):
        return json.loads(_beside(path).read_text(encoding="utf-8"))
    return {}


def _told(code: int) -> str:
    match code:
        case 404 | 410:
            return "The publisher has no file at this address; it may have moved."
        case 401 | 403:
            return f"The publisher refuses this download ({code})."
        case 429:
            return "The publisher asks for a pause; try again later."
    return f"The publisher's server answered with an error ({code})."


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_record(folder: Path) -> dict[str, dict]:
    with contextlib.suppress(OSError, ValueError):
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return {}


def _write_record(folder: Path, record: dict[str, dict]) -> None:
    waiting = folder / f".{RECORD}.tmp"
    waiting.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    waiting.replace(folder / RECORD)
