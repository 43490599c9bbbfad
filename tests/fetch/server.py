"""A web server on this machine that answers as a test says, well or badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from framing.fetch.client import FetchOptions

#: No waiting, short limits, and the only addresses that tests may ask.
QUICK = FetchOptions(
    allow_private=True, pause=0, first_wait=0.01, most_wait=0.2, connect_seconds=0.6, seconds=1.5, most_bytes=300_000
)


class Request(BaseHTTPRequestHandler):
    """One request; a test's function writes the answer, byte for byte where it wants to."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        answer = self.server.pages.get(self.path)
        if answer is None:
            self.send(b"", 404)
        elif isinstance(answer, bytes):
            self.send(answer)
        else:
            answer(self)

    def send(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A proper answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.raw(body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are; a client that has gone is no failure of the test."""
        try:
            self.wfile.write(data)
            self.wfile.flush()
        except OSError:
            self.server.gone.set()

    def wait(self, seconds: float) -> bool:
        """Do nothing for a while; whether the test is still running."""
        return not self.server.closing.wait(seconds)

    def log_message(self, format: str, *args: object) -> None:
        pass


Answer = bytes | Callable[[Request], None]


class Site(ThreadingHTTPServer):
    """The pages of a server, and what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.closing = threading.Event()
        self.gone = threading.Event()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        """What was asked for, robots.txt left out."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what many tests are about."""


@contextmanager
def running() -> Iterator[Site]:
    """A site that answers until the block ends."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            site.closing.set()
            site.shutdown()
            thread.join()
