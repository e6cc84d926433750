"""Notes as the page of curating shows them: a build and the decisions in, records for its JSON out.

A line has what the list shows of a note. A view adds the cards as Anki shows them, what is decided about the note, what
a decision would mean for learners, and the digest of all that: a decision names it, and so says what was on the screen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from studydeck.identity.decide import DecidedNote
from studydeck.identity.ledger import LedgerEntry
from studydeck.model.anki import Row
from studydeck.model.digests import note_digests
from studydeck.model.document import Paragraph
from studydeck.model.media_types import is_playable
from studydeck.model.notes import Cloze, Note, NoteDraft
from studydeck.model.traverse import plain
from studydeck.notetypes.card_renderer import render_cards
from studydeck.pipeline import Built
from studydeck.preview.cards import HEADING_SEPARATOR, card_html, data_url
from studydeck.rendering.fields import render_row, render_settings
from studydeck.reports import listing
from studydeck.reports.consequences import consequences
from studydeck.text.card_words import CardWords, card_words

Record = dict[str, Any]
UNDECIDED, KEPT, SKIPPED, OTHER_WORDS, NOT_ASKED = "", "kept", "skipped", "other words", "not asked"


class CuratedBuild(Struct, frozen=True, dict=True):
    """A build that followed the decisions.

    Attributes
    ----------
    texts : of its files, by their paths.
    lists : those that are no notes because they are long, each with the GUID of the note that it would be.
    folder : the full path of the notes folder.
    problem : why the notes cannot be built as they are now, or empty.
    """

    built: Built
    texts: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[tuple[str, NoteDraft], ...] = ()
    folder: str = ""
    problem: str = ""

    def with_problem(self, problem: str) -> CuratedBuild:
        """Return the build with what keeps the notes from being built as they are now."""
        return self if problem == self.problem else replace(self, problem=problem)

    def shows_the_same(self, other: CuratedBuild) -> bool:
        """Return whether another build differs in nothing that the page shows; times of change are not shown."""
        return self._shown() == other._shown()

    def _shown(self) -> tuple[object, ...]:
        built, deck = self.built, self.built.deck
        notes = [(note.guid, note.draft, note.ordinals, note.since) for note in (*self.notes, *self.long_lists)]
        decided = [entry and replace(entry, note=None) for entry in built.decided]
        return self.problem, self.texts, built.config, notes, decided, deck.notetypes, deck.media

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """All notes in the order of the ledger, with the skipped ones."""
        built = self.built
        if not built.skipped_notes:
            return built.notes
        places = {entry.guid: place for place, entry in enumerate(built.ledger.notes)}
        return tuple(sorted((*built.notes, *built.skipped_notes), key=lambda note: places[note.guid]))

    @cached_property
    def long_lists(self) -> tuple[Note, ...]:
        """The lists that are no notes because they are long, as the notes that they would be."""
        return tuple(
            Note(guid, 0, 0, None, tuple(range(1, len(draft.card_specs) + 1)), draft) for guid, draft in self.lists
        )

    @cached_property
    def unasked(self) -> frozenset[str]:
        """The GUIDs of the long lists."""
        return frozenset(note.guid for note in self.long_lists)

    @cached_property
    def by_guid(self) -> Mapping[str, Note]:
        """All notes, and the long lists, by their GUIDs."""
        return {note.guid: note for note in (*self.long_lists, *self.notes)}

    @cached_property
    def decided(self) -> Mapping[str, DecidedNote]:
        """What is decided about each note, by the GUID that the note has."""
        return {entry.note.guid: entry for entry in self.built.decided if entry.note}

    @cached_property
    def rows(self) -> Mapping[str, Row]:
        """The packed rows, by GUID."""
        return {row.guid: row for row in self.built.deck.rows}

    @cached_property
    def known(self) -> Mapping[str, LedgerEntry]:
        """The entries of the ledger that the build started from, by GUID: their cards were packed."""
        return {entry.guid: entry for entry in self.built.before.notes}

    @cached_property
    def words(self) -> CardWords:
        """The words that cards show besides those of the notes."""
        return card_words(self.built.config.language)

    @cached_property
    def search_texts(self) -> Mapping[str, str]:
        """The words of each note for the search, by its GUID."""
        return {note.guid: folded(" ".join(_search_words(note, self.words))) for note in self.by_guid.values()}


def folded(text: str) -> str:
    """Return text without case and accents, so that "resume" finds "Résumé"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


def _search_words(note: Note, words: CardWords) -> Sequence[str]:
    cards = [f"{card['question']} {card['answer']}" for card in listing.cards(note, words)]
    return (*cards, *note.draft.heading_path, *note.draft.tags, note.draft.span.path, note.guid)


def confidence(note: Note) -> int:
    """Return the points of the weakest card."""
    return min(card_spec.confidence for card_spec in note.draft.card_specs)


def decision_state(curated: CuratedBuild, note: Note) -> str:
    """Return whether a note is kept, skipped, undecided, decided when it asked something else, or a list not asked."""
    if note.guid in curated.unasked:
        return NOT_ASKED
    entry = curated.decided.get(note.guid)
    if entry is None or not (entry.is_skipped or entry.decision.reviewed):
        return UNDECIDED
    if entry.is_skipped:
        return SKIPPED
    return OTHER_WORDS if entry.is_about_other_words else KEPT


