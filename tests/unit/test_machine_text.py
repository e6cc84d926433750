"""Text that a machine reads or wrote, told from prose."""

from __future__ import annotations

import pytest

from studydeck.text.machine_text import is_assignment, is_sample_value, reads_as_code


@pytest.mark.parametrize(
    "string",
    [
        "BOOL SetEvent(HANDLE hEvent);",
        "DWORD dw = WaitForSingleObject(hProc, 5000); switch(dw){",
        "case WAIT_TIMEOUT: // the process has not ended",
        "return a + b;",
        "int count = 0;",
        "project\n├── notes\n└── deck.toml",
        "2024-05-03 12:40:11 INFO started",
        "anna@host:~/notes$ ls -l",
        ">>> len('abc')",
        "Plan: 2 to add, 0 to change, 0 to destroy.",
    ],
)
def test_code_and_output(string: str) -> None:
    """Statements, prompts, logs and trees are no prose."""
    assert reads_as_code(string)


@pytest.mark.parametrize(
    "string",
    [
        "Termina le singole linee DSL degli utenti (una porta per ogni doppino);",
        "Die Funktion f(x) ist stetig.",
        "In 2024 the plan was changed (see above)",
        "The set {1, 2, 3}",
        "A return of the king; nobody expected it.",
        "Energie = Masse mal Quadrat der Lichtgeschwindigkeit",
        "https://example.org/a//b",
    ],
)
def test_prose(string: str) -> None:
    """Semicolons, brackets and equals signs occur in prose, too."""
    assert not reads_as_code(string)


def test_settings() -> None:
    """A setting has a value in quotes, one of a few words, or an address; a formula has none."""
    assert all(
        map(is_assignment, ('ami = "ami-0c55"', "id = (known after apply)", "[Interface]", "Address = 10.0.12.3"))
    )
    assert not any(map(is_assignment, ("F = ma", "a = 5", "Stack = LIFO", "Energy = power times time", "[a] and [b]")))


def test_sample_values() -> None:
    """An address of one machine is made up; that of a network or a port is a fact."""
    values = (
        "192.168.31.97",
        "00:1A:2B:3C:4D:5E",
        "AEi4H8eY+QwD2otkktqrEqQkFzGa9GV2eFAsMkxiS2Q=",
    )
    assert all(map(is_sample_value, values))
    assert not any(
        map(is_sample_value, ("192.168.0.0/16", "127.0.0.1", "8.8.8.8", "443", "Otorhinolaryngologist", "SHA-256"))
    )
