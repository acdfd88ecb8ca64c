"""What a person has beside the browser: the e-mails they got, and the app that shows codes."""

import email
import email.policy
import re
import time
from base64 import b32decode
from dataclasses import dataclass
from email.message import EmailMessage

from django_otp.oath import TOTP

from tests.machinery.sites import Site

ARRIVES_WITHIN_SECONDS = 45  # a worker sends it, and a busy machine takes its time


def letters_to(site: Site, address: str) -> list[EmailMessage]:
    """The e-mails to that address in the folder that the site writes them to, oldest first."""
    found = []
    for path in sorted((site.home / "outbox").glob("*"), key=lambda path: path.stat().st_mtime_ns):
        for text in path.read_text().split("\n" + "-" * 79 + "\n"):
            if text.strip():
                found.append(email.message_from_string(text, policy=email.policy.default))
    return [letter for letter in found if address in str(letter["To"])]


def link_sent_to(site: Site, address: str, letter: int = 1) -> str:
    """The first link in the first letter to the address (or the second, …), once it has come."""
    until = time.monotonic() + ARRIVES_WITHIN_SECONDS
    while time.monotonic() < until:
        letters = letters_to(site, address)
        if len(letters) >= letter:
            text = letters[letter - 1].get_body(("plain",)).get_content()
            return re.search(r"https?://\S+", text)[0]
        time.sleep(0.2)
    raise AssertionError(f"No letter {letter} to {address} came.\n{site.log_tail()}")


@dataclass
class AuthenticatorApp:
    """An app on a telephone that holds the key; each code it gives is another one."""

    key: str
    ahead_seconds: int = 0

    def code(self) -> str:
        """The code of the moment, or once that was used, of the next half minute, which counts already."""
        totp = TOTP(b32decode(self.key + "=" * (-len(self.key) % 8)))
        totp.time = time.time() + self.ahead_seconds
        self.ahead_seconds += 30
        return f"{totp.token():06d}"
