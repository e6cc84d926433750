"""Rebuild a lost ledger from a package.

In: the deck read from a package. Out: a ledger with its identities, id slots, change times and ordinals; digests and
retired notes cannot be recovered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from html import unescape
from types import MappingProxyType

from studydeck.identity.card_ordinals import BACKWARD_ORDINAL, PAIR_CARDS
from studydeck.identity.card_phrases import MAX_PHRASE_LENGTH
from studydeck.identity.ledger import Ledger, LedgerEntry, LedgerSection
from studydeck.model.anki import CLOZE_DELETION, Deck, Row, without_hint
from studydeck.model.html_text import plain_text
from studydeck.patterns import lazy_pattern
from studydeck.text.fingerprint import MAX_TEXT_LENGTH
from studydeck.text.normalize import normalize

_SINCE_TAG = "::since::"
_RUBY = lazy_pattern(r"<ruby>([^<>]*)<rt>[^<>]*</rt></ruby>")
# A question in words of its own, with the term and the label by which its note is known.
_OWN_QUESTION = lazy_pattern(r'<span class="question" data-term="([^"]*)" data-label="([^"]*)">')
_ITEM_COUNT = lazy_pattern(r"\s\(([0-9])\)\Z")


def recover(
    deck: Deck,
    draft_texts: AbstractSet[str] = frozenset(),
    texts_by_sides: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Ledger:
    """Return the ledger of a package.

    Parameters
    ----------
    deck : as read from the package.
    draft_texts : of all drafts of the notes: the package does not say whether a term is part of what identifies a note.
    texts_by_sides : what identifies each pair of the drafts, by the HTML of its term and its meaning: what a card shows
        does not always say it, as beside code or a picture.

    Returns
    -------
    its ledger; all digests are empty until the next build fills them.
    """
    sections: dict[tuple[str, ...], LedgerSection] = {}
    notes = tuple(_recover_note(row, _recover_section(row, sections), draft_texts, texts_by_sides) for row in deck.rows)
    was_released = any(note.since for note in notes)
    release = (deck.version, max(note.changed for note in notes)) if was_released else None
    return Ledger(deck.id, deck.name, release, {}, tuple(sections.values()), notes)


def _recover_section(row: Row, sections: dict[tuple[str, ...], LedgerSection]) -> str:
    """Add the sections of a row's heading path that are not known yet, and return the id of the last one."""
    values = row.field_values()
    headings = (
        tuple(_words_of(heading) for heading in values["HeadingPath"].split(" › ")) if values["HeadingPath"] else ()
    )
    path = _words_of(values["Source"])
    parent = ""
    for depth in range(1, len(headings) + 1):
        key = (path, *headings[:depth])
        section = sections.setdefault(key, LedgerSection(f"lost{len(sections)}", parent, headings[depth - 1], path))
        parent = section.id
    return parent


def _recover_note(
    row: Row, section: str, draft_texts: AbstractSet[str], texts_by_sides: Mapping[tuple[str, str], str]
) -> LedgerEntry:
    values = row.field_values()
    if row.kind == "pair":
        meaning = _words_of(values["Meaning"])
        if question := _OWN_QUESTION.match(values["Term"]):
            term, label = unescape(question[1]), unescape(question[2])
        else:
            term, label = _uncounted(_words_of(values["Term"]), values["Meaning"]), _words_of(values["MeaningLabel"])
        text, below_heading = _key(term, label, meaning), _key(label, "", meaning)
        text = below_heading if label and below_heading in draft_texts and text not in draft_texts else text
        if text not in draft_texts:
            text = texts_by_sides.get((values["Term"], values["Meaning"]), text)
        # Without the typed card, which is made where the notes ask for it.
        cards = {number: PAIR_CARDS[number] for number in row.ordinals if number <= BACKWARD_ORDINAL}
    else:
        text = _cut(_cloze_text(values["Text"]))
        cards = {
            int(number): normalize(_words_of(without_hint(phrase)))[:MAX_PHRASE_LENGTH]
            for number, phrase in CLOZE_DELETION.findall(values["Text"])
        }
    since = next((tag.partition(_SINCE_TAG)[2] for tag in row.tags if _SINCE_TAG in tag), None)
    return LedgerEntry(
        guid=row.guid,
        kind=row.kind,
        id_slot=row.id_slot,
        changed=row.changed,
        content_digest="",
        metadata_digest="",
        since=since,
        text=text,
        cards=cards,
        section=section,
    )


def _key(*parts: str) -> str:
    return _cut(" | ".join(normalize(part) for part in parts))


def _cut(text: str) -> str:
    return text[:MAX_TEXT_LENGTH].rstrip()


def _uncounted(term: str, meaning: str) -> str:
    """Return a term without the number of items that a question for a whole list ends in."""
    count = _ITEM_COUNT.search(term)
    return term[: count.start()] if count and meaning.count("<li>") == int(count[1]) else term


def _cloze_text(field: str) -> str:
    revealed = CLOZE_DELETION.sub(lambda deletion: without_hint(deletion[2]), field)
    items = re.findall(r"<li>(.*?)</li>", revealed, re.DOTALL)
    return " | ".join(normalize(_words_of(item)) for item in items) if items else normalize(_words_of(revealed))


def _words_of(field: str) -> str:
    """Return the plain text of a field, with a space for each tag, and no readings or delimiters of formulas."""
    return plain_text(_RUBY.sub(r"\1", field), " ").replace("\\(", "").replace("\\)", "").strip()
