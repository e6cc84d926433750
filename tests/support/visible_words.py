"""The visible words of a Markdown source, found by another parser than the product's, and those that a build shows.

Left out by name, because no reader sees them or they name no fact: front matter, comments, link targets, attributes,
info strings, macros, list numbers and the like (numbers of headings, letters of options, boxes of tasks, names of
footnotes), and the function words that a pair of a sentence's two parts leaves out between them. Of Obsidian: comments,
ids of blocks, embeds, properties and queries.
Of flashcards that
their author wrote: the labels of questions and answers, numbers of clozes, and the lines that only another tool reads.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Mapping
from html.parser import HTMLParser

from marko import Markdown

from studydeck.markdown.front_matter import read_front_matter, without_front_matter
from studydeck.markdown.source import clean
from studydeck.model.anki import FIELDS
from studydeck.pipeline import Built
from studydeck.text.naming_sentences import words_of_frames
from studydeck.text.tokens import is_function_word, may_hold_cjk
from studydeck.text.word_list_files import phrases

_PARSER = Markdown(extensions=["gfm"])
_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"^Tags?:(?= #)|(?<![^\s(])#[\w/-]*[^\W\d][\w/-]*", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|%%.*?(?:%%|\Z)", re.DOTALL)
_OBSIDIAN = re.compile(
    r"(?<=\s)\^[\w-]+[ ]*$|^[>\s*+-]*(?:\[.\] )?[*_]*[A-Z][\w ]*[*_]*::(?: .*)?$|[(\[][A-Z][\w ]*::.*?[)\]]+"
    r"|^[> ]*```(?:dataview|dataviewjs|tasks|query)$(?s:.*?)^[> ]*```$|^.*`\$?= ?(?:this|dv)\..*$|^collapse: .*$",
    re.MULTILINE | re.IGNORECASE,
)
_FOOTNOTE_NAME = re.compile(r"\[\^[^\]\s]+\]:?")
_WIKILINK = re.compile(r"(!?)\[\[([^\[\]\n]+)\]\]")
_CALLOUT = re.compile(r"^([> \t]*)\[![^\]\n]+\][+-]?", re.MULTILINE)
_ADMONITION = re.compile(r'^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]*[\w -]*("?)', re.MULTILINE)
_NUMBERING = re.compile(r"^(?:\W*\d+(?:\.\d+)*[.)]?\s+)+")
_INVISIBLE = {"script", "style", "template", "noscript", "title", "head", "iframe", "audio", "video"}
_NOTE_START = re.compile(r"^START\n(?:Basic|Cloze)\b.*\n", re.MULTILINE)
_TOOL_LINE = re.compile(r"^(?:END|TARGET DECK:.*|Tags: .*|ID: \d{8,}|#(?:flashcards|card)\S*)$", re.MULTILINE)
_CARD_MARK = re.compile(r"\{\{c\d+::|^Back: |(?<=\w) #card$|<summary>Show answer</summary>", re.MULTILINE)
_CARD_LABEL = re.compile(r"^([\s>*-]*)(?:Q|A|Frage|Antwort|Lösung)\b(?: \d+)?(?=\W*:)", re.MULTILINE)
_OWN_QUESTION = re.compile(r'<span class="question" data-term="([^"]*)" data-label="([^"]*)">.*?</span>')
_UNPARSED = ("too-deep", "open-comment")
# What a pair of subject and rest leaves out between them.
_LEFT_OUT = words_of_frames().union(
    " ".join(phrases("sentence_verbs", "definition_articles", "final_particles")).split()
)
_LABELS = {"answer", "answers", "correct", "solution", "ans", "key", "example", "ejemplo", "http", "https", "www"}


class _Text(HTMLParser):
    """Collects the texts of HTML; a tag of no known element is a text as well."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.hidden = 0
        self.is_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in _INVISIBLE
        self.is_heading = bool(re.fullmatch("h[1-6]|li|td", tag)) or (self.is_heading and tag in {"p", "strong", "em"})
        self.texts.append(
            " " if tag not in {"b", "i", "em", "strong", "sub", "sup", "code", "a", "span", "del"} else ""
        )

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(self.hidden - (tag in _INVISIBLE), 0)
        self.texts.append(
            " " if tag not in {"b", "i", "em", "strong", "sub", "sup", "code", "a", "span", "del"} else ""
        )

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.texts.append(_NUMBERING.sub("", data) if self.is_heading else data)
            self.is_heading = self.is_heading and not data.strip()


