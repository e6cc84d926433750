"""Choose what a command prints, of a build or of its diagnostics: by files and folders, codes, and kinds of notes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress

from msgspec import Struct
from msgspec.structs import replace

from studydeck.diagnostics import Diagnostic
from studydeck.model.notes import Note, SkippedBlock
from studydeck.model.traverse import plain
from studydeck.pipeline import Built


class Choice(Struct, frozen=True):
    """What the user asked for; an empty tuple chooses all.

    `paths` are files and folders below the notes folder, which itself is "". `select` and `ignore` are codes.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has_path(self, path: str) -> bool:
        """Return whether a file is chosen, by itself or by a folder that it is in."""
        return not self.paths or any(path == chosen or _is_below(path, chosen) for chosen in self.paths)

    def diagnostics(self, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics that are chosen, and all errors: they stop the build of the whole deck."""
        return [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error" or self._has(diagnostic)]

    def _has(self, diagnostic: Diagnostic) -> bool:
        is_selected = not self.select or diagnostic.code in self.select
        return is_selected and diagnostic.code not in self.ignore and self.has_path(diagnostic.path)


def _is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def chosen_part(built: Built, choice: Choice, kind: str = "") -> Built:
    """Return a build with the chosen notes and blocks; a kind, or a part of the files, leaves out what has none."""
    kept = [choice.has_path(note.draft.span.path) and kind in {"", note.draft.kind} for note in built.notes]
    return replace(
        built,
        notes=tuple(compress(built.notes, kept)),
        asked=tuple(compress(built.asked, kept)),
        skipped=() if kind else tuple(block for block in built.skipped if choice.has_path(block.span.path)),
        skipped_notes=tuple(
            note
            for note in built.skipped_notes
            if choice.has_path(note.draft.span.path) and kind in {"", note.draft.kind}
        ),
        retired=tuple(entry for entry in built.retired if not choice.paths and kind in {"", entry.kind}),
        diagnostics=tuple(choice.diagnostics(built.diagnostics)),
    )


def without_cards(built: Built) -> Built:
    """Return a build without its notes; the blocks that are only shown with a note are among the skipped ones."""
    shown = [block for note in built.notes for block in _shown_blocks(note)]
    skipped = sorted((*built.skipped, *shown), key=lambda block: (block.span.path, block.span.line))
    return replace(built, notes=(), asked=(), retired=(), skipped=tuple(skipped))


def _shown_blocks(note: Note) -> Iterable[SkippedBlock]:
    """Yield the blocks that are shown with a note and asked by no card."""
    for block in note.draft.supporting_blocks:
        text = f"shown with the note in line {note.draft.span.line}: {plain((block,))}"
        yield SkippedBlock(block.span, "nothing-to-hide", text)
