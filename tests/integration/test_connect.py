"""AnkiConnect: the request that is sent, and the error messages if it is missing or another program answers."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from studydeck.errors import AnkiError
from studydeck.integrations.anki_connect import import_package
from tests.support.answering_server import answering

PACKAGE = Path("deck.apkg")


@contextmanager
def respond_with(
    body: bytes, status: int = 200, wait: threading.Event | None = None
) -> Iterator[tuple[str, list[Any]]]:
    """Serve one response to every request; yield the address, and the list of requests."""
    requests: list[Any] = []

    def answer(request: Any) -> bytes:
        requests.append(request)
        if wait:
            wait.wait(5)
        return body

    with answering(answer, status) as address:
        try:
            yield address, requests
        finally:
            if wait:
                wait.set()


def message_for(body: Any, status: int = 200) -> str:
    """Return the error message for a response."""
    with respond_with(body if isinstance(body, bytes) else json.dumps(body).encode(), status) as (address, _):
        return error_message(address).replace(address, "ADDRESS")


def error_message(address: str, **options: Any) -> str:
    """Return the error message of a failing import."""
    with pytest.raises(AnkiError) as error:
        import_package(PACKAGE, address, **options)
    return str(error.value)


def test_the_request_is_importpackage_version_6() -> None:
    """The request is AnkiConnect's importPackage, version 6, with an absolute path."""
    with respond_with(b'{"result": true, "error": null}') as (address, requests):
        import_package(PACKAGE, address)
    assert requests == [{"action": "importPackage", "version": 6, "params": {"path": str(PACKAGE.resolve())}}]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("collection is not available", "Anki is open, but no profile is: choose one, and save again"),
        ("valid api key must be provided", "AnkiConnect requires a key: remove apiKey from the add-on's settings"),
        ("500: not\n a package", "Anki did not import the package: 500: not a package"),
        (None, "Anki did not import the package: it gave no reason"),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_errors_of_ankiconnect_are_reported_with_their_reason(error: str | None, expected: str, status: int) -> None:
    """An error is reported in one line, whatever the HTTP status."""
    assert message_for({"result": None, "error": error}, status).startswith(expected)


@pytest.mark.parametrize("body", [b"", b"hello", b"\xff", b"[]", b"{}", b'{"ok": true}'])
@pytest.mark.parametrize("status", [200, 404])
def test_another_program_at_the_port_is_recognised(body: bytes, status: int) -> None:
    """A response that is not AnkiConnect's is reported as such."""
    assert message_for(body, status) == "what answers at ADDRESS is not AnkiConnect; is another program using its port?"


@contextmanager
def serve_raw(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection by a function that gets it after the request arrived; yield the address."""

    def respond() -> None:
        client, _ = server.accept()
        with client, suppress(OSError):
            client.recv(1 << 16)
            serve(client)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=respond)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


GOOD = b'{"result": true, "error": null}'
STRANGE_ANSWERS: dict[str, bytes] = {
    "deep": b"[" * 500_000,
    "deep error": b'{"result": null, "error": ' + b"[" * 500_000,
    "result is a number": b'{"result": 1, "error": null}',
    "result is a list": b'{"result": [true], "error": null}',
    "result is a text": b'{"result": "true", "error": null}',
    "error is an object": b'{"result": null, "error": {"a": 1}}',
    "error is false": b'{"result": true, "error": false}',
    "no error": b'{"result": true}',
    "not a number": b'{"result": NaN, "error": null}',
    "half a surrogate": b'{"result": null, "error": "\\ud800"}',
    "UTF-16": '{"result": true, "error": null}'.encode("utf-16"),
    "two answers": GOOD + GOOD,
    "too large": GOOD + b" " * (1 << 20),
}


@pytest.mark.parametrize("name", STRANGE_ANSWERS)
def test_a_strange_answer_is_recognised(name: str) -> None:
    """An answer of another type, depth or size is not taken for success."""
    expected = "what answers at ADDRESS is not AnkiConnect; is another program using its port?"
    assert message_for(STRANGE_ANSWERS[name]) == expected


def test_a_long_error_is_cut() -> None:
    """An error of a megabyte is shown in part."""
    assert len(message_for({"result": None, "error": "no " * 300_000})) < 400


def endless(start: bytes, part: bytes, pause: float) -> Callable[[socket.socket], None]:
    """Return a function that sends a start, and a part again and again until the client closes the connection."""

    def serve(client: socket.socket) -> None:
        client.sendall(start)
        for _ in range(10_000):
            client.sendall(part)
            time.sleep(pause)

    return serve


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "body without length", "chunks", "header", "continue"],
)
def test_an_answer_that_drips_ends_after_the_timeout(start: bytes, part: bytes) -> None:
    """The time limit is for the whole exchange, not for each byte."""
    started = time.monotonic()
    with serve_raw(endless(start, part, 0.02)) as address:
        message = error_message(address, timeout=0.4)
        assert time.monotonic() - started < 2
        assert message == "Anki did not answer within 0.4 seconds; is one of its dialogs open?"


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 100_000),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 100_000),
        (b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"fffffff\r\n" + b" " * 1000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + b" " * (2 << 20), b" "),
    ],
    ids=["body", "header", "headers", "chunk", "bad chunk", "negative length"],
)
def test_an_answer_without_end_is_refused(start: bytes, part: bytes) -> None:
    """Only a limited part of it is read."""
    with serve_raw(endless(start, part, 0)) as address:
        assert "is not AnkiConnect" in error_message(address, timeout=20)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """Not even to an address that would answer as AnkiConnect does."""
    with respond_with(GOOD) as (target, requests):
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {target}/\r\nContent-Length: 0\r\n\r\n".encode()
        with serve_raw(lambda client: client.sendall(head)) as address:
            assert "is not AnkiConnect" in error_message(address)
    assert requests == []


@pytest.mark.parametrize("data", [b"SSH-2.0-OpenSSH_9.6\r\n", b""])
def test_a_server_without_http_is_recognised(data: bytes) -> None:
    """A server that sends another protocol or closes the connection is reported without a traceback."""

    def respond() -> None:
        client, _ = server.accept()
        with client:
            client.recv(1 << 16)
            client.sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=respond).start()
        port = server.getsockname()[1]
        assert "is not AnkiConnect" in error_message(f"http://127.0.0.1:{port}")


def test_a_closed_port_is_reported_with_what_to_install() -> None:
    """If nothing listens, the message names Anki, the add-on, its number and the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    message = error_message(f"http://127.0.0.1:{port}")
    assert message.startswith("Anki is not running, or its add-on AnkiConnect (2055492159) is not installed")
    assert f"127.0.0.1:{port}" in message


def test_a_missing_response_times_out() -> None:
    """An open dialog in Anki blocks its response; after the timeout this is reported."""
    waiting = threading.Event()
    with respond_with(b"{}", wait=waiting) as (address, _):
        message = error_message(address, timeout=0.1)
        waiting.set()
    assert message == "Anki did not answer within 0.1 seconds; is one of its dialogs open?"


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8765",
        "file:///etc/passwd",
        "ftp://127.0.0.1",
        "",
        "http://",
        "http:///x",
        "http://[",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:0",
        "http://127.0.0.1:1/ \x7f",
        "http://a\x1b[2Jb/",
        f"http://{'a' * 70}.b/",
        "http://\udcff/",
    ],
)
def test_an_invalid_address_is_reported(address: str) -> None:
    """An invalid address gives an error message, and no file is opened."""
    assert error_message(address)


def test_a_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxy settings of the environment are ignored."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with respond_with(b'{"result": true, "error": null}') as (address, _):
        import_package(PACKAGE, address)
