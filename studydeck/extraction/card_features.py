"""What the confidence of a card is computed from: features of its question and of its answer.

In: a draft, and the number of one of its card specs. Out: the names of its features; the rows of `confidence.toml` give
points to some of them. A feature depends on the draft alone, so on a block and its section, and on no language but for
the word lists that all rules share.
"""

from __future__ import annotations

from math import inf

from studydeck.extraction.cloze_features import features_of_blank, features_of_cloze
from studydeck.extraction.clue_features import features_of_clue
from studydeck.extraction.embeds import has_media
from studydeck.extraction.list_features import features_of_list
from studydeck.extraction.long_answers import is_shown_whole
from studydeck.extraction.path_features import features_of_path, features_of_subject
from studydeck.extraction.rules.boilerplate import is_name_of_note
from studydeck.extraction.rules.defined_names import begins_with_name, can_ask_backwards
from studydeck.extraction.rules.figures import are_exhibits, is_figure
from studydeck.model.document import (
    FORMULA_KINDS,
    MEDIA_KINDS,
    Code,
    Content,
    Formula,
    ItemList,
    Paragraph,
    Style,
    Table,
    Text,
)
from studydeck.model.notes import Cloze, NoteDraft, Pair
from studydeck.model.text_edits import text_of
from studydeck.model.traverse import plain, text_of_content
from studydeck.patterns import lazy_pattern
from studydeck.text.length import Ranges, exceeds, length, range_of
from studydeck.text.names import can_be_name, is_generic, starts_like_task
from studydeck.text.normalize import meaningful_signs, normalize
from studydeck.text.openings import article_end, begins_derivation, is_anaphoric, is_example, is_open
from studydeck.text.punctuation import ends_in_colon, ends_in_question_mark, has_question_mark
from studydeck.text.search import BLANK, occurs_in, stem_pattern
from studydeck.text.term_sides import is_vocabulary
from studydeck.text.tokens import content_words, is_function_word, words_of
from studydeck.text.tutorials import is_tutorial_step
from studydeck.text.word_list_files import phrase_set

