"""Servers of this process, and a world whose names mean what a test says, for requests that the node makes."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from comity.records import outgoing

PUBLIC = "93.184.215.14"
TEXT = b"Article 1. Subject matter. " * 1_000

Handler = BaseHTTPRequestHandler
Answer = Callable[[Handler], None]


@dataclass
class Server:
    """A server of this process: what it says, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    scheme: str = "http"

    def address(self, path: str = "/text", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _headers in self.asked]


def says(content: bytes = TEXT, status: int = 200, **headers: str) -> Answer:
    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(content))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def moved(to: str, status: int = 302) -> Answer:
    return says(b"", status, Location=to)


def in_turn(*answers: Answer) -> Answer:
    """One answer after the other; the last one for ever."""
    waiting = list(answers)

    def answer(handler: Handler) -> None:
        (waiting.pop(0) if len(waiting) > 1 else waiting[0])(handler)

    return answer


def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.asked.append((self.path, dict(self.headers)))
            one.answers.get(self.path, says(b"nothing", 404))(self)

        def log_message(self, *_words: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    http.daemon_threads = True
    if context:
        http.socket = context.wrap_socket(http.socket, server_side=True)
    one = Server(http.server_port, scheme="https" if context else "http")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield one
    http.shutdown()
    http.server_close()
    thread.join()


@dataclass
class World:
    """Names and what they mean. Connections to public addresses come out at this process's servers."""

    names: dict[str, list[str]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    joined: list[str] = field(default_factory=list)


def fetch(address: str, **options: object) -> outgoing.Fetched:
    """Without waiting, and without patience for a test that hangs."""
    return outgoing.fetch(
        address, **({"most": 1 << 20, "timeout": 5, "longest": 60, "sleep": lambda _s: None} | options)
    )
