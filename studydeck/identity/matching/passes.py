"""Match the drafts of a build to the notes of the ledger, by their texts and sections alone.

In: the outlines of the last build and of this one. Out: pairs of their numbers, one to one. Pure: no GUID, clock or
disk. Each pair records the pass that found it (`matched_by`) with a `match_score` from 0 to 1:

    pinned       the author gave both the same id
    exact        the same text below the same headings
    moved        the same text elsewhere
    normalized   the same text except for spaces and separators
    structural   the same place in a section, table row, column or list, and some equal parts
    contained    a sentence that was extended or shortened
    fuzzy        a reworded text with no similar rival
    question     the same question, which names something, with another answer
    restored     a retired note whose text or question is back in the sources

The caller reports an unmatched draft as `new`. `PASSES` lists the passes in their order, the strongest evidence first.
A pair is never undone. Paired notes help to pair sections and the other way round, so some passes start over from the
sections while they find more. A wrong pair gives a learner's history to another fact, a missed pair only repeats a
card: so each pass asks for more evidence than it strictly needs. `thresholds.py` holds all numbers.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from studydeck.identity.matching import thresholds
from studydeck.identity.matching.edited import match_distinctive, match_remaining, match_retired, match_unique
from studydeck.identity.matching.exam_questions import match_exam_questions
from studydeck.identity.matching.index import Index
from studydeck.identity.matching.named_questions import match_named_questions
from studydeck.identity.matching.outline import Outline, Pairing
from studydeck.identity.matching.sections import match_sections, match_sections_by_name
from studydeck.identity.matching.state import MatchState
from studydeck.identity.matching.within_section import match_equal_texts_in_sections, match_within_sections
from studydeck.model.anki import Kind

_Text = tuple[int, Kind, str]  # of a note: its section in the file, its kind, and its text


class Pass(Struct, frozen=True):
    """A pass: it adds pairs to the state.

    After a run that paired notes, matching continues at the pass `back_to`, if that is given; the pass itself runs at
    most `max_runs` times, or as often as it is reached. `example` shows what it pairs, as old -> new.
    """

    name: str
    run: Callable[[MatchState], None]
    reason: str
    example: str
    back_to: str = ""
    max_runs: int = 0


def match(old: Outline, new: Outline, settled: Pairing | None = None) -> Pairing:
    """Pair the notes and sections of two outlines.

    Parameters
    ----------
    old : sections and notes of the ledger, retired notes included.
    new : sections and drafts of this build.
    settled : pairs of an earlier matching that stand.

    Returns
    -------
    new number -> old number of notes and of sections, one to one; what is doubtful stays unpaired.
    """
    state = MatchState(old, new)
    if settled:
        state.settle(settled)
    runs = dict.fromkeys(_POSITIONS, 0)
    position = 0
    while position < len(PASSES) and state.has_open():
        current = PASSES[position]
        position += 1
        if current.max_runs and runs[current.name] >= current.max_runs:
            continue
        runs[current.name] += 1
        before = len(state.notes)
        current.run(state)
        if current.back_to and len(state.notes) > before:
            position = _POSITIONS[current.back_to]
    return state.pairing()


def _match_pinned(state: MatchState) -> None:
    """Pair notes with the same pin, whatever their texts."""
    # Retired notes come last; reversed, so that a live note with the same pin wins.
    pins = {note_key.pin: old for old, note_key in reversed(list(enumerate(state.old.note_keys))) if note_key.pin}
    for new, note_key in enumerate(state.new.note_keys):
        old = pins.get(note_key.pin, -1) if note_key.pin else -1
        if old >= 0 and state.is_open(old, new) and state.can_pair(old, new):
            state.pair(old, new, "pinned")


def _match_unchanged_files(state: MatchState) -> None:
    """Pair the notes of files in which nothing was removed, changed or moved; additions are allowed."""
    for file, (old_sections, old_notes) in state.old.file_ranges.items():
        new_sections, new_notes = state.new.file_ranges.get(file, (range(0), range(0)))
        if _headings(state.old, old_sections) != _headings(state.new, new_sections):
            continue
        old_texts = _texts(state.old, old_sections, old_notes)
        known_texts = set(old_texts)
        own_texts = zip(new_notes, _texts(state.new, new_sections, new_notes), strict=True)
        readings = [
            (new, text if text in known_texts else _other_text(state.new, new_sections, new)) for new, text in own_texts
        ]
        kept = [(new, text) for new, text in readings if text in known_texts]
        # An added duplicate makes the lists differ: later passes find out which of the two is new.
        if [text for _, text in kept] != old_texts:
            continue
        for old_section, new_section in zip(old_sections, new_sections, strict=True):
            if state.sections.is_open(old_section, new_section):
                state.sections.pair(old_section, new_section)
        for old, (new, _) in zip(old_notes, kept, strict=True):
            if state.is_open(old, new) and state.can_pair(old, new):
                state.pair(old, new, "exact")


def _headings(index: Index, sections: range) -> list[tuple[str, int]]:
    return [(index.heading(number), index.parent_of(number) - sections.start) for number in sections]


def _texts(index: Index, sections: range, notes: range) -> list[_Text]:
    """Return the texts of notes in their own reading."""
    start, section_of = sections.start, index.section_of
    note_keys = index.note_keys[notes.start : notes.stop]
    return [(section_of(note) - start, key.kind, key.text) for note, key in zip(notes, note_keys, strict=True)]


def _other_text(index: Index, sections: range, note: int) -> _Text:
    """Return the text of a note in its other reading."""
    return (index.section_of(note) - sections.start, *index.note_key(note).reading(True))


def _match_reworded(state: MatchState) -> None:
    """Pair reworded notes; imported here, as a build in which nothing was reworded does not need it."""
    if not state.has_open_notes():
        return
    from studydeck.identity.matching.fuzzy import match_fuzzy

    match_fuzzy(state)


PASSES = (
    Pass(
        "pins",
        _match_pinned,
        reason="The author gave both the same id, which decides, whatever else changed.",
        example='"EBS: a disk" with id=ebs -> "Block storage: a volume" with id=ebs',
    ),
    Pass(
        "unchanged files",
        _match_unchanged_files,
        reason="Most files of a build are unchanged or only extended: they need no comparison of notes.",
        example="storage.md -> storage.md with one more line",
    ),
    Pass(
        "distinctive texts",
        match_distinctive,
        reason="A text that is long enough and occurs once in each build is the same note wherever it is.",
        example='"S3 has eleven nines of durability" in a.md -> the same text in b.md',
    ),
    Pass(
        "sections",
        match_sections,
        reason="Sections are the context of the passes below: paired by their contents, path, heading and parent.",
        example='the heading "Storage" -> the heading "Storage services" above the same notes',
    ),
    Pass(
        "equal texts within sections",
        match_equal_texts_in_sections,
        reason="In a paired section a short text is the same note, too; repeated ones by their neighbours and order.",
        example='"EBS | cost | high" -> "EBS | cost | high" in one table',
    ),
    Pass(
        "named questions",
        match_named_questions,
        reason="What a learner knows is the answer to a question: where it names something, it stays the same note.",
        example='"MTU | | 1500 bytes" -> "MTU | | the largest frame of a link" below the same heading',
        back_to="sections",
    ),
    Pass(
        "exam questions",
        match_exam_questions,
        reason="An option is a place in its question: reworded, it leaves the stem and the other options.",
        example='"which stores objects a ebs b s3 c efs" -> "which stores objects a ebs b s3 c file system"',
        back_to="sections",
    ),
    Pass(
        "within sections",
        match_within_sections,
        reason="A paired section is enough context for short texts, table cells and lists.",
        example='"EBS | cost | high" -> "EBS | price | high" in one table',
        back_to="sections",
    ),
    Pass(
        "unique texts and meanings",
        match_unique,
        reason="What is left over once only in each build is one note if it is long enough or its context agrees.",
        example='"FSx | | a managed file service" -> "FSx for Lustre | | a managed file service"',
        back_to="sections",
    ),
    Pass(
        "retired notes",
        match_retired,
        reason="A note that is back gets its history back; after the live notes, which have precedence.",
        example='a retired "spot machines cost a tenth" -> the same text in the sources',
    ),
    Pass(
        "reworded notes",
        _match_reworded,
        reason="Texts that are similar enough and have no similar rival; each pair is context for others.",
        example='"backups are kept for seven days" -> "backups are kept for a week"',
        back_to="sections",
        max_runs=thresholds.MAX_FUZZY_ROUNDS,
    ),
    Pass(
        "equal texts that are left",
        match_remaining,
        reason="Otherwise the next build would restore these notes, though nothing was edited in between.",
        example='"see the manual for details" twice -> once in another section',
    ),
    Pass(
        "sections by name",
        match_sections_by_name,
        reason="Only once all notes were tried: before, another section that has this heading would take it.",
        example='an empty "Limits" in a.md -> "Limits" in b.md',
    ),
)
_POSITIONS = {current.name: position for position, current in enumerate(PASSES)}