# Ranges of numbers of words, or of siblings: the upper limit and the feature of each.
_ANSWER_LENGTHS: Ranges = (
    (1, "answer: 1 word"),
    (4, "answer: up to 4 words"),
    (12, "answer: up to 12 words"),
    (25, "answer: up to 25 words"),
    (inf, "answer: over 25 words"),
)
_CLUE_LENGTHS: Ranges = tuple([(limit, name.replace("answer", "clue")) for limit, name in _ANSWER_LENGTHS])
_QUESTION_LENGTHS: Ranges = (
    (1, "question: 1 word"),
    (4, "question: up to 4 words"),
    (8, "question: up to 8 words"),
    (inf, "question: over 8 words"),
)
_SIBLINGS: Ranges = ((0, "siblings: none"), (2, "siblings: 1 or 2"), (inf, "siblings: over 2"))
ASKED_TWICE = "question: asked twice"  # in the same section
_MANY_ITEMS = 3  # items of an answer that nobody recalls as one fact
_MANY_LINES = 8  # of code, which nobody recalls as one fact
_LONG_NAME = 4  # words
_SHORTEST_CAPITALS = 5  # letters of a label in capitals; a shorter one is an acronym
_LONGEST_POSITION = 3  # words of a name such as "Case 2" or "Exercise 3b"
# Mostly of the note: "2026-04-02 06:34 CST", "2022年6月16、17日".
_DAY = lazy_pattern(r"(?:19|20)\d\d[-/.]\d\d[-/.]\d\d\b.{0,24}|20\d\d年\d\d?月[\d、～-]+日。?")
_E_MAIL = lazy_pattern(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_KEY = lazy_pattern(r"(?=(?:\D*\d){4})(?=.*[A-Za-z])[\w-]{16,}")  # of a service, or a hash
_LONGEST_COPULA = 4  # letters; other defining verbs say what is asked
_SENTENCE_SIGNS = (".", "。", "．", "!", "！", "؟", "।")
_UNFINISHED = ("…", "...", ",", ";", "，", "、")

_EXAMPLES = phrase_set("example_nouns")
_GENERIC_LABELS = phrase_set("open_labels", "generic_names", "empty_names", "lead_words")
_POSITIONS = phrase_set("position_words")
_COPULAS = phrase_set("defining_verbs")  # which says nothing by itself: "The value is?"


def features(draft: NoteDraft, number: int, siblings: int = 0) -> list[str]:
    """Return the features of the card that spec `number` of a draft gives, counted from 0.

    `siblings` are the other drafts of its section by the same rule, which show that its label is one of several.
    """
    return shared_features(draft, siblings) + own_features(draft, number)


def shared_features(draft: NoteDraft, siblings: int) -> list[str]:
    """Return the features that all cards of a draft have: those of its place, and of the text that a cloze shows."""
    shared = [*features_of_path(draft.heading_path), range_of(siblings, _SIBLINGS)]
    if isinstance(draft.body, Cloze):
        shared.append(f"rule: {draft.rule}")
        shared += features_of_cloze(draft.body, len(draft.card_specs), draft.heading_path)
    elif any(map(is_figure, draft.body.meaning[:1])) and _leads_on(text_of_content(draft.body.term)):
        shared.append("question: a step of a derivation")
    return shared


def _leads_on(term: Text) -> bool:
    """Return whether the line above a figure names nothing but leads on to it: "Substituting", "is stored as"."""
    words = words_of(term.plain)
    return begins_derivation(term.plain) or (len(words) > 1 and is_function_word(words[-1]))


def own_features(draft: NoteDraft, number: int) -> list[str]:
    """Return the features that the card of spec `number` does not share with the others of its draft."""
    body = draft.body
    if isinstance(body, Cloze):
        return features_of_blank(body, number, draft.card_specs[number].phrase)
    if number:
        return [f"rule: {draft.rule}, backwards", *_clue_features(body, draft.heading_path)]
    own = [f"rule: {draft.rule}", *_question_features(body), *_answer_features(body)]
    if draft.extra and not (is_shown_whole(body.meaning, draft.extra) or are_exhibits(draft.extra, body.meaning)):
        own.append("answer: more is shown below it")
    if draft.rule == "enumerations" and isinstance(body.meaning[0], ItemList):
        own += features_of_list(body.meaning[0], plain(body.term), draft.heading_path)
    if draft.rule == "headings":
        own += _heading_features(body)
    if draft.rule == "figures" and not exceeds(text_of_content(body.term), 1):
        own.append("figure: named by one word")
    return own


def _heading_features(body: Pair) -> list[str]:
    """Return whether the text below a heading says what the heading names."""
    name, answer = text_of_content(body.term), text_of_content(body.meaning)
    if len(body.meaning) > 1 and isinstance(body.meaning[0], Paragraph) and is_open(body.meaning[0].text.string):
        return []  # a theorem, whose premise need not name it
    found = [] if _is_sentence(body.meaning) else ["heading: its answer is no sentence"]
    if begins_with_name(name, answer):
        found.append("heading: its answer begins with it")
    elif not (
        can_ask_backwards(name, answer) or occurs_in([stem_pattern(word) for word in content_words(name)], answer.plain)
    ):
        found.append("heading: its answer does not name it")
    return found


def _question_features(body: Pair) -> list[str]:
    """Return the features of the question of a forward card: what its term looks like."""
    text = text_of_content(body.term)
    string = text.plain
    found = ["question: has a label"] if body.meaning_label else []
    if body.meaning_label in _COPULAS and len(body.meaning_label) <= _LONGEST_COPULA:
        found.append("question: only a copula")
    if ends_in_question_mark(string):
        return [*found, "question: ends in a question mark"]
    word_count = length(text)
    found.append(range_of(word_count, _QUESTION_LENGTHS))
    # Of a term below "Notes" or "Definitions" the label is what is asked: "Notes: Osmosis?".
    named = text_of(body.meaning_label) if body.meaning_label and is_generic(text) else text
    found += _name_features("question", named)
    is_marked = bool([inline for inline in text.inlines if inline.styles & Style.MARKED])
    if not (body.meaning_label or is_marked or content_words(text)) and sum(map(str.isalpha, string)) > 1:
        found.append("question: no content word")
    is_learned = is_vocabulary(string, plain(body.meaning))
    if not (is_learned or can_be_name(text)):
        found.append("question: a clause")
    asked = body.meaning_label or string
    if asked.startswith(("(", "（")) and asked.endswith((")", "）")):
        found.append("question: in brackets")
    if word_count > 1 and not is_learned and is_anaphoric(text):  # one word is a word that is learned, such as "sein"
        found.append("question: refers back")
    if is_marked:
        found.append("question: marked by the author")
    if not _is_plain(text):
        shown = [inline for inline in text if inline.text.strip()]
        if shown and all(inline.kind == "code" for inline in shown):
            found.append("question: code")
        if shown and all(inline.target for inline in shown):
            found.append("question: a link")
    return found


def _name_features(side: str, text: Text) -> list[str]:
    """Return what is wrong with a text as the name of something."""
    string, name, found = text.plain, normalize(text), []
    words = name.split(" ", _LONGEST_POSITION)
    if len(string) > 1 and name in _GENERIC_LABELS:
        found.append(f"{side}: a generic name")
    elif len(words) <= _LONGEST_POSITION and (words[0] in _POSITIONS or words[0] in _EXAMPLES):
        found.append(f"{side}: a position")
    elif starts_like_task(string):
        found.append(f"{side}: a task")
    if not (any(map(str.isalpha, string)) or (len(string) == 1 and meaningful_signs(string))):
        found.append(f"{side}: no letter")
    elif string.isupper() and sum(map(str.isalpha, string)) >= _SHORTEST_CAPITALS:
        found.append(f"{side}: in capitals")
    return found


def _answer_features(body: Pair) -> list[str]:
    """Return the features of the answer of a forward card."""
    text = text_of_content(body.meaning)
    string = text.plain
    found = [range_of(length(text), _ANSWER_LENGTHS), *_form_features(body.meaning, text)]
    if ends_in_colon(string):
        found.append("answer: ends in a colon")
    elif string.endswith(_UNFINISHED):
        found.append("answer: unfinished")
    elif has_question_mark(string):
        found.append("answer: asks something")
    is_translation = is_vocabulary(plain(body.term), string)
    if not is_translation and is_anaphoric(text):
        found.append("answer: refers back")
    if not is_translation and is_example(text):
        found.append("answer: an example")
    if is_tutorial_step(text):
        found.append("answer: a step of a tutorial")
    if _DAY.fullmatch(string):
        found.append("answer: a day")
    elif _KEY.fullmatch(string):
        found.append("answer: a key")
    elif _E_MAIL.fullmatch(string):
        found.append("answer: an e-mail address")
    words = content_words(text)
    if not words:
        if not has_media(text):  # else what is shown or heard is the answer
            has_letters = any(map(str.isalnum, string))
            found.append("answer: no content word" if has_letters else "answer: nothing but signs")
    elif _repeats(words, content_words(text_of_content(body.term))) and any(map(str.isalnum, string)):
        found.append("answer: repeats the question")
    return found


def _repeats(answer: tuple[str, ...], question: tuple[str, ...]) -> bool:
    """Return whether half of the words of an answer stand in its question, too."""
    words = {word.casefold() for word in answer}
    return 2 * len(words.intersection([word.casefold() for word in question])) >= len(words)


def _form_features(meaning: Content, text: Text) -> list[str]:
    """Return what an answer is made of, besides words in one paragraph."""
    found: list[str] = []
    if len(meaning) == 1 and isinstance(meaning[0], Paragraph) and _is_plain(text):
        return found
    for block in meaning:
        if isinstance(block, ItemList):
            found.append("answer: a long list" if len(block.items) > _MANY_ITEMS else "answer: a short list")
        elif isinstance(block, Code | Formula):
            found.append("answer: a block of code or a formula")
            if isinstance(block, Code) and block.text.count("\n") >= _MANY_LINES:
                found.append("answer: many lines of code")
        elif isinstance(block, Table):
            found.append("answer: a table")
    if len(meaning) > 1:
        found.append("answer: several blocks")
    kinds = {inline.kind for inline in text if inline.text.strip()}
    if has_media(text):
        found.append("answer: a picture or sound")
    elif kinds and kinds <= {"code", *FORMULA_KINDS}:
        found.append("answer: code or a formula in a line")
    if any(inline.target and inline.kind not in MEDIA_KINDS for inline in text) and not is_name_of_note(text):
        found.append("answer: has a link")
    if kinds & FORMULA_KINDS or any(isinstance(block, Formula) for block in meaning):
        found.append("answer: has a formula")
    return found


def _is_plain(text: Text) -> bool:
    """Return whether a text is words alone, which nearly all texts are."""
    return len(text.inlines) == 1 and text.inlines[0].kind == "text" and not text.inlines[0].target


def _is_sentence(content: Content) -> bool:
    return plain(content).endswith(_SENTENCE_SIGNS)


def _clue_features(body: Pair, heading_path: tuple[str, ...]) -> list[str]:
    """Return the features of a backward card, which shows the clue and asks for the term."""
    clue, term = text_of_content(body.clue), text_of_content(body.term)
    found = [range_of(length(clue), _CLUE_LENGTHS), *_name_features("backwards", term)]
    if body.term_label:
        found.append("clue: has a label")
    if _is_sentence(body.clue):
        found.append("clue: a sentence")
    if article_end(clue.string):
        found.append("clue: begins with an article")
    if BLANK in clue.string:
        found.append("clue: hides its name")
    if not _is_plain(clue) and any(inline.target for inline in clue):
        found.append("clue: has a link")
    if is_anaphoric(clue):
        found.append("clue: refers back")
    if is_tutorial_step(clue):
        found.append("clue: a step of a tutorial")
    if ends_in_colon(clue.string):
        found.append("clue: ends in a colon")
    found += features_of_subject(body.about)
    if not body.term_label:
        found += features_of_clue(body.about, clue, heading_path)
    if length(term) > _LONG_NAME:
        found.append("backwards: a long name")
    if not can_be_name(term):
        found.append("backwards: a clause")
    return found
