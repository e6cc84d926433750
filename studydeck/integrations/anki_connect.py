"""Ask the Anki running on this machine, through its add-on AnkiConnect: import a package, or read notes of a deck.

The add-on listens on 127.0.0.1:8765 and answers a POST of {"action", "version": 6, "params"} with {"result", "error"}.
Another program may listen there: its answer is limited in size and time, and no redirect and no proxy is followed.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from studydeck.apkg.export_reader import ExportedNote
from studydeck.errors import AnkiError

ADDRESS = "http://127.0.0.1:8765"
_ADD_ON_CODE = "2055492159"
_TIMEOUT = 120.0  # seconds for the whole exchange: Anki needs some time for a large deck
_LARGEST_ANSWER = 1 << 20  # bytes
_LARGEST_NOTES = 1 << 26  # bytes of the notes that are asked for at once
_NOTES_AT_ONCE = 500
_FLAGS = range(1, 8)
_MAX_REASON = 300  # characters of an error that are shown
_CONNECTIONS: dict[str, Callable[..., HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


_Result = TypeVar("_Result")
_NoteIds = list[Annotated[int, Meta(gt=0)]]


class _Answer(Struct, Generic[_Result]):
    result: _Result | None
    error: str | None


class _Value(Struct):
    value: str


class _Note(Struct):
    """A note as AnkiConnect gives it; its tags and its cards are not read."""

    note_id: int = msgspec.field(name="noteId")
    fields: dict[str, _Value] = {}  # msgspec copies it; empty for a note that was removed since


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
    answer = _ask("importPackage", {"path": str(package.resolve())}, _Answer[bool], address, timeout)
    if answer.error or not answer.result:
        raise _refusal(answer.error, "import the package", "save again")


def read_notes(guids: Sequence[str], address: str = ADDRESS, timeout: float = _TIMEOUT) -> Iterator[ExportedNote]:
    """Yield the notes of a deck as they are in the running Anki, with their flags and suspended cards.

    Parameters
    ----------
    guids : of the deck's notes, which the notes have in their field ID; no other note is read.
    address : where AnkiConnect listens.
    timeout : how many seconds each exchange may take.

    Raises
    ------
    AnkiError : if Anki does not give them, with the reason.
    """
    wanted = frozenset(guids)
    for start in range(0, len(guids), _NOTES_AT_ONCE):
        query = f'"ID:re:^(?:{"|".join(guids[start : start + _NOTES_AT_ONCE])})$"'
        ids = _found(query, address, timeout)
        if not ids:
            continue
        own = f"nid:{','.join(map(str, ids))}"
        flags = {flag: frozenset(_found(f"{own} flag:{flag}", address, timeout)) for flag in _FLAGS}
        suspended = frozenset(_found(f"{own} is:suspended", address, timeout))
        answer = _ask("notesInfo", {"notes": ids}, _Answer[list[_Note]], address, timeout, _LARGEST_NOTES)
        for note in _result(answer):
            fields = {name: field.value for name, field in note.fields.items()}
            if (guid := fields.get("ID", "")) in wanted:
                own_flags = tuple(flag for flag, flagged in flags.items() if note.note_id in flagged)
                yield ExportedNote(guid, fields, own_flags, note.note_id in suspended)


def _found(query: str, address: str, timeout: float) -> list[int]:
    answer = _ask("findNotes", {"query": query}, _Answer[_NoteIds], address, timeout)
    ids: list[int] = _result(answer)
    return ids


def _result(answer: _Answer[_Result]) -> _Result:
    if answer.error or answer.result is None:
        raise _refusal(answer.error, "give its notes", "run the command again")
    return answer.result


def _ask(
    action: str,
    params: Mapping[str, object],
    answer_type: Any,
    address: str,
    timeout: float,
    largest: int = _LARGEST_ANSWER,
) -> Any:
    """Return the answer of AnkiConnect to an action, with its own error if there is one."""
    payload = {"action": action, "version": 6, "params": params}
    connection, path = _connect(address, timeout)
    try:
        body = _post(connection, path, msgspec.json.encode(payload), timeout, largest)
        return msgspec.json.decode(body, type=answer_type)
    except TimeoutError as fault:
        raise _timeout_error(timeout) from fault
    except (OSError, HTTPException, ValueError, RecursionError) as fault:  # msgspec raises ValueErrors
        message = f"what answers at {address} is not AnkiConnect; is another program using its port?"
        raise AnkiError(message) from fault
    finally:
        connection.close()


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


def _post(connection: HTTPConnection, path: str, body: bytes, timeout: float, largest: int) -> bytes:
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
            answer = response.read(largest + 1)
    except (OSError, HTTPException, ValueError) as fault:
        raise TimeoutError if expired.is_set() else fault from fault
    finally:
        timer.cancel()
    if expired.is_set():
        raise TimeoutError
    if len(answer) > largest:
        raise ValueError("the answer is too large")
    return answer


def _timeout_error(timeout: float) -> AnkiError:
    return AnkiError(f"Anki did not answer within {timeout:g} seconds; is one of its dialogs open?")


def _refusal(error: str | None, action: str, then: str) -> AnkiError:
    """Return the error for an answer without a result; `then` is what to do once its cause is gone."""
    reason = " ".join((error or "it gave no reason")[:_MAX_REASON].split())
    if "collection is not available" in reason:
        return AnkiError(f"Anki is open, but no profile is: choose one, and {then}")
    if "api key" in reason.lower():
        return AnkiError(f"AnkiConnect requires a key: remove apiKey from the add-on's settings, and {then}")
    return AnkiError(f"Anki did not {action}: {reason}")
