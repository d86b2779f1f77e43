"""A mail server and a group's robot that keep what they are sent, and fail as they are told to."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class MailStub(socketserver.ThreadingTCPServer):
    """Takes every mail, but answers what `replies` says to the recipient or to the content; closes where that is 0."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailHandler)
        self.replies: dict[str, int] = {}
        self.taken: list[tuple[str, EmailMessage]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _MailHandler(socketserver.StreamRequestHandler):
    server: MailStub

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        self._say("220 stub")
        to = ""
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper().decode()
            if word == "RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
                code = self.server.replies.get("rcpt", 250)
                self._say(f"{code} said")
            elif word == "DATA":
                self._say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part.removeprefix(b"."))
                code = self.server.replies.get("data", 250)
                if code in (0, 250):
                    message = message_from_bytes(b"".join(lines), policy=policy.default)
                    assert isinstance(message, EmailMessage)
                    self.server.taken.append((to, message))
                if code == 0:
                    return
                self._say(f"{code} said")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 stub")


class RobotStub(HTTPServer):
    """Takes every message and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _RobotHandler)
        self.answer: tuple[int, dict[str, Any]] = (200, {"errcode": 0, "errmsg": "ok"})
        self.taken: list[tuple[str, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/robot/send"


class _RobotHandler(BaseHTTPRequestHandler):
    server: RobotStub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, json.loads(body)))
        status, said = self.server.answer
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """A server at work in a thread."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
