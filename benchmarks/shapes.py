"""Write the folders of notes that are measured, each of another shape.

plain      notes of a number of cards, outside of git: what the stages and the floor read
project    the same in a git repository with settings, a ledger that is committed, and decisions about notes
subdecks   the same in a thousand folders, each with a subdeck of its own
sections   a number of sections with one definition each
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.generate_notes import Author, generate_notes
from benchmarks.measure import build

SETTINGS = 'id = "benchmark"\nname = "Benchmark"\nversion = "1.0.0"\n'
SUBDECKS = 1_000
SECTIONS = 2_000
SMALL = 500  # cards, below which starting takes most of the time
_SECTIONS_A_FILE = 50
_DECIDED_SHARE = 10  # of so many notes the author has decided about one
_SEED = 20261127
_LEDGER, _DECISIONS = "ledger.jsonl", "decisions.jsonl"


def write(folder: Path, texts: Iterable[tuple[str, str]], settings: str = SETTINGS) -> Path:
    """Write notes and settings into a new folder."""
    for path, text in (*texts, ("deck.toml", settings)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def plain(folder: Path, cards: int) -> Path:
    """Write notes of a number of cards."""
    return write(folder, generate_notes(cards))


def project(folder: Path, cards: int) -> Path:
    """Write notes as `plain` does, build them, decide about some, and commit all but the decisions, which are new."""
    plain(folder, cards)
    git(folder, "init", "--quiet")
    build(folder)
    (folder / ".gitignore").write_text("out/\n", "utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Build")
    (folder / _DECISIONS).write_text("".join(decisions((folder / _LEDGER).read_text("utf-8"))), "utf-8")
    return folder


def decisions(ledger: str) -> Iterator[str]:
    """Yield decisions about some notes of a ledger: they were looked at, and every other one of them is kept."""
    notes = [record for record in map(json.loads, ledger.splitlines()) if "note" in record]
    for number, note in enumerate(notes[::_DECIDED_SHARE]):
        question, _, answer = note["text"].partition(" | ")
        decided = {"reviewed": True} | ({"skip": False} if number % 2 else {})
        record = {"note": note["note"], "date": "2026-01-01", "question": question, "answer": answer or question}
        yield json.dumps(record | decided, ensure_ascii=False) + "\n"


def subdecks(folder: Path, cards: int) -> Path:
    """Write notes in a thousand folders, each with a subdeck."""
    return write(folder, spread(generate_notes(cards), SUBDECKS), f'{SETTINGS}subdecks = "folders"\n')


def spread(texts: Iterable[tuple[str, str]], folders: int) -> Iterator[tuple[str, str]]:
    """Yield the sections of notes as one file in each of so many folders."""
    sections = [section for _, text in texts for section in text.split("\n## ")[1:]]
    for number in range(min(folders, len(sections))):
        own = "\n## ".join(sections[number::folders])
        yield f"topic {number:04}/notes.md", f"# Topic {number:04}\n\n## {own}"


def sections(folder: Path, count: int) -> Path:
    """Write a number of sections, each with a definition of its heading."""
    return write(folder, definitions(count))


def definitions(count: int) -> Iterator[tuple[str, str]]:
    """Yield files of sections with one definition each."""
    author = Author(_SEED)
    for start in range(0, count, _SECTIONS_A_FILE):
        numbers = range(start, min(start + _SECTIONS_A_FILE, count))
        own = "\n\n".join(f"## {author.word().capitalize()} {author.word()}\n\n{author.defined('')}" for _ in numbers)
        yield f"part-{start:05}.md", f"# Part {author.word()}\n\n{own}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), cwd=folder, check=True)  # noqa: S603, S607  # the git of the PATH
