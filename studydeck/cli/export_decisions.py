"""Write decisions into the notes as directives, those alone with which the package stays the same.

Where a comment has to stand for a note depends on the rules, so it is tried: with all comments at their likeliest
places the deck is built, and where it differs from the deck of the decisions the comments are tried elsewhere. What no
place says stays a decision.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from studydeck import storage
from studydeck.cache import CachedRunner
from studydeck.cli.console import Console
from studydeck.cli.project import Options, load_project
from studydeck.errors import BuildError
from studydeck.identity import decisions as decisions_file
from studydeck.identity.decide import DecidedNote
from studydeck.identity.decisions import Decisions
from studydeck.model.notes import Note
from studydeck.pipeline import Built
from studydeck.project import Project, extract_project
from studydeck.reports.decision_directives import directive_of, left_to_decide, lines_of, places_of, with_comments

_MOST_PLACES = 5  # at which the comment of a decision is tried
_MOST_BUILDS = 30  # for one of these places


class _Comment(Struct, frozen=True):
    """A directive at the end of a line."""

    decided: DecidedNote
    path: str
    line: int
    directive: str


Comments = Mapping[str, _Comment]  # by the GUID of the decision


def export(options: Options, console: Console, *, write: bool) -> None:
    """Print the notes with directives for what was decided, as a diff, or write them.

    Parameters
    ----------
    options : the folders.
    console : for the output.
    write : whether to write the notes, and to take what they say out of decisions.jsonl.
    """
    project = load_project(options, console, CachedRunner())
    with console.status("building"):
        target = project.build()
        comments = _comments(options.notes, project, target)
    texts = {
        path: _edited(options.notes, path, comments) for path in {comment.path: None for comment in comments.values()}
    }
    if write:
        _write(options, project.inputs.decisions, comments, texts, console)
    else:
        for path, (old, new) in texts.items():
            for line in difflib.unified_diff(lines_of(old), lines_of(new), f"a/{path}", f"b/{path}", lineterm=""):
                console.print_result(line)
    for decided in target.decided:
        if decided.decision.guid not in comments and left_to_decide(decided.decision) != decided.decision:
            console.print_status(_kept(decided, console))
    count = len(comments)
    found = f"{count} {'decision' if count == 1 else 'decisions'} as directives"
    console.print_status(f"wrote {found}" if write else f"{found}; nothing was written: add --write to write the notes")


def _kept(decided: DecidedNote, console: Console) -> str:
    """Return why a decision stays in the file."""
    decision, note = decided.decision, decided.note
    stays = f"stays in {decisions_file.FILE_NAME}"
    if not note:
        return f'{stays}: "{decision.question}" is not in the notes'
    if decided.overridden:
        reason = "a comment in the notes says otherwise"
    elif decided.unmet:
        reason = "it cannot be followed"
    elif not directive_of(decision):
        reason = "no comment can say this"
    else:
        reason = "a comment in this block would change other cards, too"
    return f"{console.locations.path(note.draft.span.path)}:{note.draft.span.line}: {stays}: {reason}"


def _comments(notes: Path, project: Project, target: Built) -> Comments:
    """Return comments with which the notes give the deck that they give with the decisions."""
    lines = {source.path: source.text.split("\n") for source in project.inputs.sources}
    places: dict[str, tuple[int, ...]] = {}
    open_notes: dict[str, DecidedNote] = {}
    for decided in target.decided:
        if decided.note and directive_of(decided.decision) and not decided.overridden and not decided.unmet:
            open_notes[decided.decision.guid] = decided
            places[decided.decision.guid] = places_of(decided.note, lines[decided.note.draft.span.path])
    accepted: dict[str, _Comment] = {}
    for attempt in range(_MOST_PLACES):
        tried = {
            guid: _Comment(decided, decided.note.draft.span.path, places[guid][attempt], directive_of(decided.decision))
            for guid, decided in open_notes.items()
            if guid not in accepted and decided.note and attempt < len(places[guid])
        }
        groups = [tried]
        for _ in range(_MOST_BUILDS):
            if not (group := groups.pop(0) if groups else {}):
                break
            wrong = {*_wrong(notes, project, target, {**accepted, **group}, group)}
            kept = {guid: comment for guid, comment in group.items() if guid not in wrong}
            if not wrong:
                accepted |= group
            elif kept:
                groups.append(kept)
            if len(group) > 1:  # some of them may be here for the fault of another
                groups += [{guid: group[guid]} for guid in wrong]
    return accepted


def _wrong(notes: Path, project: Project, target: Built, comments: Comments, tried: Comments) -> Sequence[str]:
    """Return the GUIDs of those tried comments that may be why the deck differs; none if it does not."""
    by_path: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for comment in comments.values():
        by_path[comment.path].append((comment.line, comment.directive))
    inputs = replace(
        project.inputs,
        sources=tuple(
            replace(source, text=with_comments(source.text, by_path[source.path])) if source.path in by_path else source
            for source in project.inputs.sources
        ),
        decisions=_without_comments(project.inputs.decisions, comments),
    )
    try:
        trial = extract_project(notes, inputs, project.diagnostics, project.runner).build()
    except BuildError:
        return [*tried]
    if trial.deck == target.deck:
        return []
    differing = tuple(_differing_notes(target, trial))
    for is_suspect in (_is_beside, _is_in_section_of):
        if wrong := [guid for guid, comment in tried.items() if any(is_suspect(comment, note) for note in differing)]:
            return wrong
    return [*tried]


def _differing_notes(target: Built, trial: Built) -> Iterator[Note]:
    """Yield each note that is in one deck only, or other there."""
    rows, trial_rows = ({row.guid: row for row in built.deck.rows} for built in (target, trial))
    for built in (target, trial):
        yield from (note for note in built.notes if rows.get(note.guid) != trial_rows.get(note.guid))


def _is_beside(comment: _Comment, note: Note) -> bool:
    """Return whether a comment is about a note, or stands in its lines."""
    span, own = note.draft.span, comment.decided.note
    is_inside = span.path == comment.path and span.line <= comment.line <= span.end_line
    return is_inside or (own is not None and own.guid == note.guid)


def _is_in_section_of(comment: _Comment, note: Note) -> bool:
    own = comment.decided.note
    return own is not None and (own.draft.span.path, own.draft.section) == (note.draft.span.path, note.draft.section)


def _without_comments(decisions: Decisions, comments: Comments) -> Decisions:
    """Return decisions without what comments say."""
    kept = [left_to_decide(decision) if decision.guid in comments else decision for decision in decisions.notes]
    return replace(decisions, notes=tuple(decision for decision in kept if decision))


def _edited(notes: Path, path: str, comments: Comments) -> tuple[str, str]:
    """Return the text of a file as it is on the disk, and with its comments."""
    text = storage.read_unchanged(notes, path)
    own = [(comment.line, comment.directive) for comment in comments.values() if comment.path == path]
    return text, with_comments(text, own)


def _write(
    options: Options,
    decisions: Decisions,
    comments: Comments,
    texts: Mapping[str, tuple[str, str]],
    console: Console,
) -> None:
    """Write the notes, and then the decisions: in between both say the same."""
    kept = _without_comments(decisions, comments)
    files = [((options.notes / path).resolve(), new.encode()) for path, (_, new) in texts.items()]
    if comments:
        files.append((options.notes / decisions_file.FILE_NAME, decisions_file.to_text(kept).encode()))
    storage.write_files(files)
    for path in (*texts, *([decisions_file.FILE_NAME] if comments else [])):
        console.print_status(f"wrote {options.notes / path}")
