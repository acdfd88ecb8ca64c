"""A stand-in for GOV.UK Notify: the part of its API that we use, with its answers, limits and refusals.

It takes what the real client sends, checks the signed token as the service does, and can be told to refuse,
to be busy, or to take a message and then break the line.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"tests-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass
class Notify:
    """What it took, and how it behaves."""

    taken: list[dict] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)  # address to what becomes of messages there
    refusals: list[tuple[int, str, str]] = field(
        default_factory=list
    )  # status, error, message: one a request
    team: set[str] | None = None  # with a team key, the only addresses it sends to
    hang_up_after_taking: int = 0  # how many times the line breaks once the message is taken
    silent_after_taking: threading.Event | None = None  # set once it has so many; no answer comes then
    silent_at: int = 1
    asked: int = 0
    url: str = ""

    def found(self, number: str) -> dict | None:
        """The notification of that id."""
        return next((each for each in self.taken if each["id"] == number), None)


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def notify(self) -> Notify:
        return self.server.notify

    def log_message(self, *args) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._lets_in() or self._refuses():
            return
        kind = self.path.rsplit("/", 1)[-1]
        refuse = {"email": self._why_no_email, "letter": self._why_no_letter}[kind]
        if wrong := refuse(given):
            self._answer(wrong[0], _errors(*wrong))
            return
        taken = {"id": str(uuid4()), "type": kind, "reference": given["reference"], "given": given}
        self.notify.taken.append(taken)
        if self.notify.silent_after_taking and len(self.notify.taken) == self.notify.silent_at:
            self.notify.silent_after_taking.set()
            threading.Event().wait(60)
        if self.notify.hang_up_after_taking:
            self.notify.hang_up_after_taking -= 1
            self.close_connection = True
            return
        self._answer(201, self._told(taken))

    def do_GET(self) -> None:
        self.notify.asked += 1
        if not self._lets_in() or self._refuses():
            return
        address = urlsplit(self.path)
        if address.path == "/v2/notifications":
            (reference,) = parse_qs(address.query)["reference"]
            same = [self._full(each) for each in self.notify.taken if each["reference"] == reference]
            self._answer(200, {"notifications": same, "links": {"current": self.path}})
        elif found := self.notify.found(address.path.rsplit("/", 1)[-1]):
            self._answer(200, self._full(found))
        else:
            self._answer(404, {"result": "error", **_errors(404, "NoResultFound", "No result found")})

    def _lets_in(self) -> bool:
        token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        try:
            claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            self._answer(403, _errors(403, "AuthError", "Invalid token: API key not found"))
            return False
        return claims["iss"] == SERVICE

    def _refuses(self) -> bool:
        if not self.notify.refusals:
            return False
        status, error, message = self.notify.refusals.pop(0)
        self._answer(status, _errors(status, error, message))
        return True

    def _why_no_email(self, given: dict) -> tuple[int, str, str] | None:
        if "@" not in given["email_address"]:
            return 400, "ValidationError", "email_address Not a valid email address"
        if given["template_id"] != TEMPLATE:
            return 400, "BadRequestError", "Template not found"
        if lacking := {"subject", "body"} - set(given.get("personalisation", {})):
            return 400, "BadRequestError", f"Missing personalisation: {', '.join(sorted(lacking))}"
        if self.notify.team is not None and given["email_address"] not in self.notify.team:
            return 400, "BadRequestError", "Can’t send to this recipient using a team-only API key"
        return None

    def _why_no_letter(self, given: dict) -> tuple[int, str, str] | None:
        if self.notify.team is not None:
            return 403, "BadRequestError", "Cannot send letters with a team api key"
        if not base64.b64decode(given["content"]).startswith(b"%PDF"):
            return 400, "ValidationError", "content is not a PDF"
        return None

    def _told(self, taken: dict) -> dict:
        """What follows a message that was taken."""
        told = {"id": taken["id"], "reference": taken["reference"]}
        if taken["type"] == "letter":
            return {**told, "postage": "second"}
        words = taken["given"]["personalisation"]
        content = {"subject": words["subject"], "body": words["body"], "from_email": "estuary@notify.example"}
        template = {"id": TEMPLATE, "version": 1, "uri": f"{self.notify.url}/v2/template/{TEMPLATE}"}
        uri = f"{self.notify.url}/v2/notifications/{taken['id']}"
        return {**told, "content": content, "uri": uri, "template": template, "scheduled_for": None}

    def _full(self, taken: dict) -> dict:
        """A notification as it is told of afterwards."""
        address = taken["given"].get("email_address")
        usual = "sending" if taken["type"] == "email" else "accepted"
        return {
            "id": taken["id"],
            "reference": taken["reference"],
            "type": taken["type"],
            "email_address": address,
            "status": self.notify.statuses.get(address or "letter", usual),
            "created_at": "2026-11-23T12:00:00.000000Z",
            "sent_at": "2026-11-23T12:00:01.000000Z",
            "completed_at": None,
        }

    def _answer(self, status: int, told: dict) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _errors(status: int, error: str, message: str) -> dict:
    return {"status_code": status, "errors": [{"error": error, "message": message}]}


@contextmanager
def notify_server(**behaviour) -> Iterator[Notify]:
    """The stand-in on a port of this machine for as long as the block lasts."""
    notify = Notify(**behaviour)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Requests) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.notify = notify
        notify.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield notify
        finally:
            server.shutdown()
            thread.join()
