"""What several tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection

from tests.support.real_anki import open_collection


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that accepts what the cases give today."""
    parser.addoption("--bless", action="store_true", help="rewrite the listings of tests/snapshots; look at the diff")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to accept anything where nobody looks at it."""
    if config.getoption("--bless") and os.environ.get("CI"):
        message = "--bless accepts what a person has looked at; it does not run in CI"
        raise pytest.UsageError(message)


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Tell whether new listings are to be accepted."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Give a scratch collection of the real Anki, closed afterwards."""
    folder = tmp_path / "anki"
    folder.mkdir()
    with open_collection(folder) as scratch:
        yield scratch
