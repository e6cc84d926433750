"""Answer the requests of the page on which an author decides about the notes: a request in, a reply out.

    GET  /curate           the page; it holds nothing of the notes
    GET  /curate/list      the GUIDs of the notes that pass a filter, in order, and how many are left
    GET  /curate/notes     the lines of the list for some GUIDs
    GET  /curate/note      one note with its cards, as Anki shows them, and its digest
    GET  /curate/source    the text of the file of a note
    GET  /curate/changes   the number of the newest build, once it is newer than the one named
    POST /curate/decide    {"note": GUID, "digest": …, "choice": {…}}: decide about a note as the page showed it
    POST /curate/undo      {}: take the last decision back

All but the first need the token, which only the address has that the terminal shows, and come from this origin: a page
of another one can neither send the token nor read a reply. A body is JSON, of an announced and small size.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from studydeck.preview.curation import Choice, Curation, Refusal, RefusalKind
from studydeck.preview.server import HTML, JSON, Builds, Reply, Request

TOKEN_HEADER = "X-Studydeck-Token"  # noqa: S105  # the name of the header, not a token
MAX_BODY = 64_000  # bytes of a request
_MAX_NOTES = 200  # in one reply
_MAX_FIELDS = 10  # of a query
_MAX_DIGITS = 15  # of the number of a build
_PAGE = "/curate"
_STATUS = {RefusalKind.UNKNOWN: 404, RefusalKind.STALE: 409, RefusalKind.INVALID: 400, RefusalKind.UNWRITABLE: 500}

Body = TypeVar("Body")


class _Decide(Struct, frozen=True, forbid_unknown_fields=True):
    note: str
    digest: str
    choice: Choice


class _Undo(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request that takes back the last decision: an empty object."""


class _RefusedError(Exception):
    """A request that is refused before anything is done: a status, and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class CurationRequests:
    """Answers requests for one session of curating; `changes` counts the builds, `page` renders the page."""

    def __init__(self, curation: Curation, token: str, changes: Builds, page: Callable[[], str]) -> None:
        self._curation, self._token, self._changes, self._page = curation, token, changes, page

    def __call__(self, request: Request) -> Reply:
        """Return the reply to a request whose path begins with /curate."""
        try:
            if (request.method, request.path) == ("GET", _PAGE):
                return Reply(self._page().encode(), HTML)
            _check_sender(request, self._token)
            return self._answer(request)
        except _RefusedError as refused:
            return _json({"error": str(refused)}, refused.status)

    def _answer(self, request: Request) -> Reply:
        curation, query = self._curation, _query(request)
        match request.method, request.path.removeprefix(_PAGE):
            case "GET", "/list":
                number = self._changes.newest  # before the list is made: a build meanwhile is newer
                return _json({**curation.listed(query), "build": number})
            case "GET", "/notes":
                return _json(curation.lines(query.get("notes", "").split(",")[:_MAX_NOTES]))
            case "GET", "/note":
                return _result(curation.note(query.get("note", "")))
            case "GET", "/source":
                return _result(curation.source(query.get("note", "")))
            case "GET", "/changes":
                seen = query.get("build", "")
                return _json(
                    {
                        "build": self._changes.wait_for_newer(
                            int(seen) if seen.isdecimal() and len(seen) <= _MAX_DIGITS else 0
                        )
                    }
                )
            case "POST", "/decide":
                body = _body(request, _Decide)
                return _result(curation.decide(body.note, body.digest, body.choice))
            case "POST", "/undo":
                _body(request, _Undo)
                return _result(curation.undo())
        raise _RefusedError(404, "there is no such page")


def _check_sender(request: Request, token: str) -> None:
    """Refuse what a page of another origin, or somebody without the token, sends."""
    headers = request.headers
    if headers.get("Origin", request.origin) != request.origin:
        raise _RefusedError(403, "this request comes from a page of another origin")
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise _RefusedError(403, "this request comes from a page of another site")
    if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), token.encode()):
        raise _RefusedError(403, "the token is wrong: open the address that the terminal shows")


def _body(request: Request, body_type: type[Body]) -> Body:
    """Return the body of a request, which is read only if its size was announced and is small."""
    headers = request.headers
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise _RefusedError(415, "the body is no application/json")
    size = headers.get("Content-Length", "")
    if "Transfer-Encoding" in headers or not (size.isascii() and size.isdigit()):
        raise _RefusedError(411, "the size of the body is not announced")
    if len(size) > len(str(MAX_BODY)) or int(size) > MAX_BODY:
        raise _RefusedError(413, f"the body is larger than {MAX_BODY:,} bytes")
    try:
        return msgspec.json.decode(request.read(int(size)), type=body_type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as decode_error:
        raise _RefusedError(400, f"the body is no valid request: {decode_error}") from None


def _query(request: Request) -> dict[str, str]:
    try:
        return {name: values[0] for name, values in parse_qs(request.query, max_num_fields=_MAX_FIELDS).items()}
    except ValueError as value_error:
        raise _RefusedError(400, f"the query is too long: {value_error}") from None


def _result(result: Mapping[str, Any] | Refusal) -> Reply:
    if isinstance(result, Refusal):
        return _json({"error": result.reason, "note": result.note}, _STATUS[result.kind])
    return _json(result)


def _json(value: Mapping[str, Any], status: int = 200) -> Reply:
    return Reply(msgspec.json.encode(value), JSON, status)
