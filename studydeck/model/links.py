"""Addresses of links and pictures: which of them point to the network, and which may stand in a card."""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern

_REMOTE = lazy_pattern(r"^(?:https?:)?//", re.IGNORECASE)
_SAFE_LINK = lazy_pattern(r"^(?:https?://|mailto:)", re.IGNORECASE)


def is_remote(target: str) -> bool:
    """Return whether a picture would be loaded from the network."""
    return bool(_REMOTE.match(target))


def is_safe_link(target: str) -> bool:
    """Return whether a link opens a page or a mail, and runs nothing."""
    return bool(_SAFE_LINK.match(target))
