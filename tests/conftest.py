"""What several tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection
from anki_kit import open_collection


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Give a scratch collection of the real Anki, closed afterwards."""
    folder = tmp_path / "anki"
    folder.mkdir()
    with open_collection(folder) as scratch:
        yield scratch
