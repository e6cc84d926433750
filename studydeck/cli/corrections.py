"""`corrections`: lists what learners corrected in their notes, and writes a patch of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.apkg.export_reader import ExportedNote, read_exported
from studydeck.cache import CachedRunner
from studydeck.cli import released_versions
from studydeck.cli.console import Console
from studydeck.cli.find_package import resolve_deck
from studydeck.cli.project import Options, load_project
from studydeck.corrections import listing
from studydeck.corrections.candidates import Correction, located
from studydeck.corrections.comparison import Comparison
from studydeck.corrections.patches import BuildWith, Patcher, unified_diff
from studydeck.diagnostics import DiagnosticCode, counted, error
from studydeck.errors import AnkiError, BuildError, PackageError
from studydeck.integrations import anki_connect, git
from studydeck.markdown.source import clean
from studydeck.model.anki import Deck
from studydeck.pipeline import Built
from studydeck.project import Project, extract_project


class CorrectionsOptions(Struct, frozen=True):
    """The arguments of `corrections`.

    `export` is what a learner exported, or None; then `anki` is the address of AnkiConnect. `released` are packages,
    folders and revisions of released versions, `patch` the file to write, if any.
    """

    export: Path | None
    anki: str
    released: tuple[str, ...]
    patch: Path | None
    style: str


def run(options: Options, corrections_options: CorrectionsOptions, console: Console) -> int:
    """List the edits in a learner's notes, and write the patch of those that have one; return the exit code."""
    project = load_project(options, console, CachedRunner())
    with console.status("building"):
        built = project.build()
    comparison = _compare(options, corrections_options, built, console)
    texts = cache(partial(_text_of, options.notes))
    corrections: Sequence[Correction] = [located(edit, built, texts) for edit in comparison.edits()]
    with console.status("trying the corrections"):
        corrections = Patcher(built, texts, _builder(options, project)).confirmed(corrections)
    order = {source.path: number for number, source in enumerate(project.inputs.sources)}
    corrections = sorted(corrections, key=lambda each: (not each.line, order.get(each.path, 0), each.line))
    root = _patch_root(options.notes)
    prefix = options.notes.resolve().relative_to(root).as_posix()
    patch_of = partial(unified_diff, texts=texts, prefix="" if prefix == "." else f"{prefix}/")
    if corrections_options.patch and any(correction.choices for correction in corrections):
        storage.write_files([(corrections_options.patch, patch_of(corrections).encode())])
    if corrections_options.style == "json":
        for line in listing.json_lines(corrections, lambda each: patch_of([each])):
            console.print_result(line)
    else:
        for line in listing.text_lines(corrections, console.locations.path):
            console.print_result(line)
        _print_summary(comparison, corrections, root, corrections_options.patch, console)
    return 0


def _compare(options: Options, corrections_options: CorrectionsOptions, built: Built, console: Console) -> Comparison:
    """Compare the learner's notes with today's, with packages, and with tags as long as they differ from all."""
    decks = [*released_versions.packages(options, built, console)]
    decks += [_same_deck(name, built, options, console) for name in corrections_options.released]
    guids = {entry.guid for entry in built.ledger.notes} | {row.guid for deck in decks for row in deck.rows}
    comparison = Comparison(_learners_notes(sorted(guids), corrections_options))
    for deck in (built.deck, *decks):
        comparison.add(deck)
    if not comparison.is_explained:
        for deck in released_versions.tagged(options, built, console):
            comparison.add(deck)
            if comparison.is_explained:
                break
    return comparison


def _same_deck(name: str, built: Built, options: Options, console: Console) -> Deck:
    deck = resolve_deck(name, options, console)
    if deck.id != built.config.id:
        message = f"is another deck than the notes: the ids are {deck.id} and {built.config.id}"
        raise BuildError([error(DiagnosticCode.DECK_ID_CHANGED, name, 0, message)])
    return deck


def _learners_notes(guids: Sequence[str], corrections_options: CorrectionsOptions) -> Sequence[ExportedNote]:
    """Return the notes of the deck in an export, or in the running Anki."""
    export = corrections_options.export
    try:
        if export is None:
            return tuple(anki_connect.read_notes(guids, corrections_options.anki))
        return read_exported(storage.read_binary_file(export), guids)
    except (AnkiError, PackageError) as fault:
        place = str(export or corrections_options.anki)
        raise BuildError([error(DiagnosticCode.UNREADABLE, place, 0, str(fault))]) from fault


def _text_of(notes: Path, path: str) -> str:
    """Return the text of a file as it is on the disk; empty where its lines are not those that git counts."""
    text = storage.read_unchanged(notes, path)
    return "" if "\r" in text.replace("\r\n", "") else text


def _builder(options: Options, project: Project) -> BuildWith:
    """Return a function that builds the notes with other texts in some files; nothing is written."""

    def build_with(texts: Mapping[str, str]) -> Built:
        sources = tuple(
            replace(source, text=clean(texts[source.path])) if source.path in texts else source
            for source in project.inputs.sources
        )
        inputs = replace(project.inputs, sources=sources)
        return extract_project(options.notes, inputs, project.diagnostics, project.runner).build()

    return build_with


def _patch_root(notes: Path) -> Path:
    """Return the folder in which a patch is applied: the top of the repository, else the current one or the notes."""
    repository = git.repository(notes)
    here = Path.cwd()
    return repository.top if repository else here if notes.resolve().is_relative_to(here) else notes.resolve()


def _print_summary(
    comparison: Comparison, corrections: Sequence[Correction], root: Path, patch: Path | None, console: Console
) -> None:
    count = sum(bool(correction.choices) for correction in corrections)
    compared = len(comparison.notes) - comparison.unknown - comparison.foreign
    console.print_status(
        f"{counted(len(corrections), 'correction')} in {counted(compared, 'note')}, {count} with a patch"
    )
    if comparison.unknown:
        them = "it" if comparison.unknown == 1 else "them"
        message = f"no version that was compared has {them}; name the released packages with --released"
        console.print_warning(f"{counted(comparison.unknown, 'note')} not compared: {message}")
    if comparison.foreign:
        them = "it" if comparison.foreign == 1 else "them"
        console.print_warning(
            f"{counted(comparison.foreign, 'note')} not compared: the learner gave {them} another note type"
        )
    if patch and not count:
        console.print_status(f"{patch} was not written: no correction can be taken over as it is")
    elif patch:
        command = "git apply" if root == Path.cwd() else f"git -C {root} apply"
        console.print_status(
            f"wrote {patch}; to apply it: {command} {patch if root == Path.cwd() else patch.resolve()}"
        )
    elif count:
        console.print_status("to write the patch: --patch corrections.patch")
