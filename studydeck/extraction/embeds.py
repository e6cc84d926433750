"""Embedded files on cards: which blocks are nothing but files, and to which side of a card a picture or sound belongs.

In: blocks, texts and tables. Out: the same with files moved to the words that they belong to; no file is dropped.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from itertools import takewhile

from msgspec.structs import replace

from studydeck.model.document import MEDIA_KINDS, Block, Content, Html, Inline, Paragraph, Table, TableRow, Text
from studydeck.model.media_types import media_type
from studydeck.model.text_edits import normalized_text, text_of
from studydeck.model.traverse import inlines, map_texts, plain
from studydeck.text.normalize import normalize
from studydeck.text.tokens import tokens
from studydeck.text.word_list_files import phrase_set

_DIGEST_LENGTH = 9  # characters of a packed name between stem and suffix: a hyphen and the digest


def is_media(block: Block) -> bool:
    """Return whether a block holds nothing but pictures, sounds and videos, or is raw HTML with a picture."""
    if isinstance(block, Html):
        return "<img" in block.html
    return isinstance(block, Paragraph) and has_only_media(block.text)


def has_only_media(text: Text) -> bool:
    """Return whether a text holds embedded files and no words."""
    is_found = False
    for inline in text.inlines:
        if inline.kind in MEDIA_KINDS:
            is_found = True
        elif any(map(str.isalnum, inline.text)):
            return False
    return is_found


def has_media(text: Text) -> bool:
    """Return whether a text embeds a file."""
    for inline in text.inlines:  # noqa: SIM110  # a generator takes twice as long
        if inline.kind in MEDIA_KINDS:
            return True
    return False


def holds_media(content: Content) -> bool:
    """Return whether paragraphs embed a file."""
    for block in content:  # noqa: SIM110  # a generator takes twice as long
        if type(block) is Paragraph and has_media(block.text):
            return True
    return False


def is_sound(text: Text) -> bool:
    """Return whether a text holds sounds or videos, and no words or pictures."""
    return has_only_media(text) and not any(inline.kind == "picture" for inline in text)


def leading_media(blocks: Content) -> Content:
    """Return the blocks before the first that holds more than embedded files."""
    return tuple(takewhile(is_media, blocks))


def asking_string(text: Text) -> str:
    """Return the words of a text without those of the pictures that it shows, which ask nothing."""
    if not has_media(text):
        return text.string
    return "".join(inline.text for inline in text if inline.kind not in MEDIA_KINDS or not inline.target)


def question_string(term: Content) -> str:
    """Return the question of a term as one line: its words without those of pictures, or else the names of files."""

    def name_files(text: Text) -> Text:
        return Text(tuple([replace(inline, text=_file_text(inline)) for inline in text]))

    return plain(map_texts(term, lambda text: text_of(asking_string(text)))) or plain(map_texts(term, name_files))


def answer_string(meaning: Content) -> str:
    """Return an answer as one line, or the names of its files if it has no words."""
    return plain(meaning) or question_string(meaning)


def _file_text(inline: Inline) -> str:
    if inline.kind not in MEDIA_KINDS or not inline.target:
        return inline.text
    return f"[{media_type(inline.target)}: {stem(inline)}]"


def stem(inline: Inline) -> str:
    """Return the name of an embedded file in the notes, without its folder and suffix, in normal form."""
    name = posixpath.splitext(posixpath.basename(inline.target))[0]
    return normalize(name[:-_DIGEST_LENGTH] if len(name) > _DIGEST_LENGTH else name)


def belongs_to_question(question: Text, media: Content, answer: str) -> bool:
    """Return whether files between a question and its answer are what is asked about.

    They are, unless they show the answer: a picture whose name or words have it, and a question that does not point at
    the picture ("Which tool is this?").
    """
    if not phrase_set("pointing_words").isdisjoint(tokens(asking_string(question).casefold())):
        return True
    return not any(_tells(inline, answer) for inline in inlines(media))


def without_telling_words(text: Text, answer: str) -> Text:
    """Return a text whose pictures have no words that tell the answer."""
    if not has_media(text):
        return text
    return Text(
        tuple(
            [
                replace(inline, text="") if inline.kind == "picture" and _is_told(inline.text, answer) else inline
                for inline in text
            ]
        )
    )


def _tells(inline: Inline, answer: str) -> bool:
    return _is_told(inline.text, answer) or _is_told(stem(inline), answer)


def _is_told(words: str, answer: str) -> bool:
    """Return whether words and an answer are the same, or one holds the other."""
    told, expected = f" {normalize(words)} ", f" {normalize(answer)} "
    return bool(told.strip() and expected.strip()) and (told in expected or expected in told)


def without_sounds(content: Content) -> Content:
    """Return paragraphs without their sounds, which would tell the answer of a card that asks backwards."""
    return tuple(
        [
            replace(block, text=normalized_text([inline for inline in block.text if inline.kind != "sound"]))
            if isinstance(block, Paragraph) and any(inline.kind == "sound" for inline in block.text)
            else block
            for block in content
        ]
    )


def with_sounds_beside_words(table: Table, key_column: int) -> Table:
    """Return a table in which the sounds of cells without words stand in the cell of the word that they speak.

    That is the cell with the words of the file's name, or else the row's key: a column of sounds asks nothing.
    """
    if not any(is_sound(cell) for row in table.rows for cell in row.cells):
        return table
    return replace(table, rows=tuple([_spoken(row, key_column) for row in table.rows]))


def _spoken(row: TableRow, key_column: int) -> TableRow:
    cells = list(row.cells)
    for index, cell in enumerate(row.cells):
        if not is_sound(cell):
            continue
        cells[index] = Text()
        for sound in cell:
            if sound.kind == "sound":
                column = _column_of(sound, row.cells, key_column)
                cells[column] = Text((*cells[column].inlines, sound))
    return replace(row, cells=tuple(cells))


def _column_of(sound: Inline, cells: Sequence[Text], key_column: int) -> int:
    name = stem(sound)
    words = [normalize(asking_string(cell)) for cell in cells]
    for matches in (lambda word: word == name, lambda word: f" {name} " in f" {word} " or f" {word} " in f" {name} "):
        found = [index for index, word in enumerate(words) if word and name and matches(word)]
        if found:
            return found[0]
    return key_column
