"""`build --replay`: matches the notes commit by commit, so that thirty merged edits are thirty small ones.

In: the notes folder in its repository. Out: the ledger to which the last state of the notes is matched. Only the last
build is written.
"""

from __future__ import annotations

from msgspec.structs import replace

from studydeck import storage
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.diagnostics import DiagnosticCode, counted, error
from studydeck.errors import BuildError, GitError
from studydeck.identity import ledger as ledger_file
from studydeck.integrations.git import Repository, open_repository
from studydeck.integrations.revisions import check_out


def replayed_ledger(options: Options, console: Console) -> str:
    """Return the ledger after the last commit, from the last commit that changed it on.

    Raises
    ------
    BuildError : if there is no committed ledger to begin with, or the ledger differs from it.
    """
    try:
        repository = open_repository(options.notes)
        path = repository.note_path(ledger_file.FILE_NAME)
        last, commits = repository.commits_since_change(path)
        committed = repository.read_blob(last, path) if last else None
    except GitError as git_error:
        unreadable = error(DiagnosticCode.UNREADABLE, str(options.notes), 0, str(git_error), root="")
        raise BuildError([unreadable]) from git_error
    text = storage.read_text_file(options.notes / ledger_file.FILE_NAME, ledger_file.FILE_NAME)
    if committed is None or text is None or text.encode() != committed:
        message = "differs from its last commit; --replay begins with a committed ledger: commit or restore it"
        raise BuildError([error(DiagnosticCode.STALE_LEDGER, ledger_file.FILE_NAME, 0, message)])
    for commit in commits:
        try:
            text = _matched(repository, commit, text, options, console)
        except (BuildError, GitError) as fault:
            reason = fault.diagnostics[0] if isinstance(fault, BuildError) and fault.diagnostics else fault
            console.print_warning(f"{commit[:12]} is passed over, as it cannot be built: {reason}")
    console.print_status(f"replayed {counted(len(commits), 'commit')}")
    return text


def _matched(repository: Repository, commit: str, ledger_text: str, options: Options, console: Console) -> str:
    """Return the ledger after a commit."""
    with check_out(repository, commit, options.templates) as folders:
        at_commit = replace(options, notes=folders.notes, templates=folders.templates, out=folders.out)
        project = load_project(at_commit, console)
        return project.build(ledger_text=ledger_text, earlier=(), package=None, rename=True).ledger_text
