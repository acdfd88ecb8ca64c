"""A mail server of a few lines, which can refuse, hang up or keep silent where a test wants it to."""

import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What it took, and how it behaves."""

    taken: list[bytes] = field(default_factory=list)
    answer_to: dict[str, str] = field(default_factory=dict)  # {"RCPT": "550 no such person"}
    hang_up_after_data: bool = False
    silent_after_data: threading.Event | None = None  # set once it has the data; the answer never comes
    port: int = 0


class _Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: MailServer = self.server.mail
        self._say("220 here")
        while line := self.rfile.readline().decode():
            verb = line.split()[0].upper().rstrip(":")
            if answer := server.answer_to.get(verb):
                self._say(answer)
            elif verb == "DATA":
                self._say("354 go on")
                if not self._take(server):
                    return
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 yes")

    def _take(self, server: MailServer) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        server.taken.append(b"".join(lines))
        if server.hang_up_after_data:
            return False
        if server.silent_after_data:
            server.silent_after_data.set()
            threading.Event().wait(30)
        self._say(server.answer_to.get("END", "250 taken"))
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(**behaviour):
    """A server on a port of this machine for as long as the block lasts."""
    mail = MailServer(**behaviour)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Dialogue) as server:
        server.daemon_threads = True
        server.block_on_close = False
        server.mail, mail.port = mail, server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
