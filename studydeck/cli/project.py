"""From the options of a command to a `Built`: adds progress and the choice of a runner to `studydeck.project`.

All commands share these functions. They write nothing; `project_lock` guards those commands that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.cli.console import Console
from studydeck.model.document import Source
from studydeck.pipeline import Built
from studydeck.project import Project, extract_project, read_inputs
from studydeck.runner import Runner

PARALLEL_THRESHOLD = 400_000  # characters of notes; with fewer, starting processes takes longer than it saves
TEMPLATES = storage.TEMPLATES


class Options(Struct, frozen=True):
    """The arguments that commands share; `now` is in seconds since the epoch."""

    notes: Path
    out: Path
    templates: Path
    now: int
    locked: bool = False
    dry_run: bool = False
    strict: bool = False
    reset_identities: bool = False
    rename_deck: bool = False
    replay: bool = False
    accept_held: tuple[str, ...] = ()
    accept_new: bool = False


def build_project(options: Options, console: Console) -> Built:
    """Load the folder and build, without writing anything."""
    project = load_project(options, console, other_ledgers=False)
    with console.status("building"):
        return project.build()


def load_project(
    options: Options, console: Console, runner: Runner | None = None, *, other_ledgers: bool = True
) -> Project:
    """Read the folder and extract its notes.

    Parameters
    ----------
    options : the folders to read.
    console : shows the progress.
    runner : runs the stages of each file; by default a runner is chosen by the size of the notes.
    other_ledgers : whether the project may be built with another ledger than that of the folder.

    Raises
    ------
    BuildError : with a diagnostic for each file that cannot be read.
    """
    inputs, diagnostics = read_inputs(
        options.notes, options.out, options.templates, options.now, progress=console.progress
    )
    inputs = replace(
        inputs,
        reset_identities=options.reset_identities,
        rename=options.rename_deck,
        accept_held=frozenset(options.accept_held),
        accept_new=options.accept_new,
    )
    has_packed = other_ledgers or inputs.has_packed
    with _runner_for(inputs.sources, runner, has_packed=has_packed) as chosen_runner:
        return extract_project(options.notes, inputs, diagnostics, chosen_runner, progress=console.progress)


@contextmanager
def _runner_for(sources: Sequence[Source], runner: Runner | None, *, has_packed: bool) -> Iterator[Runner]:
    """Yield the given runner, or else a parallel one for large notes and a plain one for others."""
    if runner or sum(len(source.text) for source in sources) < PARALLEL_THRESHOLD:
        yield runner or Runner(has_packed=has_packed)
        return
    from studydeck.parallel import ParallelRunner, worker_count

    parallel_runner = ParallelRunner(worker_count(), has_packed=has_packed)
    try:
        yield parallel_runner
    finally:
        parallel_runner.close()


def project_lock(options: Options, console: Console) -> AbstractContextManager[None]:
    """Hold the lock of the notes folder; if another process holds it, print that and wait."""
    return storage.folder_lock(
        options.notes, lambda: console.print_status("another build of these notes is running; waiting for it")
    )
