"""AnkiConnect: what the tool says to it, and what it says to the author where it is not there, or not itself."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from studydeck.errors import AnkiError
from studydeck.integrations.anki_connect import import_package

PACKAGE = Path("deck.apkg")


@contextmanager
def answering(body: bytes, status: int = 200, wait: threading.Event | None = None) -> Iterator[tuple[str, list[Any]]]:
    """Serve one answer to everything; give the address, and what was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if wait:
                wait.wait(5)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            if wait:
                wait.set()
            server.shutdown()
            serving.join()


def said(body: Any, status: int = 200) -> str:
    """Give the words for an answer."""
    with answering(body if isinstance(body, bytes) else json.dumps(body).encode(), status) as (address, _):
        return refusal(address).replace(address, "ADDRESS")


def refusal(address: str, **more: Any) -> str:
    """Give what stands in the way of an import."""
    with pytest.raises(AnkiError) as stopped:
        import_package(PACKAGE, address, **more)
    return str(stopped.value)


def test_the_add_on_is_asked_in_its_own_words() -> None:
    """The request is AnkiConnect's importPackage, version 6, with a path that another program can open."""
    with answering(b'{"result": true, "error": null}') as (address, asked):
        import_package(PACKAGE, address)
    assert asked == [{"action": "importPackage", "version": 6, "params": {"path": str(PACKAGE.resolve())}}]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("collection is not available", "Anki is open, but no profile is: choose one, and save again"),
        ("valid api key must be provided", "AnkiConnect requires a key: remove apiKey from the add-on's settings"),
        ("500: not\n a package", "Anki did not import the package: 500: not a package"),
        (None, "Anki did not import the package: it gave no reason"),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_what_the_add_on_refuses_is_said_with_its_reason(error: str | None, words: str, status: int) -> None:
    """An error comes back in one line, whatever the status that carries it."""
    assert said({"result": None, "error": error}, status).startswith(words)


@pytest.mark.parametrize("body", [b"", b"hello", b"\xff", b"[]", b"{}", b'{"ok": true}'])
@pytest.mark.parametrize("status", [200, 404])
def test_another_program_at_the_port_is_recognised(body: bytes, status: int) -> None:
    """Whatever is no answer of AnkiConnect is said to be none."""
    assert said(body, status) == "what answers at ADDRESS is not AnkiConnect; is another program using its port?"


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.6\r\n", b""])
def test_what_does_not_speak_http_is_recognised(words: bytes) -> None:
    """A server that greets first, or hangs up, is no AnkiConnect, and no traceback."""

    def greet() -> None:
        client, _ = listening.accept()
        with client:
            client.recv(1 << 16)
            client.sendall(words)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=greet).start()
        port = listening.getsockname()[1]
        assert "is not AnkiConnect" in refusal(f"http://127.0.0.1:{port}")


def test_nobody_there_is_said_with_what_to_install() -> None:
    """Where nothing listens, the words name Anki, the add-on, its number and the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = refusal(f"http://127.0.0.1:{port}")
    assert found.startswith("Anki is not running, or its add-on AnkiConnect (2055492159) is not installed")
    assert f"127.0.0.1:{port}" in found


def test_a_silent_anki_is_not_waited_for_without_end() -> None:
    """A dialog that is open in Anki keeps it from answering; that is said when the patience is over."""
    waiting = threading.Event()
    with answering(b"{}", wait=waiting) as (address, _):
        found = refusal(address, patience=0.1)
        waiting.set()
    assert found == "Anki did not answer within 0.1 seconds; is one of its dialogs open?"


@pytest.mark.parametrize("address", ["localhost:8765", "file:///etc/passwd", "", "http://[", "http://127.0.0.1:port"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    """Whatever was typed for an address ends in a line, and no file is opened."""
    assert refusal(address)


def test_a_proxy_of_the_network_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says about proxies does not concern this machine."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering(b'{"result": true, "error": null}') as (address, _):
        import_package(PACKAGE, address)
