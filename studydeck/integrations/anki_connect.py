"""Import a package into the Anki running on this machine, through its add-on AnkiConnect: the path of a package in.

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
_ADD_ON_CODE = "2055492159"
_TIMEOUT = 120.0  # seconds: Anki needs some time for a large deck
_MAX_RESPONSE = 1 << 20  # bytes of a response that are read
# Proxies from the environment are for the network, not for this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def import_package(package: Path, address: str = ADDRESS, timeout: float = _TIMEOUT) -> None:
    """Import a package into the running Anki.

    Parameters
    ----------
    package : the path of an `.apkg`.
    address : where AnkiConnect listens.
    patience : the timeout in seconds.

    Raises
    ------
    AnkiError : if the import failed, with the reason.
    """
    if not address.startswith(("http://", "https://")):
        raise AnkiError(f"{address} is not an address of AnkiConnect; use one like {ADDRESS}")
    payload = {"action": "importPackage", "version": 6, "params": {"path": str(package.resolve())}}
    try:
        answer = json.loads(_post(address, json.dumps(payload).encode(), timeout))
    except TimeoutError as fault:
        raise _timeout_error(timeout) from fault
    except urllib.error.URLError as fault:
        if isinstance(fault.reason, TimeoutError):
            raise _timeout_error(timeout) from fault
        message = f"Anki is not running, or its add-on AnkiConnect ({_ADD_ON_CODE}) is not installed"
        raise AnkiError(f"{message}: nothing is at {address}") from fault
    except (OSError, ValueError, HTTPException):
        answer = None
    if not isinstance(answer, dict) or not {"result", "error"} <= answer.keys():
        raise AnkiError(f"what answers at {address} is not AnkiConnect; is another program using its port?")
    if answer["error"] or not answer["result"]:
        raise _import_error(answer)


def _post(address: str, body: bytes, timeout: float) -> bytes:
    """Return the body of the response, also of one with an HTTP error status, whose body has the reason."""
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310  # checked above
    try:
        with _OPENER.open(request, timeout=timeout) as response:
            return bytes(response.read(_MAX_RESPONSE))
    except urllib.error.HTTPError as fault:
        with fault:
            return fault.read(_MAX_RESPONSE)


def _timeout_error(timeout: float) -> AnkiError:
    return AnkiError(f"Anki did not answer within {timeout:g} seconds; is one of its dialogs open?")


def _import_error(answer: dict[str, Any]) -> AnkiError:
    reason = " ".join(str(answer["error"] or "it gave no reason").split())
    if "collection is not available" in reason:
        return AnkiError("Anki is open, but no profile is: choose one, and save again")
    if "api key" in reason.lower():
        return AnkiError("AnkiConnect requires a key: remove apiKey from the add-on's settings, and save again")
    return AnkiError(f"Anki did not import the package: {reason}")
