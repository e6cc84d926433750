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

ADDRESS = "http://127.0.0.1:8765"
_ADD_ON = "2055492159"
_PATIENCE = 120.0  # seconds: a large deck takes Anki a while
_LONGEST = 1 << 20  # bytes of an answer that are worth reading
# What stands in the environment about proxies is about the network, not about this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def import_package(package: Path, address: str = ADDRESS, patience: float = _PATIENCE) -> str:
    """Let Anki import a package; give what stood in the way, or nothing. `patience` is in seconds."""
    if not address.startswith(("http://", "https://")):
        return f"{address} is no address of AnkiConnect; it is like {ADDRESS}"
    asked = {"action": "importPackage", "version": 6, "params": {"path": str(package.resolve())}}
    try:
        answer = json.loads(_said(address, json.dumps(asked).encode(), patience))
    except TimeoutError:
        return _silent(patience)
    except urllib.error.URLError as bad:
        if isinstance(bad.reason, TimeoutError):
            return _silent(patience)
        return f"Anki is not running, or its add-on AnkiConnect ({_ADD_ON}) is not installed: nothing is at {address}"
    except (OSError, ValueError, HTTPException):
        answer = None
    if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        return f"what answers at {address} is not AnkiConnect; is another program using its port?"
    return "" if answer["result"] and not answer["error"] else _refused(answer)


def _said(address: str, body: bytes, patience: float) -> bytes:
    """Give the answer's body; a server that answers with an error says in it why."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310  # checked above
    try:
        with _OPENER.open(request, timeout=patience) as response:
            return bytes(response.read(_LONGEST))
    except urllib.error.HTTPError as bad:
        with bad:
            return bad.read(_LONGEST)


def _silent(patience: float) -> str:
    return f"Anki did not answer within {patience:g} seconds; is one of its dialogs open?"


def _refused(answer: dict[str, Any]) -> str:
    said = " ".join(str(answer["error"] or "it gave no reason").split())
    if "collection is not available" in said:
        return "Anki is open, but no profile is: choose one, and save again"
    if "api key" in said.lower():
        return "AnkiConnect wants a key: remove apiKey from the add-on's settings, and save again"
    return f"Anki did not import the package: {said}"
