"""Write the manifest and the checksums of a release: a build and its files in, JSON or text out.

{"deck":{"id","name"},"version","released","counts":{"notes","cards","pictures","new","retired"},
 "guids":[…],"files":{NAME:{"sha256","bytes"}},"tool":{"name","version"},"commit"}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from studydeck.pipeline import Built

CHECKSUMS_FILE = "SHA256SUMS"


def manifest(built: Built, published: Mapping[str, bytes], released: int, commit: str | None) -> str:
    """Return the manifest of a release.

    Parameters
    ----------
    built : the build that is released; it has a deck.
    published : the other files of the release: name -> bytes.
    released : the time of the release, in seconds since the epoch.
    commit : the commit of the notes, or None outside of a git repository.

    Returns
    -------
    str : a JSON object as the module describes it, and a line end.
    """
    assert built.deck
    rows, version = built.deck.rows, built.deck.version
    content = {
        "deck": {"id": built.deck.id, "name": built.deck.name},
        "version": version,
        "released": datetime.fromtimestamp(released, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "counts": {
            "notes": len(rows),
            "cards": sum(len(row.ordinals) for row in rows),
            "pictures": len(built.deck.media),
            "new": sum(note.since == version for note in built.notes),
            "retired": sum(note.retired for note in built.ledger.notes),
        },
        "guids": sorted(row.guid for row in rows),
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for name, data in sorted(published.items())
        },
        "tool": {"name": "studydeck", "version": built.deck.tool},
        "commit": commit,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def checksums(published: Mapping[str, bytes]) -> str:
    """Return the checksums of files in the format of `sha256sum --check`."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(published.items()))
