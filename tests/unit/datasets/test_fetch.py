"""Fetching from a server of our own: whole, resumed, unchanged, and every way it goes wrong."""

import hashlib
import http.server
import json
import threading
from datetime import date
from pathlib import Path

import pytest

from schoolward.datasets import fetch
from schoolward.terms.errors import BadInput, RulesError

BODY = bytes(range(256)) * 4000
TODAY = date(2026, 3, 31)


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves BODY under every path; the path says how it misbehaves."""

    seen: list[dict] = []
    breaks = 0

    def do_GET(self):
        self.seen.append({"path": self.path, **self.headers})
        name = self.path.strip("/").split("?")[0]
        if name.isdigit():
            self.send_error(int(name))
            return
        if name == "sometimes" and Publisher.breaks > 0:
            Publisher.breaks -= 1
            self.send_error(503)
            return
        if self.headers.get("If-None-Match") == '"v1"':
            self.send_response(304)
            self.end_headers()
            return
        begin = self._begin()
        self.send_response(206 if begin else 200)
        self.send_header("ETag", '"v1"')
        self.send_header("Content-Length", str(len(BODY) - begin))
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(BODY) - 1}/{len(BODY)}")
        self.end_headers()
        if name == "broken" and Publisher.breaks > 0:
            Publisher.breaks -= 1
            self.wfile.write(BODY[begin : begin + 300_000])
            return
        self.wfile.write(BODY[begin:])

    def _begin(self) -> int:
        asked = self.headers.get("Range", "")
        return int(asked[6:-1]) if asked and self.headers.get("If-Range") == '"v1"' else 0

    def log_message(self, *args):
        pass


@pytest.fixture
def publisher(monkeypatch):
    monkeypatch.setattr(fetch, "_WAIT_SECONDS", 0.0)
    Publisher.seen, Publisher.breaks = [], 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def source(address: str, **rest) -> fetch.Address:
    usual = {
        "name": "ks2-2018", "product": "ks2", "title": "Key stage 2", "page": "https://example.org/page",
        "file": "2017-2018/ks2.zip", "checked_on": None, "confidence": "unverified",
    }  # fmt: skip
    return fetch.Address(address=address, **usual | rest)


def one(sources, folder) -> fetch.Outcome:
    [outcome] = fetch.fetch_all([sources], folder, today=TODAY)
    return outcome


def test_file_comes_whole_with_its_checksum_on_record(publisher, tmp_path):
    outcome = one(source(f"{publisher}/good"), tmp_path)
    assert (outcome.outcome, outcome.bytes) == ("fetched", len(BODY))
    assert outcome.sha256 == hashlib.sha256(BODY).hexdigest()
    assert (tmp_path / "2017-2018" / "ks2.zip").read_bytes() == BODY
    record = json.loads((tmp_path / "fetched.json").read_text())["ks2-2018"]
    assert (record["sha256"], record["fetched_on"]) == (outcome.sha256, "2026-03-31")
    assert Publisher.seen[0]["User-Agent"].startswith("schoolward/")


def test_connection_that_breaks_off_goes_on_where_it_stopped(publisher, tmp_path):
    Publisher.breaks = 2
    outcome = one(source(f"{publisher}/broken"), tmp_path)
    assert outcome.outcome == "fetched"
    assert (tmp_path / "2017-2018" / "ks2.zip").read_bytes() == BODY
    assert [each.get("Range") for each in Publisher.seen] == [None, "bytes=300000-", "bytes=600000-"]


def test_part_of_an_earlier_run_is_gone_on_with(publisher, tmp_path):
    Publisher.breaks = 3
    assert one(source(f"{publisher}/broken"), tmp_path).outcome == "failed"
    assert not (tmp_path / "2017-2018" / "ks2.zip").exists()
    assert one(source(f"{publisher}/broken"), tmp_path).outcome == "fetched"
    assert (tmp_path / "2017-2018" / "ks2.zip").read_bytes() == BODY


def test_part_of_a_file_that_has_changed_since_is_begun_anew(publisher, tmp_path):
    part = tmp_path / "2017-2018" / "ks2.zip.part"
    part.parent.mkdir()
    part.write_bytes(b"an older file")
    (part.parent / ".ks2.zip.part.headers").write_text('{"ETag": "\\"v0\\""}')
    assert one(source(f"{publisher}/good"), tmp_path).outcome == "fetched"
    assert (tmp_path / "2017-2018" / "ks2.zip").read_bytes() == BODY


def test_file_that_has_not_changed_is_not_sent_again(publisher, tmp_path):
    one(source(f"{publisher}/good"), tmp_path)
    outcome = one(source(f"{publisher}/good"), tmp_path)
    assert (outcome.outcome, outcome.ok) == ("unchanged", True)
    assert Publisher.seen[1]["If-None-Match"] == '"v1"'


def test_busy_server_is_asked_again(publisher, tmp_path):
    Publisher.breaks = 2
    assert one(source(f"{publisher}/sometimes"), tmp_path).outcome == "fetched"


@pytest.mark.parametrize(
    ("code", "words", "asked"),
    [
        (404, "may have moved", 1),
        (403, "refuses this download", 1),
        (500, "error (500)", 3),
        (429, "pause", 3),
    ],
)
def test_error_is_told_politely_and_with_the_page_to_look_at(publisher, tmp_path, code, words, asked):
    outcome = one(source(f"{publisher}/{code}"), tmp_path)
    assert (outcome.outcome, outcome.ok) == ("failed", False)
    assert words in outcome.message
    assert "https://example.org/page" in outcome.message
    assert len(Publisher.seen) == asked


def test_failure_does_not_keep_the_others_from_coming(publisher, tmp_path):
    bad, good = source(f"{publisher}/404"), source(f"{publisher}/good", name="other", file="other.csv")
    assert [o.outcome for o in fetch.fetch_all([bad, good], tmp_path, today=TODAY)] == ["failed", "fetched"]


def test_wrong_checksum_is_refused_and_the_file_removed(publisher, tmp_path):
    outcome = one(source(f"{publisher}/good", sha256="0" * 64), tmp_path)
    assert (outcome.outcome, "checksum differs" in outcome.message) == ("failed", True)
    assert not (tmp_path / "2017-2018" / "ks2.zip").exists()


def test_server_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "_WAIT_SECONDS", 0.0)
    outcome = one(source("http://127.0.0.1:9/x"), tmp_path)
    assert "connection failed" in outcome.message


def test_day_stands_in_the_address(publisher, tmp_path):
    one(source(f"{publisher}/all{{today}}.csv"), tmp_path)
    assert Publisher.seen[0]["path"] == "/all20260331.csv"


def test_source_without_a_lasting_address_names_its_page(tmp_path):
    outcome = one(source("", by_hand=True), tmp_path)
    assert (outcome.outcome, "example.org/page" in outcome.message) == ("by hand", True)


def test_listed_sources_all_have_a_page_and_a_confidence():
    for each in fetch.load_sources():
        assert each.page.startswith("https://")
        assert each.confidence in ("official", "press", "unverified")
        assert each.by_hand or each.address.startswith("https://")
        assert not Path(each.file).is_absolute()
        assert ".." not in each.file


def test_choice_by_product_or_name_and_wrong_choice():
    listed = fetch.load_sources()
    assert {s.product for s in fetch.choose(listed, "ks2")} == {"ks2"}
    assert len(fetch.choose(listed, "ks2-2018")) == 1
    with pytest.raises(BadInput, match="no source 'ks9'"):
        fetch.choose(listed, "ks9")


def test_no_folder_is_wrong_use():
    with pytest.raises(BadInput, match="--to"):
        fetch.fetch_all([], None, today=TODAY)


def test_address_that_is_not_on_the_web_is_refused(tmp_path):
    path = tmp_path / "sources.yaml"
    path.write_text(
        "sources: {x: {product: a, title: t, address: 'file:///etc/passwd', file: f, confidence: official}}"
    )
    with pytest.raises(RulesError, match="not on the web"):
        fetch.load_sources(path)
