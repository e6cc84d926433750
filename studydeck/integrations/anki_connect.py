"""Import a package into the Anki running on this machine, through its add-on AnkiConnect: the path of a package in.

The add-on listens on 127.0.0.1:8765 and answers a POST of {"action", "version": 6, "params"} with {"result", "error"}.
Another program may listen there: its answer is limited in size and time, and no redirect and no proxy is followed.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from studydeck.errors import AnkiError

ADDRESS = "http://127.0.0.1:8765"
_ADD_ON_CODE = "2055492159"
_TIMEOUT = 120.0  # seconds for the whole exchange: Anki needs some time for a large deck
_LARGEST_ANSWER = 1 << 20  # bytes
_MAX_REASON = 300  # characters of an error that are shown
_CONNECTIONS: dict[str, Callable[..., HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


class _Answer(Struct):
    result: bool | None
    error: str | None


def import_package(package: Path, address: str = ADDRESS, timeout: float = _TIMEOUT) -> None:
    """Import a package into the running Anki.

    Parameters
    ----------
    package : the path of an `.apkg`.
    address : where AnkiConnect listens.
    timeout : how many seconds the whole exchange may take.

    Raises
    ------
    AnkiError : if the import failed, with the reason.
    """
    payload = {"action": "importPackage", "version": 6, "params": {"path": str(package.resolve())}}
    connection, path = _connect(address, timeout)
    try:
        body = _post(connection, path, msgspec.json.encode(payload), timeout)
        answer = msgspec.json.decode(body, type=_Answer)
    except TimeoutError as fault:
        raise _timeout_error(timeout) from fault
    except (OSError, HTTPException, ValueError, RecursionError) as fault:  # msgspec raises ValueErrors
        message = f"what answers at {address} is not AnkiConnect; is another program using its port?"
        raise AnkiError(message) from fault
    finally:
        connection.close()
    if answer.error or not answer.result:
        raise _import_error(answer.error)


def _connect(address: str, timeout: float) -> tuple[HTTPConnection, str]:
    """Return a connection that is open, and the path of the address; unlike urllib, it knows no redirect and proxy."""
    try:
        parts = urlsplit(address)
        connection = _CONNECTIONS[parts.scheme](parts.hostname or "", parts.port, timeout=timeout)
    except (ValueError, KeyError, HTTPException) as fault:
        raise AnkiError(f"{address} is not an address of AnkiConnect; use one like {ADDRESS}") from fault
    try:
        connection.connect()
    except TimeoutError as fault:
        raise _timeout_error(timeout) from fault
    except (OSError, ValueError) as fault:
        message = f"Anki is not running, or its add-on AnkiConnect ({_ADD_ON_CODE}) is not installed"
        raise AnkiError(f"{message}: nothing is at {address}") from fault
    return connection, parts.path or "/"


def _post(connection: HTTPConnection, path: str, body: bytes, timeout: float) -> bytes:
    """Return the body of the response, also of one with an HTTP error status, whose body has the reason.

    The connection is shut down after `timeout` seconds: the timeout of a socket starts again with every byte.
    """
    opened, expired = connection.sock, threading.Event()

    def shut_down() -> None:
        expired.set()
        with suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(timeout, shut_down)
    timer.daemon = True
    timer.start()
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", "Connection": "close"})
        with connection.getresponse() as response:
            answer = response.read(_LARGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as fault:
        raise TimeoutError if expired.is_set() else fault from fault
    finally:
        timer.cancel()
    if expired.is_set():
        raise TimeoutError
    if len(answer) > _LARGEST_ANSWER:
        raise ValueError("the answer is too large")
    return answer


def _timeout_error(timeout: float) -> AnkiError:
    return AnkiError(f"Anki did not answer within {timeout:g} seconds; is one of its dialogs open?")


def _import_error(error: str | None) -> AnkiError:
    reason = " ".join((error or "it gave no reason")[:_MAX_REASON].split())
    if "collection is not available" in reason:
        return AnkiError("Anki is open, but no profile is: choose one, and save again")
    if "api key" in reason.lower():
        return AnkiError("AnkiConnect requires a key: remove apiKey from the add-on's settings, and save again")
    return AnkiError(f"Anki did not import the package: {reason}")