def release_state(curated: CuratedBuild, note: Note) -> str:
    """Return whether a note is new or changed since the last release, or neither."""
    release = curated.built.ledger.release
    if not release:
        return ""
    return "new" if note.since is None else "changed" if note.changed > release[1] else ""


def line(curated: CuratedBuild, note: Note) -> Record:
    """Return what the list shows of a note."""
    heading_path = HEADING_SEPARATOR.join(note.draft.heading_path)
    first, *_ = listing.cards(note, curated.words)
    question = str(first["question"]).removeprefix(heading_path).removeprefix(" | ")
    return {
        "note": note.guid,
        "question": question or heading_path,
        "answer": first["answer"],
        "heading_path": heading_path,
        "path": note.draft.span.path,
        "line": note.draft.span.line,
        "cards": len(note.ordinals),
        "confidence": confidence(note),
        "state": release_state(curated, note),
        "since": note.since or "",
        "decision": decision_state(curated, note),
    }


def view(curated: CuratedBuild, note: Note) -> Record:
    """Return a note with its cards, and the digest of what the page shows of it."""
    row = curated.rows.get(note.guid) or render_row(note, render_settings(curated.built.config))
    cards = _cards(curated, note, row)
    shown = {
        **line(curated, note),
        "kind": note.draft.kind,
        "is_list": isinstance(note.draft.body, Cloze) and note.draft.body.item_count > 0,
        "text": _hidable_text(note.draft),
        "hidden": [card["answer"] for card in cards] if note.draft.kind == "cloze" else [],
        "card_list": cards,
        "decided": _decided(curated.decided.get(note.guid)),
        "tags": list(row.tags),
        "pictures": _pictures(curated, row),
        "links": _links(curated, note),
        "consequences": consequences(curated.built, note),
    }
    return {**shown, "digest": _digest(note, shown)}


def _digest(note: Note, shown: Record) -> str:
    """Return the digest of what the page shows of a note, without where it stands: other notes may move it."""
    asked = [(card["ord"], card["question"], card["answer"]) for card in shown["card_list"]]
    facts = (note_digests(note.draft), asked, shown["decided"], shown["decision"], shown["since"])
    return blake2b(msgspec.json.encode(facts), digest_size=10).hexdigest()


def _hidable_text(draft: NoteDraft) -> str:
    """Return the sentence in which another phrase can be hidden, or an empty text."""
    body = draft.body
    if isinstance(body, Cloze) and draft.movable_blanks and isinstance(body.text[0], Paragraph):
        return plain(body.text)
    return ""


def _cards(curated: CuratedBuild, note: Note, row: Row) -> list[Record]:
    deck = curated.built.deck
    note_type = next(note_type for note_type in deck.notetypes if note_type.kind == row.kind)
    known = curated.known.get(note.guid)
    carried = known.cards if known and note.since else {}
    return [
        {
            "ord": rendered.ordinal,
            "name": note_type.templates[0 if row.kind == "cloze" else rendered.ordinal].name,
            "question": listed["question"],
            "answer": listed["answer"],
            "confidence": listed["confidence"],
            "since": note.since if rendered.ordinal in carried else "",
            **card_html(rendered, row),
        }
        for listed, rendered in zip(
            listing.cards(note, curated.words), render_cards(row, note_type, deck.name), strict=True
        )
    ]


def _decided(entry: DecidedNote | None) -> Record:
    """Return what is decided about a note, and what of it has no effect; empty values were not decided."""
    decision = entry.decision if entry else None
    return {
        "reviewed": bool(decision and decision.reviewed),
        "skip": bool(entry and entry.is_skipped),
        "ways": (decision and decision.ways) or "",
        "hide": decision.hide if decision else (),
        "items": bool(decision and decision.items),
        "tags": decision.tags if decision else (),
        "question": decision.question if decision else "",
        "unmet": entry.unmet if entry else (),
        "overridden": entry.overridden if entry else (),
    }


def _pictures(curated: CuratedBuild, row: Row) -> Record:
    """Return the pictures of a note as data: addresses, by name."""
    fields = " ".join(row.fields)
    return {
        name: data_url(name, content)
        for name, content in sorted(curated.built.deck.media.items())
        if name in fields and not is_playable(name)
    }


def _links(curated: CuratedBuild, note: Note) -> list[Record]:
    """Return the addresses by which programs open the file of a note, at its line where they can."""
    path, line_number = note.draft.span.path, note.draft.span.line
    links = []
    if curated.folder:
        full_path = f"{curated.folder.rstrip('/')}/{path}"
        links += [
            {"name": "VS Code", "address": f"vscode://file/{quote(full_path.lstrip('/'), safe='/:')}:{line_number}"},
            {"name": "Obsidian", "address": f"obsidian://open?path={quote(full_path, safe='')}"},
        ]
    if source_url := curated.built.config.source_url:
        address = source_url.replace("{path}", quote(path)).replace("{line}", str(line_number))
        links.append({"name": "Source", "address": address})
    return links
