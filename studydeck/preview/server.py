"""Serve local pages on 127.0.0.1, and tell them of newer builds: functions that answer requests in, a server out.

    GET /          the preview, rendered for each request
    GET /events    a stream (text/event-stream) with one event for each build newer than the page served last
    /curate…       what `curation_requests` answers, if the author can decide about the notes here

Requests with another Host header are refused, so that a foreign site whose name resolves to 127.0.0.1 (DNS rebinding)
cannot read the page. No reply lets a page of another origin read it, embed it, or share its window.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any

from msgspec import Struct, field

HOST = "127.0.0.1"
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
JSON, EVENTS = "application/json", "text/event-stream"
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}
# Seconds between messages on an idle stream: writing to one that the browser closed fails and ends its thread.
_HEARTBEAT_INTERVAL = 15.0
_POLL_INTERVAL = 0.05  # seconds between checks whether the server should stop
_READ_TIMEOUT = 20.0  # seconds in which a client must send what it announced


class Request(Struct, frozen=True):
    """A request with this server's own Host: `origin` is that of its pages, `read` returns bytes of the body."""

    method: str
    path: str
    query: str
    headers: Message
    origin: str
    read: Callable[[int], bytes]


class Reply(Struct, frozen=True):
    """A reply: its body as a whole, or as a stream that ends when the browser closes it."""

    body: bytes | Iterator[bytes]
    content_type: str = TEXT
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Windows this option would let another program take over a port that is in use.
    allow_reuse_address = sys.platform != "win32"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that the browser closed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Builds:
    """Counts the builds, and lets the threads of requests wait for the next one."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.newest = 0
        self.closed = False

    def notify(self) -> None:
        """Count a new build."""
        with self._changed:
            self.newest += 1
            self._changed.notify_all()

    def close(self) -> None:
        """End all waiting."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()

    def wait_for_newer(self, seen: int) -> int:
        """Wait for a newer build and return its number, or the same number after the heartbeat interval."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self.newest > seen, timeout=_HEARTBEAT_INTERVAL)
            return max(seen, self.newest)


class PreviewServer:
    """The server, in its own threads; `notify` makes every open page reload.

    `page` renders the preview; without one, only what `curate` answers is served. `curate` gets the requests whose path
    begins with /curate.
    """

    def __init__(
        self,
        page: Callable[[], str] | None,
        port: int = 0,
        curate: Callable[[Request], Reply] | None = None,
    ) -> None:
        self._page, self._curate, self._builds = page, curate, Builds()
        self._served_number = 0  # of the page served last
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _READ_TIMEOUT

            def do_GET(self) -> None:
                server._respond(self)

            def do_POST(self) -> None:
                server._respond(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its parameter's name
                """Log no requests: the console shows only the results of builds."""

        self._server = _Server((HOST, port), Handler)
        thread = threading.Thread(target=BaseServer.serve_forever, args=(self._server, _POLL_INTERVAL), daemon=True)
        thread.start()

    @property
    def address(self) -> str:
        """Return the address of the page."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def notify(self) -> None:
        """Make every open page reload."""
        self._builds.notify()

    def close(self) -> None:
        """Close all streams and stop the server."""
        self._builds.close()
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, handler: BaseHTTPRequestHandler) -> None:
        port = self._server.server_address[1]
        host = handler.headers.get("Host", "")
        if host not in (f"{HOST}:{port}", f"localhost:{port}"):
            _send(handler, Reply(b"this address is not served here\n", status=403))
            return
        path, _, query = handler.path.partition("?")
        request = Request(handler.command, path, query, handler.headers, f"http://{host}", handler.rfile.read)
        _send(handler, self._reply(request))

    def _reply(self, request: Request) -> Reply:
        if self._curate and (request.path == "/curate" or request.path.startswith("/curate/")):
            return self._curate(request)
        if request.method == "GET" and self._page and request.path == "/":
            self._served_number = self._builds.newest  # before rendering: a page that changes meanwhile is newer
            return Reply(self._page().encode(), HTML)
        if request.method == "GET" and self._page and request.path == "/events":
            return Reply(self._events(self._served_number), EVENTS)
        return Reply(b"there is no such page\n", status=404)

    def _events(self, seen: int) -> Iterator[bytes]:
        yield b": hello\n\n"
        while not self._builds.closed:
            number = self._builds.wait_for_newer(seen)
            yield b": alive\n\n" if number == seen else b"data: newer\n\n"
            seen = number


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.content_type)
    for name, value in {**_HEADERS, **reply.headers}.items():
        handler.send_header(name, value)
    if isinstance(reply.body, bytes):
        handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    for part in (reply.body,) if isinstance(reply.body, bytes) else reply.body:
        handler.wfile.write(part)
