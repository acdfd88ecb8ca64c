"""Looking for malicious content before a file is kept.

By default only the test string that every scanner knows (EICAR) is refused: enough to show that the door is
watched, and no protection. Where SCHOOLWARD_CLAMAV names a ClamAV daemon (host:port or the path of its
socket), every file goes through it, and when it does not answer, no file is kept.
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from schoolward.terms.errors import BadFile, NotNow

# In two pieces, so that scanners leave this file alone.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
TIMEOUT_SECONDS = 30
_PIECE_BYTES = 64 * 1024


def scan(stream: BinaryIO, name: str, clamav: str) -> str:
    """Which scanner found nothing; BadFile where one found something, NotNow where one does not answer."""
    _look_for_eicar(stream, name)
    if not clamav:
        return "own check"
    _ask_clamav(stream, name, clamav)
    return "ClamAV"


def _look_for_eicar(stream: BinaryIO, name: str) -> None:
    stream.seek(0)
    tail = b""
    while piece := stream.read(_PIECE_BYTES):
        if EICAR in tail + piece:
            raise _found(name, "EICAR test file")
        tail = piece[-len(EICAR) :]


def _ask_clamav(stream: BinaryIO, name: str, address: str) -> None:
    """Sends the file through INSTREAM: pieces with their length before them, and nought at the end."""
    try:
        with _connect(address) as line:
            _pour(stream, line)
            answer = _read_answer(line)
    except OSError as error:
        raise NotNow(
            "The virus scanner does not answer, so no file can be taken. Try again later."
        ) from error
    if answer.endswith(" FOUND"):
        raise _found(name, answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if not answer.endswith(" OK"):
        raise NotNow(f"The virus scanner could not look at the file ({answer}). Try again later.")


def _connect(address: str) -> socket.socket:
    if "/" in address:
        return _connect_to_file(address)
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_SECONDS)


def _connect_to_file(path: str) -> socket.socket:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(TIMEOUT_SECONDS)
        line.connect(path)
    except OSError:
        line.close()
        raise
    return line


def _pour(stream: BinaryIO, line: socket.socket) -> None:
    stream.seek(0)
    line.sendall(b"zINSTREAM\x00")
    try:
        while piece := stream.read(_PIECE_BYTES):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stops listening when it has seen enough (too large): its answer says why


def _read_answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\x00") and (piece := line.recv(4096)):
        answer += piece
    return answer.rstrip(b"\x00\n").decode(errors="replace")


def _found(name: str, what: str) -> BadFile:
    return BadFile(
        f"A virus scanner refuses it: {what}.", where=name, do="Do not open it; tell your IT service."
    )
