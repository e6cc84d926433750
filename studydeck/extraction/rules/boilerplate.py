"""Rule for blocks that are not study material, and predicates for links and tasks.

Skips tables of contents, link lists, badges, placeholders, licences and remarks about the notes themselves. Except for
a few closed titles, a block is judged by its content and not by its heading: most link lists are under ordinary
headings, and sections named "Resources" often hold real text.
"""

from __future__ import annotations

import re

from studydeck.extraction.context import RuleContext, RuleResult, skip
from studydeck.extraction.rules.defined_names import begins_with_name
from studydeck.extraction.rules.questions import is_question
from studydeck.model.document import WIKILINK_PREFIX, Code, Html, Inline, Item, ItemList, Paragraph, Text
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import plain, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.course_remarks import is_task_title
from studydeck.text.length import exceeds, length
from studydeck.text.machine_text import is_assignment
from studydeck.text.normalize import normalize
from studydeck.text.phrases import Phrases
from studydeck.text.punctuation import ends_in_colon
from studydeck.text.sentences import sentences
from studydeck.text.term_shapes import split_term
from studydeck.text.unwritten import is_placeholder
from studydeck.text.verbs import has_verb
from studydeck.text.word_list_files import alternatives, phrase_set

# Languages in which code draws a picture, which Anki does not show.
_DIAGRAMS = frozenset("mermaid dot graphviz plantuml puml d2 ditaa nomnoml bytefield flow sequence".split())
_BOILERPLATE_TITLES = phrase_set("boilerplate_titles")
_TAG_TITLES, _RELATED_TITLES = phrase_set("tag_titles"), phrase_set("related_titles")
_LINK_WORDS = phrase_set("link_words")
_LONGEST_POINTER = 14  # words of a sentence that only says where something is
_INCLUDE = lazy_pattern(r"\s*(?:-{1,2}8<-{1,2}|<<<)[ \t][^\n]*\s*")  # code of another file, which is not here
_URL = lazy_pattern(r"https?://\S+|www\.\S+")
_REMARK_ABOUT_NOTES = lazy_pattern(
    rf"""
      \b{alternatives("remark_openings")}\b [^.]{{0,40}} \b{alternatives("note_names")}\b      # "These are my notes"
    | \b(?: {alternatives("reader_requests")} | {alternatives("reader_request_stems")}\w+ )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_STUDY_TASK = lazy_pattern(
    rf"""
    \W*{alternatives("study_verbs")}\b .{{0,60}} \b{alternatives("study_materials")}      # "Read chapters 3 and 4"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOTE_ADDRESS = lazy_pattern(
    r"""
    (?! [a-z][\w+.-]*: | // )                    # no scheme
    [^\#?]+ \.(?:md|markdown) (?: \#.* )?        # a file of Markdown, and a heading in it
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PAGE = lazy_pattern(r"\S\s[-–—|·]\s\S|\w#\w")
_CREDIT = lazy_pattern(
    rf"""
      \W*{alternatives("credit_openings")}\b .{{1,40}}                   # "Summarised by …"
    | .{{0,4}}由 .{{1,20}} {alternatives("unspaced_credit_endings")}\W*    # "由 … 总结"
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CREDITS, _BY = Phrases("credit_openings"), "由"
_CITATION = lazy_pattern(
    r"""
    \W* (?:\d+\W+)? [A-Z][\w'’-]+ ,?\s (?:[A-Z]\.[ -]?){1,3}       # "Laprie J.C.", "[3] Smith, A."
    (?: [,;&] .{0,80}? )?                                        # ", & Jones, B."
    \((?:1[89]|20)\d\d[a-z]?\) .*                               # "(1992) Dependability ..."
    """,
    re.VERBOSE | re.DOTALL,
)
_NAVIGATION = lazy_pattern(r"[\s<>←→«»↑↓|·•/]*[<>←→«»↑↓|·•][\s<>←→«»↑↓|·•/]*")  # signs between links, not words
_BETWEEN_LINKS = " ,;，、；|/·。."
_LINK_PREFIX = lazy_pattern(rf"^{alternatives('link_prefixes')}\b\W*", re.IGNORECASE)


def boilerplate(context: RuleContext, index: int, _vocabulary: SectionVocabulary) -> RuleResult | None:
    """Skip a block that is not study material, with the reason."""
    block = context.blocks[index]
    if context.title in _BOILERPLATE_TITLES and not _is_explained(context):
        return skip(block, "no-material")
    if is_task_title(context.title) and not _is_explained(context):
        return skip(block, "task")
    if type(block) is Paragraph:
        return _skipped_paragraph(context, block, block.text)
    if type(block) is ItemList:
        if (
            _is_link_list(block)
            or (context.title in _TAG_TITLES and _is_list_of_notes(block))
            or (context.title in _RELATED_TITLES and all(map(_begins_with_link, block.items)))
        ):
            return skip(block, "link-list")
        lines = [item.text.string for item in block.items]
        if sum(map(is_assignment, lines)) >= 0.6 * len(lines) > 1:
            return skip(block, "sample-data")
        if sum(map(is_citation, lines)) >= 0.5 * len(lines):
            return skip(block, "about-the-notes")
        return _skipped_tasks(context, block) if all(is_task(item, block) for item in block.items) else None
    if type(block) is Code and (not block.text.strip() or _INCLUDE.fullmatch(block.text)):
        return skip(block, "empty")
    if type(block) is Code and block.language.lower() in _DIAGRAMS:
        return skip(block, "diagram")
    if type(block) is Html:
        if block.html.startswith("<!--") and block.html.endswith("-->"):
            return skip(block, "comment")
        return None if plain((block,)) else skip(block, "raw-html")
    return None


def _is_explained(context: RuleContext) -> bool:
    """Return whether the body says what its title means: "Credit is a claim of a bank on a debtor."."""
    opening = text_of_content(context.blocks[:1])
    names = (context.name, text_of(context.name.plain.removesuffix("s")))
    return any(begins_with_name(name, opening) for name in names) and has_verb(opening)


def _skipped_paragraph(context: RuleContext, block: Paragraph, text: Text) -> RuleResult | None:
    raw_text = text.string.strip()
    if is_link(text) or is_reference(text) or _only_points(text):
        return skip(block, "link")
    if _STUDY_TASK.match(raw_text):
        return skip(block, "about-the-notes")
    if is_placeholder(raw_text):
        return skip(block, "placeholder")
    if is_credit(raw_text) or is_citation(raw_text):
        return skip(block, "about-the-notes")
    is_opening = context.is_document or len(context.heading_path) <= 1
    if is_opening and not context.nested and _REMARK_ABOUT_NOTES.search(raw_text):
        return skip(block, "about-the-notes")
    return None


def _skipped_tasks(context: RuleContext, block: ItemList) -> RuleResult | None:
    """Skip a list of tasks; below a question, ticked items are its answer."""
    if not is_question(context.prompt_text or context.name):
        return skip(block, "task")
    return None if any(item.done for item in block.items) else skip(block, "question-without-answer")


def is_task(item: Item, block: ItemList) -> bool:
    """Return whether an item of a list is a task with a box, rather than a term or an answer that is ticked."""
    if item.done is None or item.directives.hide or split_term(item.text, block.items):
        return False
    return all(
        isinstance(below, ItemList) and all(is_task(inner, below) for inner in below.items) for below in item.blocks
    )


def is_credit(line: str) -> bool:
    """Return whether a line only says who wrote, summarised or translated the notes."""
    return (_CREDITS.may_begin(line) or _BY in line) and bool(_CREDIT.fullmatch(line.strip()))


def is_citation(line: str) -> bool:
    """Return whether a line only names a publication: "Laprie J.C. (1992) Dependability: Basic Concepts. Springer"."""
    return ("(1" in line or "(2" in line) and bool(_CITATION.fullmatch(line.strip()))


def is_address(target: str) -> bool:
    """Return whether the target of a link is an address; another note is none, but the name of a subject."""
    return bool(target) and not target.startswith(WIKILINK_PREFIX)


def is_note_address(target: str) -> bool:
    """Return whether the target of a link is the file of another note: "../peru.md#history"."""
    return bool(_NOTE_ADDRESS.fullmatch(target))


def is_name_of_note(text: Text) -> bool:
    """Return whether a text is one link to another note, whose name it is."""
    return len(text.inlines) == 1 and text.inlines[0].target.startswith(WIKILINK_PREFIX)


def is_reference(text: Text) -> bool:
    """Return whether a paragraph only leads to other notes: "Related: [[a]], [[b]]", or "[[a]] | [[b]]"."""
    links = [inline for inline in text if inline.target.startswith(WIKILINK_PREFIX)]
    if not links:
        return False
    between = "".join([inline.text for inline in text if not inline.target]).strip()
    return is_link(text) or (len(links) > 1 and bool(_NAVIGATION.fullmatch(between)))


def is_link(text: Text) -> bool:
    """Return whether a text is only links, or a link after a prefix such as "see also"."""
    raw_text = text.string
    if "http" not in raw_text and "www." not in raw_text and not "".join([inline.target for inline in text]):
        return False
    unlinked = "".join(inline.text for inline in text if not inline.target).strip()
    # Links to other notes count only where they are offered for reading ("See also").
    is_reference = bool(_LINK_PREFIX.match(unlinked))
    linked_words = sum(
        length(inline.text)
        for inline in text
        if inline.target and inline.kind != "picture" and (is_reference or _is_address_or_path(inline))
    )
    unlinked = _LINK_PREFIX.sub("", unlinked)
    without_urls = _URL.sub("", unlinked)
    if without_urls != unlinked:
        linked_words += 1
    return bool(linked_words) and length(_LINK_PREFIX.sub("", without_urls.strip())) <= max(1, 0.2 * linked_words)


def _is_address_or_path(inline: Inline) -> bool:
    """Return whether a link leads out of the notes, or shows the path of a note, which its author gave no name here."""
    return is_address(inline.target) or ("/" in inline.text and inline.target.endswith(inline.text))


def is_pointer(text: Text) -> bool:
    """Return whether a text is only an address, or a link that names nothing: "[Link](…)"."""
    if _URL.fullmatch(text.string.strip()):
        return True
    return normalize(text) in _LINK_WORDS and all(is_address(inline.target) for inline in _with_words(text))


def is_page(text: Text) -> bool:
    """Return whether a text is only a link to a page, whose name is that of a site, too: "[MDN - Events](…)"."""
    linked = _with_words(text)
    return bool(linked) and all(is_address(inline.target) for inline in linked) and bool(_PAGE.search(text.string))


def _only_points(text: Text) -> bool:
    """Return whether a sentence only says where something is: "The full list is [here](…)"."""
    inlines = _with_words(text)
    links = [inline for inline in (*inlines[:1], *inlines[-1:]) if is_address(inline.target)]
    if not any(normalize(link.text) in _LINK_WORDS for link in links):
        return False
    return not exceeds(text, _LONGEST_POINTER) and len(sentences(text)) == 1


def _with_words(text: Text) -> list[Inline]:
    """Return the inlines of a text that hold a letter or a digit, not only signs."""
    return [inline for inline in text if any(map(str.isalnum, inline.text))]


def _begins_with_link(item: Item) -> bool:
    """Return whether an item begins with a link, or with a label of links: "Diseases: [[a]], [[b]]"."""
    if not item.text or item.text.inlines[0].target:
        return bool(item.text)
    opening, *rest = item.text
    return ends_in_colon(opening.text) and all(
        inline.target or not inline.text.strip(_BETWEEN_LINKS) for inline in rest
    )


def _is_link_list(block: ItemList) -> bool:
    item_texts = _item_texts(block)
    return bool(item_texts) and len([text for text in item_texts if is_link(text)]) >= 0.6 * len(item_texts)


def _is_list_of_notes(block: ItemList) -> bool:
    """Return whether each item is only a link to another note, as tags are in a vault whose tags are notes."""
    return all(
        not item.blocks
        and all(inline.target.startswith(WIKILINK_PREFIX) or not inline.text.strip() for inline in item.text)
        for item in block.items
    )


def _item_texts(block: ItemList) -> list[Text]:
    item_texts: list[Text] = []
    for item in block.items:
        if item.text.string.strip():
            item_texts.append(item.text)
        for nested_block in item.blocks:
            if type(nested_block) is ItemList:
                item_texts += _item_texts(nested_block)
    return item_texts
