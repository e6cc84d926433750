"""Paths of the notes as the user can open them from the current folder, in diagnostics and in what commands print.

A diagnostic names a file by its path below the notes folder; a terminal or an editor opens `notes/tea.md:12:3`. JSON
keeps the paths below the notes folder.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from click import UsageError
from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.integrations.git import top_folder
from studydeck.patterns import lazy_pattern
from studydeck.reports.diagnostics import with_columns

_DEFAULT_NOTES = Path("notes")
_COMMANDS = ("build", "check", "curate", "decisions", "find", "identities", "list", "preview", "release", "watch")
_WITH_COLUMN = lazy_pattern(r":\d+:\d+$")
_COMMAND = lazy_pattern(rf"\bstudydeck (?:{'|'.join(_COMMANDS)})\b")


class Locations(Struct, frozen=True):
    """The folders of the notes and of the card templates, as the user named them."""

    notes: Path = Path()
    templates: Path = storage.TEMPLATES

    def path(self, path: str) -> str:
        """Return a path below the notes folder as one from the current folder."""
        return (self.notes / path).as_posix()

    def place(self, place: str) -> str:
        """Return a place such as `notes/tea.md:12:3` as one below the notes folder without the column, `tea.md:12`."""
        path, *numbers = place.rsplit(":", 2) if _WITH_COLUMN.search(place) else place.rsplit(":", 1)
        below = path.removeprefix("./" if self.notes == Path() else f"{self.notes.as_posix().rstrip('/')}/")
        return ":".join([below, *numbers[:1]])

    def below_notes(self, paths: Iterable[Path]) -> tuple[str, ...]:
        """Return paths from the current folder as paths below the notes folder, which itself is ""; or fail."""
        root = self.notes.resolve()
        found: list[str] = []
        for path in paths:
            if not path.resolve().is_relative_to(root) or not path.exists():
                is_in_notes = not path.is_absolute() and (self.notes / path).exists()
                advice = f"did you mean {self.path(str(path))}?" if is_in_notes else "name files or folders in it"
                reason = "does not exist" if not path.exists() else f"is not in the notes folder, {self.notes}"
                raise UsageError(f"{path} {reason}; {advice}")
            found.append(storage.relative_name(root, path.resolve()).removeprefix("."))
        return tuple(found)

    def located(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics that name their files, and those of their messages, as the user can open them."""
        return [self._located(diagnostic, self.notes) for diagnostic in self.with_columns(diagnostics)]

    def located_in_repository(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics with paths below the folder of the git repository, as annotations of GitHub name them."""
        top = top_folder(self.notes)
        notes = self.notes.resolve().relative_to(top) if top else self.notes
        return [self._located(diagnostic, notes) for diagnostic in self.with_columns(diagnostics)]

    def with_columns(self, diagnostics: Iterable[Diagnostic]) -> Sequence[Diagnostic]:
        """Return diagnostics with the column where the text of their line begins."""
        listed = [*diagnostics]
        paths = {diagnostic.path for diagnostic in listed if diagnostic.root == "notes" and diagnostic.line}
        return with_columns(listed, {path: self._lines(path) for path in sorted(paths)})

    def command(self, text: str) -> str:
        """Return text in which each command of this program names the notes folder, where that is not the default."""
        if self.notes in {_DEFAULT_NOTES, Path()}:
            return text
        return _COMMAND.sub(lambda match: f"{match[0]} --notes {shlex.quote(str(self.notes))}", text)

    def _located(self, diagnostic: Diagnostic, notes: Path) -> Diagnostic:
        message = self.command(diagnostic.message)
        if diagnostic.root == "templates":
            path = (self.templates / diagnostic.path.removeprefix("templates/")).as_posix()
        else:
            path = (notes / diagnostic.path).as_posix() if diagnostic.root else diagnostic.path
        for named in dict.fromkeys(diagnostic.named):
            shown = (notes / named).as_posix()
            command, quoted = f"git checkout -- {named}", self._checkout(named)
            message = quoted.join(part.replace(named, shown) for part in message.split(command))
        return replace(diagnostic, path=path, message=message, root="", named=())

    def _checkout(self, path: str) -> str:
        """Return the command that restores a file of the notes from the last commit, from the current folder."""
        top = top_folder(self.notes)
        if top and not Path.cwd().is_relative_to(top):
            return f"git -C {shlex.quote(str(self.notes))} checkout -- {shlex.quote(path)}"
        return f"git checkout -- {shlex.quote(self.path(path))}"

    def _lines(self, path: str) -> list[str]:
        """Return the lines of a file of the notes; none if it cannot be read any more."""
        with suppress(BuildError, ValueError):  # no file has a name with a null byte
            return (storage.read_text_file(self.notes / path, path) or "").splitlines()
        return []
