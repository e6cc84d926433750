"""Hand a package to the Anki that runs on this machine, through its add-on AnkiConnect.

The add-on listens on 127.0.0.1:8765 and answers a POST of {"action", "version": 6, "params"} with {"result", "error"}.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

from studydeck.errors import AnkiError

ADDRESS = "http://127.0.0.1:8765"
_ADD_ON = "2055492159"
_PATIENCE = 120.0  # seconds: a large deck takes Anki a while
_LONGEST = 1 << 20  # bytes of an answer that are worth reading
# What stands in the environment about proxies is about the network, not about this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def import_package(package: Path, address: str = ADDRESS, patience: float = _PATIENCE) -> None:
    """Let Anki import a package; an AnkiError says what stood in the way. `patience` is in seconds."""
    if not address.startswith(("http://", "https://")):
        raise AnkiError(f"{address} is no address of AnkiConnect; it is like {ADDRESS}")
    asked = {"action": "importPackage", "version": 6, "params": {"path": str(package.resolve())}}
    try:
        answer = json.loads(_said(address, json.dumps(asked).encode(), patience))
    except TimeoutError as late:
        raise _silent(patience) from late
    except urllib.error.URLError as bad:
        if isinstance(bad.reason, TimeoutError):
            raise _silent(patience) from bad
        message = f"Anki is not running, or its add-on AnkiConnect ({_ADD_ON}) is not installed"
        raise AnkiError(f"{message}: nothing is at {address}") from bad
    except (OSError, ValueError, HTTPException):
        answer = None
    if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        raise AnkiError(f"what answers at {address} is not AnkiConnect; is another program using its port?")
    if answer["error"] or not answer["result"]:
        raise _refused(answer)


def _said(address: str, body: bytes, patience: float) -> bytes:
    """Give the answer's body; a server that answers with an error says in it why."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310  # checked above
    try:
        with _OPENER.open(request, timeout=patience) as response:
            return bytes(response.read(_LONGEST))
    except urllib.error.HTTPError as bad:
        with bad:
            return bad.read(_LONGEST)


def _silent(patience: float) -> AnkiError:
    return AnkiError(f"Anki did not answer within {patience:g} seconds; is one of its dialogs open?")


def _refused(answer: dict[str, Any]) -> AnkiError:
    said = " ".join(str(answer["error"] or "it gave no reason").split())
    if "collection is not available" in said:
        return AnkiError("Anki is open, but no profile is: choose one, and save again")
    if "api key" in said.lower():
        return AnkiError("AnkiConnect wants a key: remove apiKey from the add-on's settings, and save again")
    return AnkiError(f"Anki did not import the package: {said}")
