"""A page on this machine alone that comes anew whenever there is a newer one: http.server on 127.0.0.1, and events.

    GET /          the page, made when it is asked for
    GET /events    a stream (text/event-stream) with one event for every page newer than the one that was served last

Only requests for this very address are answered: a page from elsewhere that points its name at 127.0.0.1 gets nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any

HOST = "127.0.0.1"
_HEARTBEAT = 15.0  # seconds after which a silent stream says that it lives, so that one that is closed is let go
_GLANCE = 0.05  # seconds between two looks at whether the server is to end


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that went away."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Live:
    """The server, in threads of its own; `announce` tells every open page that there is a newer one."""

    def __init__(self, page: Callable[[], str], port: int = 0) -> None:
        self._changed = threading.Condition()
        self._number = self._served = 0  # of the newest page, and of the one that was served last
        self._closed = False
        live = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                live._answer(self, page)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its parameter's name
                """Say nothing: the terminal is for what changed."""

        self._server = _Server((HOST, port), Handler)
        serving = threading.Thread(target=BaseServer.serve_forever, args=(self._server, _GLANCE), daemon=True)
        serving.start()

    @property
    def address(self) -> str:
        """Give where the page is."""
        return f"http://{HOST}:{self._server.server_address[1]}/"

    def notify(self) -> None:
        """Tell every open page to come anew."""
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """End all streams and the server."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler, page: Callable[[], str]) -> None:
        host = handler.headers.get("Host", "")
        if f"http://{host}/" != self.address and host != f"localhost:{self._server.server_address[1]}":
            handler.send_error(403)
        elif handler.path == "/":
            self._served = self._number  # before it is made: a page that comes meanwhile is newer
            self._page(handler, page().encode())
        elif handler.path == "/events":
            self._events(handler, self._served)
        else:
            handler.send_error(404)

    def _page(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self._head(handler, "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _events(self, handler: BaseHTTPRequestHandler, seen: int) -> None:
        self._head(handler, "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b": hello\n\n")
        while not self._closed:
            now = self._newer(seen)
            handler.wfile.write(b": alive\n\n" if now == seen else b"data: newer\n\n")
            seen = now

    def _head(self, handler: BaseHTTPRequestHandler, kind: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Cache-Control", "no-store")
        handler.send_header("X-Content-Type-Options", "nosniff")
        # No other page may show this one, or read it as if it were its own.
        handler.send_header("X-Frame-Options", "DENY")
        handler.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _newer(self, seen: int) -> int:
        """Wait for a page after the one that was seen, and give its number; or the same after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._number > seen, timeout=_HEARTBEAT)
            return max(seen, self._number)
