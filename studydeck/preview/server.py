"""Serve the preview on 127.0.0.1 and reload it in the browser: a function that renders the page in, a server out.

    GET /          the page, rendered for each request
    GET /events    a stream (text/event-stream) with one event for each page newer than the one served last

Requests with another Host header are refused, so that a foreign site whose name resolves to 127.0.0.1 (DNS rebinding)
cannot read the page.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any

HOST = "127.0.0.1"
# Seconds between messages on an idle stream: writing to one that the browser closed fails and ends its thread.
_HEARTBEAT_INTERVAL = 15.0
_POLL_INTERVAL = 0.05  # seconds between checks whether the server should stop


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # On Windows this option would let another program take over a port that is in use.
    allow_reuse_address = sys.platform != "win32"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore connections that the browser closed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class PreviewServer:
    """The server, in its own threads; `notify` makes every open page reload."""

    def __init__(self, page: Callable[[], str], port: int = 0) -> None:
        self._changed = threading.Condition()
        self._newest_number = self._served_number = 0  # of the newest page and of the page served last
        self._closed = False
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._respond(self, page)

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
        with self._changed:
            self._newest_number += 1
            self._changed.notify_all()

    def close(self) -> None:
        """Close all streams and stop the server."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, handler: BaseHTTPRequestHandler, page: Callable[[], str]) -> None:
        host = handler.headers.get("Host", "")
        if f"http://{host}/" != self.address and host != f"localhost:{self._server.server_address[1]}":
            handler.send_error(403)
        elif handler.path == "/":
            self._served_number = self._newest_number  # set before rendering: a page that changes meanwhile is newer
            self._send_page(handler, page().encode())
        elif handler.path == "/events":
            self._send_events(handler, self._served_number)
        else:
            handler.send_error(404)

    def _send_page(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self._send_headers(handler, "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _send_events(self, handler: BaseHTTPRequestHandler, seen_number: int) -> None:
        self._send_headers(handler, "text/event-stream")
        handler.end_headers()
        handler.wfile.write(b": hello\n\n")
        while not self._closed:
            number = self._wait_for_newer(seen_number)
            handler.wfile.write(b": alive\n\n" if number == seen_number else b"data: newer\n\n")
            seen_number = number

    def _send_headers(self, handler: BaseHTTPRequestHandler, content_type: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Cache-Control", "no-store")
        handler.send_header("X-Content-Type-Options", "nosniff")
        # No other site may embed or read this page.
        handler.send_header("X-Frame-Options", "DENY")
        handler.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _wait_for_newer(self, seen_number: int) -> int:
        """Wait for a newer page and return its number, or the same number after the heartbeat interval."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._newest_number > seen_number, timeout=_HEARTBEAT_INTERVAL
            )
            return max(seen_number, self._newest_number)
