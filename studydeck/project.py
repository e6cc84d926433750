"""Loads a notes folder into what a build needs; the public API and the commands share it.

A folder goes in; a `Project` comes out, whose method `build` returns a `Built` deck. Nothing is written or printed.
What the author of the notes should know is returned as diagnostics; what stops a run is raised as a `BuildError`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from studydeck import config, storage
from studydeck.build_inputs import Inputs, default_deck_name, file_slug
from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import BuildError, DiagnosticCollector, StudydeckError
from studydeck.identity import decisions, ledger_reader
from studydeck.identity import ledger as ledger_file
from studydeck.model.anki import Deck
from studydeck.model.notes import ExtractedDeck
from studydeck.notes_folder import NotesFolder, read_notes
from studydeck.pipeline import Built, build, extract_deck
from studydeck.runner import Progress, Runner

StepProgress = Callable[[str], AbstractContextManager[Progress]]  # called with the name of a step
_logger = logging.getLogger(__name__)


class Project(Struct, frozen=True):
    """A notes folder that was read, with the notes extracted from it; nothing is written.

    Attributes
    ----------
    inputs : everything that a build reads: sources, settings, ledger, card templates.
    extracted : the drafts of notes, and the skipped blocks.
    diagnostics : those of reading the folder, none of them an error.
    runner : runs the stages of files and notes.
    """

    inputs: Inputs
    extracted: ExtractedDeck
    diagnostics: tuple[Diagnostic, ...]
    runner: Runner

    def build(self, **changed: Any) -> Built:
        """Build the deck in memory.

        Parameters
        ----------
        changed : fields of `inputs` to replace in this build.

        Returns
        -------
        The notes with their identities, the skipped blocks, and all diagnostics, ordered by path, line and code.

        Raises
        ------
        BuildError : if any diagnostic is an error; it carries all of them.
        """
        diagnostics = DiagnosticCollector(self.diagnostics)
        try:
            built = build(replace(self.inputs, **changed), self.extracted, self.runner)
        except BuildError as build_error:
            raise BuildError(_ordered((*diagnostics, *build_error.diagnostics)), build_error.skipped) from None
        return replace(built, diagnostics=_ordered((*diagnostics, *built.diagnostics)))


@contextmanager
def no_progress(_step: str) -> Iterator[Progress]:
    """Report no progress."""
    yield lambda _done, _total: None


def read_inputs(
    notes: Path, out: Path, templates: Path, now: int, *, progress: StepProgress = no_progress
) -> tuple[Inputs, tuple[Diagnostic, ...]]:
    """Read everything that a build needs.

    Parameters
    ----------
    notes, out, templates : the folders with the Markdown files, earlier packages, and the card templates.
    now : the time of the build in seconds since the epoch.
    progress : shows the progress of the step "reading", in files.

    Returns
    -------
    The inputs, and the diagnostics of reading, none of them an error.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read.
    """
    diagnostics = DiagnosticCollector()
    folder, template_texts = NotesFolder(), dict[str, str]()
    config_text = ledger_text = None
    deck_config = config.Config()
    with diagnostics.collecting():
        config_text = storage.read_text_file(notes / config.NAME, config.NAME, config.MAX_SIZE)
        deck_config = config.read(config_text or "")
        diagnostics += config.warnings(config_text or "", deck_config)
    with progress("reading") as on_progress, diagnostics.collecting():
        folder = read_notes(notes, config_text or "", deck_config, on_progress)
        diagnostics += folder.diagnostics
        diagnostics += storage.left_out_files(notes)
    with diagnostics.collecting():
        ledger_text = storage.read_text_file(notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    decided = decisions.NO_DECISIONS
    with diagnostics.collecting():
        decided = decisions.read(storage.read_text_file(notes / decisions.FILE_NAME, decisions.FILE_NAME) or "")
    with diagnostics.collecting():
        template_texts |= storage.read_templates(templates)
    for source in folder.sources:
        _logger.info("read %s", notes / source.path)
    diagnostics.raise_on_errors()
    inputs = Inputs(
        sources=folder.sources,
        config=deck_config,
        ledger_text=ledger_text,
        templates=template_texts,
        now=now,
        folder=_folder_name(notes),
        configured=config_text is not None,
        clock=int(time.time()),
        left_out=folder.left_out,
        decisions=decided,
    )
    inputs = _with_earlier_identities(inputs, notes, out, diagnostics)
    return inputs, tuple(diagnostics)


def extract_project(
    notes: Path,
    inputs: Inputs,
    diagnostics: tuple[Diagnostic, ...],
    runner: Runner,
    *,
    progress: StepProgress = no_progress,
) -> Project:
    """Extract the notes of the sources.

    Parameters
    ----------
    notes : the folder with the Markdown files, from which their pictures are read.
    inputs, diagnostics : what `read_inputs` returns.
    runner : runs the stages of files and notes.
    progress : shows the progress of the step "drafting", in files.
    """
    with progress("drafting") as on_progress:
        runner.progress = on_progress
        extracted = extract_deck(inputs.sources, partial(storage.read_pictures, notes), runner)
    return Project(inputs, extracted, diagnostics, runner)


def stop_if_failed(built: Built, *, strict: bool) -> None:
    """Raise a BuildError if there is an error, or with `strict` a warning."""
    if any(
        diagnostic.severity == "error" or (strict and diagnostic.severity == "warning")
        for diagnostic in built.diagnostics
    ):
        raise BuildError(built.diagnostics, built.skipped)


def package_path(out: Path, deck_config: config.Config) -> Path:
    """Return the path of the package of a deck in the output folder: its name and version."""
    return out / f"{file_slug(deck_config.name)}-{deck_config.version}.apkg"


def _folder_name(notes: Path) -> str:
    """Return the name of the notes folder, or of its parent if it is called notes or docs."""
    folder = notes.resolve()
    return folder.parent.name if folder.name in {"notes", "docs"} else folder.name


def _with_earlier_identities(inputs: Inputs, notes: Path, out: Path, diagnostics: DiagnosticCollector) -> Inputs:
    """Return the inputs with what can complete the ledger: earlier commits, or without git the last package."""
    from studydeck.integrations.ledger_history import ledger_history
    from studydeck.integrations.released_notes import unchanged_files

    deck_id, *versions = ledger_reader.deck_and_release(inputs.ledger_text or "")
    history = ledger_history(notes, (*versions, inputs.config.version), inputs.config.tag_prefix)
    if history.is_shallow:
        _logger.info("%s: not compared with earlier commits, as the clone is shallow", ledger_file.FILE_NAME)
    if not history.no_git:
        return replace(inputs, earlier=history.ledgers, unchanged_since=partial(unchanged_files, notes))
    if history.is_unknown:
        message = f"not compared with earlier commits: {history.no_git}"
        diagnostics.append(warning(DiagnosticCode.UNREADABLE, ledger_file.FILE_NAME, 0, message))
    else:
        _logger.info("%s: not compared with earlier commits: %s", ledger_file.FILE_NAME, history.no_git)
    slug = file_slug(inputs.config.name or default_deck_name(inputs.folder))
    ledger = notes / ledger_file.FILE_NAME
    # Every build writes the package after the ledger: where that is older, nobody replaced the ledger since.
    if inputs.ledger_text is not None and not storage.is_newer(ledger, out, f"{slug}-*.apkg"):
        return inputs
    return replace(inputs, package=_last_package(out, slug, inputs.config.id or deck_id, inputs.now, diagnostics))


def _last_package(out: Path, slug: str, deck_id: str, now: int, diagnostics: DiagnosticCollector) -> Deck | None:
    """Return the newest package of this deck in the output folder, or None; without an id the name decides.

    A package that cannot be read is reported and passed over.
    """
    from studydeck.apkg.reader import unpack

    for path in storage.newest_paths(out, f"{slug}-*.apkg"):
        try:
            deck = unpack(storage.read_binary_file(path))
        except StudydeckError as exception:
            reason = exception.diagnostics[0].message if isinstance(exception, BuildError) else str(exception)
            diagnostics.append(_passed_over(path, reason))
            continue
        if file_slug(deck.name) != slug or deck_id not in {"", deck.id}:
            continue
        if all(row.changed <= now for row in deck.rows):
            return deck
        diagnostics.append(_passed_over(path, "a note in it was changed after the time of this build"))
    return None


def _passed_over(path: Path, reason: str) -> Diagnostic:
    message = f"{ledger_file.FILE_NAME} cannot be completed from this package: {reason}"
    return warning(DiagnosticCode.UNREADABLE, str(path), 0, message, root="")


def _ordered(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics in the order of the sources; before all others that many notes are retired."""
    return tuple(
        sorted(
            diagnostics,
            key=lambda diagnostic: (
                diagnostic.code != DiagnosticCode.MANY_RETIRED,
                diagnostic.path,
                diagnostic.line,
                diagnostic.code,
            ),
        )
    )
