"""Pytest options and fixtures that several tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from anki.collection import Collection

from tests.support.real_anki import open_collection


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--bless`, which rewrites the snapshot listings."""
    parser.addoption("--bless", action="store_true", help="rewrite the listings of tests/snapshots; review the diff")


def pytest_configure(config: pytest.Config) -> None:
    """Reject `--bless` in CI, where nobody reviews the diff; let all processes share their bytecode."""
    share_bytecode(config)
    if config.getoption("--bless") and os.environ.get("CI"):
        message = "--bless rewrites listings that a person must review; it does not run in CI"
        raise pytest.UsageError(message)


def share_bytecode(config: pytest.Config) -> None:
    """Write bytecode into the cache of pytest where Python writes none: compiling takes most of a short command."""
    cache: pytest.Cache | None = getattr(config, "cache", None)  # missing with `-p no:cacheprovider`
    if cache and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(cache.mkdir("bytecode")))


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Return whether listings are rewritten."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    """Yield an empty collection of the real Anki, and close it afterwards."""
    folder = tmp_path / "anki"
    folder.mkdir()
    with open_collection(folder) as opened:
        yield opened
