"""Other tools that turn Markdown into packages: install them, and write as many cards in the markers of each.

    python -m benchmarks.peers FOLDER

installs every peer into an environment of its own in the folder, and prints which were installed and why others were
not. The product never does. Each peer gets the questions and answers that this tool asks, in its own syntax.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from benchmarks.measure import Cost, FailedError, cost

Pairs = Sequence[tuple[str, str]]  # question and answer of each card
_PACKAGE = "package.apkg"
_LONGEST = 300.0  # seconds that a tool may take
_NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12")

# Tools that are named where such tools are compared, and that cannot be measured here.
UNAVAILABLE: Mapping[str, str] = {
    "md2apkg": "in no package registry",
    "mdanki": "no longer in the npm registry",
    "inka2, markdown-to-anki, ankiops, yanki": "write into a running Anki, not into a package",
    "exam-cardforge, markdown2anki": "write CSV or text, not a package",
    "md2ankicard": "makes one card of each file",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: what is installed, its notes for some cards, and its command for a folder with them.

    `text` returns the text of the notes, and `arguments` those of the program. `needs` is the least version of Python.
    """

    name: str
    requirements: tuple[str, ...]
    program: str
    text: Callable[[Pairs], str]
    arguments: tuple[str, ...]
    settings: Mapping[str, str]
    needs: tuple[int, int] = (3, 11)


def _ankcompiler(pairs: Pairs) -> str:
    cards = (
        f"---\n\n{question} ::: {answer}\n\n---\n[^uid]: c{number:09}"
        for number, (question, answer) in enumerate(pairs)
    )
    return "---\ndeck: Peer\n---\n\n" + "\n\n".join(cards) + "\n"


def _headings(pairs: Pairs) -> str:
    return "# Peer\n\n" + "\n\n".join(f"## {question}\n\n{answer}" for question, answer in pairs) + "\n"


def _separated(pairs: Pairs) -> str:
    return "\n\n---\n\n".join(f"{question}\n\n%\n\n{answer}" for question, answer in pairs) + "\n"


def _listed(pairs: Pairs) -> str:
    return "# Peer\n\n" + "\n".join(f"- {question} ?:: {answer}" for question, answer in pairs) + "\n"


_IDS = '{"deck_id": 1909707960, "deck_name": "peer"}'
PEERS = (
    Peer("ankdown", ("ankdown==0.7.1",), "ankdown", _separated, ("-r", ".", "-p", _PACKAGE), {}),
    Peer("ankivalenz", ("ankivalenz==1.0.2",), "ankivalenz", _listed, ("run", "."), {"ankivalenz.json": _IDS}),
    Peer(
        "markdown-anki-decks (mdankideck)",
        ("markdown-anki-decks==1.1.1", "click<8.2"),
        "mdankideck",
        _headings,
        (".", "."),
        {},
    ),
    Peer("ankcompiler", ("ankcompiler==0.6.0",), "ankc", _ankcompiler, ("build", "--all"), {}),
    Peer("md2anki", ("md2anki==3.1.0",), "md2anki", _headings, ("notes.md", "-o-anki", _PACKAGE), {}, (3, 12)),
)


def install(folder: Path, peer: Peer) -> str:
    """Install a peer below a folder, unless it is there; return why it cannot be, or an empty text."""
    environment = folder / peer.program
    if (environment / "bin" / peer.program).exists():
        return ""
    shutil.rmtree(environment, ignore_errors=True)
    python = _python(peer.needs)
    if not python:
        return f"needs Python {peer.needs[0]}.{peer.needs[1]}, which is not on this machine"
    subprocess.run((python, "-m", "venv", environment), check=True)  # noqa: S603  # found on the PATH
    command = (str(environment / "bin" / "python"), "-m", "pip", "install", "--quiet", *peer.requirements)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if not done.returncode:
        return ""
    shutil.rmtree(environment)
    return f"cannot be installed ({done.stderr.strip().splitlines()[-1][:100]})"


def _python(needs: tuple[int, int]) -> str:
    """Return an interpreter that is new enough, or an empty text."""
    if sys.version_info >= needs:
        return sys.executable
    question = f"import sys; sys.exit(sys.version_info < {needs})"
    for python in filter(shutil.which, _NEWER_PYTHONS):
        # The interpreter may be a name only, of a version that is not chosen.
        if not subprocess.run((python, "-c", question), capture_output=True, check=False).returncode:  # noqa: S603  # a name of ours
            return python
    return ""


def cards_of(notes: Path) -> list[tuple[str, str]]:
    """Return question and answer of each card of some notes, as this tool asks them, in one line and without marks."""
    output = cost(sys.executable, "-m", "studydeck", "list", "--notes", notes, "--format", "json", "--quiet").output
    cards = (card for line in output.splitlines() for card in json.loads(line).get("cards", ()))
    unique = {_words(str(card["question"])): _words(str(card["answer"])) for card in cards}
    return [*unique.items()]


def _words(text: str) -> str:
    """Return the words of a text, without a sign that any of the tools might take for a mark."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())


def measure(installed: Path, peer: Peer, pairs: Pairs) -> Cost:
    """Write the cards in the markers of a peer, and return the cost of its package.

    Raises
    ------
    FailedError : if the package has not as many cards.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in (("notes.md", peer.text(pairs)), *peer.settings.items()):
            (folder / path).write_text(text, "utf-8")
        program = installed / peer.program / "bin" / peer.program
        spent = cost(program, *peer.arguments, folder=folder, errors=subprocess.DEVNULL, longest=_LONGEST)
        count = sum(map(card_count, folder.glob("*.apkg")))
        if count != len(pairs):
            raise FailedError(f"{peer.name} made {count} of {len(pairs)} cards")
        return spent


def card_count(package: Path) -> int:
    """Return how many cards a package has."""
    with ZipFile(package) as archive, tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(archive.extract("collection.anki2", folder))
        (count,) = connection.execute("SELECT count(*) FROM cards").fetchone()
        connection.close()
        return int(count)


def main() -> None:
    """Install the peers."""
    folder = Path(sys.argv[1])
    for peer in PEERS:
        print(f"{peer.name}: {install(folder, peer) or 'installed'}")
    for name, reason in UNAVAILABLE.items():
        print(f"{name}: {reason}")


if __name__ == "__main__":
    main()
