"""Find the ledger of a notes folder in the commits that must know no more than it does.

In: the notes folder and versions of its deck. Out: the texts of the ledger in `HEAD`, in the parents of a merge, which
may be in progress, and in the tags of the versions. Three processes of git read all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from studydeck.config import tag_names
from studydeck.diagnostics import DiagnosticCode, error
from studydeck.errors import BuildError, GitError, GitTimeoutError
from studydeck.identity.initial_ledger import EarlierLedger
from studydeck.identity.ledger import FILE_NAME
from studydeck.identity.ledger_reader import deck_and_release
from studydeck.integrations.git import Repository, open_repository

_MAX_PARENTS = 8  # of a merge; git itself hardly makes one of more


class LedgerHistory(Struct, frozen=True):
    """The ledgers of earlier commits.

    Without any commit of the notes, `no_git` says why there is none; `is_unknown` if git did not answer.
    """

    ledgers: tuple[EarlierLedger, ...] = ()
    no_git: str = ""
    is_unknown: bool = False
    is_shallow: bool = False


def ledger_history(notes: Path, versions: Sequence[str], prefix: str) -> LedgerHistory:
    """Return the ledgers that earlier commits have for a notes folder.

    Parameters
    ----------
    notes : the notes folder.
    versions : of releases whose tags are read, if they exist.
    prefix : of those tags, as deck.toml says, or empty.
    """
    try:
        repository = open_repository(notes)
        history = repository.history()
        if history.is_shallow:
            return LedgerHistory(is_shallow=True)
        tags = (name for version in dict.fromkeys(versions) if version for name in tag_names(version, prefix))
        return _read(repository, history.merge_heads, [f"refs/tags/{name}" for name in tags])
    except GitError as git_error:
        return LedgerHistory(no_git=str(git_error), is_unknown=isinstance(git_error, GitTimeoutError))


def base_ledger(notes: Path, revision: str, deck: str) -> str | None:
    """Return the text of a deck's ledger where its history parted from a revision, or None if it had none there.

    Parameters
    ----------
    notes : the notes folder, in a git repository.
    revision : a branch, tag or commit.
    deck : the id of the deck, by which its ledger is found where the folder was moved.

    Raises
    ------
    BuildError : if git knows no such revision.
    """
    try:
        repository = open_repository(notes)
        base = repository.merge_base(revision)
        content = repository.read_blob(base, repository.note_path(FILE_NAME))
        if content is not None:
            return _decoded(content)
        moved = (ledger.text for ledger in _elsewhere(repository, [base]))
        return next((text for text in moved if deck_and_release(text)[0] == deck), None)
    except GitError as git_error:
        raise BuildError([error(DiagnosticCode.UNREADABLE, revision, 0, str(git_error), root="")]) from git_error


def _read(repository: Repository, merge_heads: Sequence[str], tags: Sequence[str]) -> LedgerHistory:
    parents = [f"HEAD^{number}" for number in range(1, _MAX_PARENTS + 1)]
    revisions = ["HEAD", *parents, *merge_heads, *tags]
    path = repository.note_path(FILE_NAME)
    if "\n" in path:
        return LedgerHistory(no_git="the path of the notes folder has a line break")
    folder = "" if repository.notes == "." else repository.notes
    # Whether the commits exist is asked by their objects, as a commit without a ledger differs from no commit.
    names = [f"{revision}^{{commit}}" for revision in revisions] + [f"{revision}:{path}" for revision in revisions]
    *contents, notes_folder = repository.read_named([*names, f"HEAD:{folder}"])
    commits, texts = contents[: len(revisions)], contents[len(revisions) :]
    found = {
        revision: text for revision, commit, text in zip(revisions, commits, texts, strict=True) if commit is not None
    }
    if "HEAD" not in found:
        return LedgerHistory(no_git="the repository has no commit yet")
    if parents[1] not in found:
        found.pop(parents[0], None)  # no merge: what its one parent knows, HEAD has dropped by its own decision
    moved = [revision for revision, text in found.items() if text is None]
    ledgers = [EarlierLedger(revision, _decoded(text)) for revision, text in found.items() if text is not None]
    elsewhere = tuple(_elsewhere(repository, moved))
    if notes_folder is None and not ledgers and not elsewhere:
        return LedgerHistory(no_git="the notes folder is in no commit")
    return LedgerHistory(tuple(_named(ledger) for ledger in (*ledgers, *elsewhere)))


def _elsewhere(repository: Repository, revisions: Sequence[str]) -> Iterator[EarlierLedger]:
    """Yield the ledgers in other folders of commits that have none in this one: it may have been moved."""
    names: dict[str, str] = {}
    for revision in revisions:
        for path, entry in repository.files_at(revision).items():
            if entry.is_file and path.rpartition("/")[2] == FILE_NAME:
                names[entry.object_id] = revision
    for text, revision in zip(repository.read_named(list(names)), names.values(), strict=True):
        if text is not None:
            yield EarlierLedger(revision, _decoded(text))


def _named(ledger: EarlierLedger) -> EarlierLedger:
    revision = ledger.source.removeprefix("refs/tags/")
    is_id = len(revision) >= 40 and not ledger.source.startswith("refs/")
    return EarlierLedger(revision[:9] if is_id else revision, ledger.text)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