def words(text: str) -> set[str]:
    """Return the words of a plain text, in one form for comparison."""
    return set(_WORD.findall(clean(text).casefold()))


def html_words(markup: str) -> set[str]:
    """Return the words of HTML that a reader sees, alternative texts included."""
    reader = _Text()
    reader.feed(re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r" \1 ", markup))
    reader.close()
    return words("".join(reader.texts))


def _shown_link(link: re.Match[str]) -> str:
    """Return the words of a wikilink: an embed and the id of a block show none."""
    return "" if link[1] or link[2].startswith("#^") else link[2].split("|")[-1].removesuffix(".md")


def visible_words(source: str) -> set[str]:
    """Return the words of a source that a reader of the rendered page sees."""
    text = clean(source)
    text = without_front_matter(text, read_front_matter(text))
    text = _OBSIDIAN.sub("", text)
    text = _TAG.sub("", text)  # becomes a tag of the note
    text = _COMMENT.sub("", _FOOTNOTE_NAME.sub(" ", text))
    text = _WIKILINK.sub(_shown_link, text)
    text = _ADMONITION.sub(r"\1\2", _CALLOUT.sub(r"\1", text))
    text = _CARD_MARK.sub(" ", _TOOL_LINE.sub("", _NOTE_START.sub("", text)))
    text = _CARD_LABEL.sub(r"\1", text)
    found = html_words(_PARSER.convert(text))
    return {
        word
        for word in found - _LABELS - _LEFT_OUT
        if not is_function_word(word) and not (word.isascii() and len(word) < (3 if word.isdigit() else 2))
    }


def _words_of_notes(question: re.Match[str]) -> str:
    """Return the term and the verb that a question in its own words asks by: it may have another form of the verb."""
    return " ".join(filter(None, question.groups()))


def lost_words(sources: Mapping[str, str], built: Built) -> dict[str, set[str]]:
    """Return, for each file, the visible words that are on no card, in no skipped block and in no diagnostic."""
    shown: dict[str, set[str]] = defaultdict(set)
    fields = [[_OWN_QUESTION.sub(_words_of_notes, value) for value in row.fields] for row in built.deck.rows]
    for note, row, values in zip(built.notes, built.deck.rows, fields, strict=True):
        for name, value in zip(FIELDS[row.kind], values, strict=True):
            if name not in {"ID", "Source"}:
                cloze_free = re.sub(r"\{\{c\d+::|\}\}", "", value)
                shown[note.draft.span.path] |= html_words(cloze_free)
    for block in built.skipped:
        lines = clean(sources[block.span.path]).split("\n")[block.span.line - 1 : block.span.end_line]
        shown[block.span.path] |= words(html.unescape("\n".join(lines))) | words(block.text)
    for diagnostic in built.diagnostics:
        if diagnostic.path in sources:
            shown[diagnostic.path] |= words(diagnostic.message)
            if diagnostic.code in _UNPARSED:
                shown[diagnostic.path] |= words(sources[diagnostic.path])
    lost_of_files = {path: visible_words(source) - shown[path] for path, source in sources.items()}
    # A sentence without spaces is one word to a reader of words, and can stand in two fields of a note.
    rows = ["".join(values[1:]) for values in fields]
    joined = re.sub(r"<[^>]*>|\{\{c\d+::|\}\}", "", " ".join(rows)).casefold()
    return {
        path: kept
        for path, lost in lost_of_files.items()
        if (kept := {word for word in lost if not (may_hold_cjk(word) and word in joined)})
    }
