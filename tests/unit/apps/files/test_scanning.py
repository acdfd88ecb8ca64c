"""The door is watched: against a stand-in for the ClamAV daemon that speaks its protocol."""

import io
import socketserver
import struct
import threading
from contextlib import contextmanager

import pytest

from schoolward.apps.files import scanning
from schoolward.apps.files.scanning import EICAR, scan
from schoolward.terms.errors import BadFile, NotNow


class _Daemon(socketserver.StreamRequestHandler):
    def handle(self):
        server = self.server
        assert self._until_nought() == b"zINSTREAM"
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            server.seen += self.rfile.read(length)
            if server.limit and len(server.seen) > server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\x00")
                return
        self.wfile.write(server.answer + b"\x00")

    def _until_nought(self):
        command = b""
        while (byte := self.rfile.read(1)) != b"\x00":
            command += byte
        return command


@contextmanager
def _daemon(answer=b"stream: OK", limit=None, path=None):
    kind = socketserver.UnixStreamServer if path else socketserver.TCPServer
    with kind(str(path) if path else ("127.0.0.1", 0), _Daemon) as server:
        server.seen, server.answer, server.limit = b"", answer, limit
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            server.where = str(path) if path else f"127.0.0.1:{server.server_address[1]}"
            yield server
        finally:
            server.shutdown()
            thread.join()


def test_test_string_is_refused_by_our_own_check_wherever_it_stands():
    for before in (0, 1, scanning._PIECE_BYTES - 10, scanning._PIECE_BYTES * 2 - 1):
        with pytest.raises(BadFile, match="EICAR"):
            scan(io.BytesIO(b"x" * before + EICAR + b"tail"), "a.txt", "")
    assert scan(io.BytesIO(b"harmless"), "a.txt", "") == "own check"


def test_daemon_sees_every_byte_once():
    content = bytes(range(256)) * 1000
    with _daemon() as daemon:
        assert scan(io.BytesIO(content), "a.pdf", daemon.where) == "ClamAV"
    assert daemon.seen == content


def test_daemon_on_a_socket_file_is_asked(tmp_path):
    with _daemon(path=tmp_path / "clamd.ctl") as daemon:
        assert scan(io.BytesIO(b"x"), "a.pdf", daemon.where) == "ClamAV"


def test_find_of_the_daemon_is_refused_with_its_name():
    with (
        _daemon(b"stream: Doc.Dropper.Agent-1 FOUND") as daemon,
        pytest.raises(BadFile, match=r"Doc\.Dropper\.Agent-1"),
    ):
        scan(io.BytesIO(b"x"), "a.pdf", daemon.where)


@pytest.mark.parametrize("limit", [10, 100_000])
def test_file_too_large_for_the_daemon_is_not_kept(limit):
    with _daemon(limit=limit) as daemon, pytest.raises(NotNow):
        scan(io.BytesIO(b"x" * 5_000_000), "a.pdf", daemon.where)


def test_daemon_that_does_not_answer_keeps_every_file_out():
    with _daemon() as daemon:
        where = daemon.where
    for gone in (where, "/nowhere/clamd.ctl"):
        with pytest.raises(NotNow, match="does not answer"):
            scan(io.BytesIO(b"x"), "a.pdf", gone)
