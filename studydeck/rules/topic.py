"""What every rule reads and gives: a topic with its blocks, what the whole deck knows, and a claim."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from studydeck.content import (
    BLANK,
    cut,
    flat,
    kin,
    length,
    normal,
    paragraph,
    pattern,
    plain,
    runs,
    squeeze,
    without,
    word_list,
)
from studydeck.rules.lexicon import COMMON, is_empty_name, is_function_word, is_generic, names_a_thing
from studydeck.rules.sentences import sentences
from studydeck.shapes import (
    UNDECIDED,
    Ask,
    Block,
    Cloze,
    Code,
    Content,
    Decision,
    Draft,
    Pair,
    Paragraph,
    Place,
    Section,
    Text,
    Unclaimed,
)

LONGEST_ANSWER = 34
LONGEST_FIRST = 28
LONGEST_CLUE = 30
LONGEST_CLUED = 300  # words; every word of a term is looked for in its meaning, and nobody asks so much
LONGEST_TERM = 6
LEAST_CLUE = 3
LEAST_ECHO = 6
_SQUASH = re.compile(r"[\W_]+|\\[a-z]+")
LEAST_LABELLED = 1
# "Cost of X", "X since 2024": an aspect of something, which nobody would name from its description.
_ATTRIBUTE = re.compile(r"\b(?:of|since|when|vs|versus)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading, or a list item with something nested below it, and its blocks.

    `trail` ends with the topic's own name. `prompt` is what a parent item or lead-in says beyond the trail.
    `defined`: the name has its pair already, so that nothing below may define it again.
    """

    name: Text
    trail: tuple[str, ...]
    blocks: tuple[Block, ...]
    place: Place
    section: int
    decision: Decision = UNDECIDED
    nested: bool = False
    prompt: Content = ()
    defined: bool = False

    @property
    def prompt_text(self) -> Text:
        """The prompt as a text."""
        return self.prompt[0].text if self.prompt and isinstance(self.prompt[0], Paragraph) else ()

    @property
    def subject(self) -> str:
        """The topic's name; a generic one stands behind its parent's."""
        name = plain(self.name)
        if len(self.trail) > 1 and is_empty_name(name):
            return self.trail[-2]
        if len(self.trail) > 1 and is_generic(name):
            return f"{self.trail[-2]}: {name}"
        return name


@dataclass(frozen=True, slots=True)
class Known:
    """What the whole deck knows: the normalised names that the notes define, and the words that they write small.

    `capitals`: so many words inside of sentences begin with a capital that it tells nothing.
    """

    terms: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A rule's answer: how many blocks it takes, and what becomes of them.

    Topics inside are read in turn; what is `attached` is shown with the note before it.
    """

    taken: int = 1
    drafts: tuple[Draft, ...] = ()
    unclaimed: tuple[Unclaimed, ...] = ()
    inner: tuple[Topic, ...] = ()
    attached: Content = ()


Rule = Callable[[Topic, int, Known], Claim | None]


def topic_of(section: Section, index: int) -> Topic:
    """Make a topic of a section."""
    return Topic(section.heading, section.trail, section.blocks, section.place, index, section.decision)


def refuse(block: Block, reason: str, *more: Block) -> Claim:
    """Claim blocks and make nothing of them, with the reason."""
    blocks = (block, *more)
    place = replace(block.place, end_line=max(block.place.end_line, *(one.place.end_line for one in blocks)))
    return Claim(len(blocks), unclaimed=(Unclaimed(place, reason, plain(blocks)[:200]),))


def pair(
    topic: Topic,
    rule: str,
    term: Text,
    meaning: Content,
    *,
    place: Place,
    labels: tuple[str, str] = ("", ""),
    extra: Content = (),
    decision: Decision = UNDECIDED,
    backwards: bool = True,
    trail: tuple[str, ...] | None = None,
    apart: bool = False,
    known_as: str | None = None,
) -> Draft:
    """Draft a pair; it is asked backwards where the meaning can ask for its term."""
    way = topic.trail if trail is None else trail
    name = plain(term)
    meaning, rest = _shortened(meaning)
    extra = (*rest, *extra)
    clue, about, good = _clue(name, meaning, labels, way)
    wanted = bool(clue) and ((good and backwards) or decision.both_ways) and not decision.one_way
    asks = [Ask(plain(meaning), place.line)]
    if clue:
        asks.append(Ask(name, place.line, wanted))
    body = Pair(paragraph(squeeze(term)), meaning, clue, *labels, about)
    return Draft(
        rule,
        body,
        tuple(asks),
        way,
        place,
        topic.section,
        extra,
        decision.tags,
        decision,
        apart=apart,
        known_as=known_as,
    )


def _shortened(meaning: Content) -> tuple[Content, Content]:
    """Keep of a long answer the sentences that can be recalled; the whole goes beside it."""
    first = meaning[0] if meaning else None
    if length(meaning) <= LONGEST_ANSWER or not isinstance(first, Paragraph):
        return meaning, ()
    parts = sentences(first.text)
    kept, size = 1, length(parts[0])
    while kept < len(parts) and size + length(parts[kept]) <= LONGEST_FIRST:
        size += length(parts[kept])
        kept += 1
    if (kept == len(parts) and len(meaning) == 1) or size > LONGEST_ANSWER:
        return meaning, ()
    text = cut(first.text, 0, flat(first.text).find(flat(parts[kept]))) if kept < len(parts) else first.text
    return (replace(first, text=text),), meaning


def _clue(term: str, meaning: Content, labels: tuple[str, str], trail: tuple[str, ...]) -> tuple[Content, str, bool]:
    """Blank the term out of its meaning; say what that is about, and whether it asks for the term and no other.

    Whatever can be asked at all is given, so that a card that was packed can stay.
    """
    if max(length(term), length(meaning)) > LONGEST_CLUED:
        return (), "", False
    words = _telling(term)
    squashed = _SQUASH.sub("", term).casefold()
    clue = without(meaning, [pattern(term), *(kin(word) for word in words)])
    if not plain(meaning) or not word_list(plain(clue).replace(BLANK, "")):
        return (), "", False
    above = trail[:-1] if trail and normal(trail[-1]) == normal(term) else trail
    named = (name for name in reversed(above) if not is_generic(name))
    about = next(
        (
            name
            for name in named
            if squashed not in _SQUASH.sub("", name).casefold() and not any(kin(word).search(name) for word in words)
        ),
        "",
    )
    return clue, about, _asks_for(term, meaning, clue, needed=LEAST_LABELLED if any(labels) else LEAST_CLUE)


def _asks_for(term: str, meaning: Content, clue: Content, *, needed: int) -> bool:
    left = [word for word in word_list(plain(clue)) if not is_function_word(word) and word.strip("_")]
    blanks = plain(clue).count(BLANK)
    if length(meaning) > LONGEST_CLUE or len(left) < needed or 2 * blanks > len(left) or length(term) > LONGEST_TERM:
        return False
    if is_generic(term) or _ATTRIBUTE.search(term) or _spells(plain(meaning), term):
        return False
    if BLANK + "-" in plain(clue) or "-" + BLANK in plain(clue) or _echoes(term, plain(clue)):
        return False
    if not names_a_thing(term) or _is_list(plain(meaning)):
        return False
    shown = any(run.form == "picture" for run in runs(meaning))
    return not shown and not any(isinstance(block, Code) for block in meaning)


def _echoes(term: str, clue: str) -> bool:
    """Tell whether a clue still sounds like its term: the same stem inside of another word, or its own last part."""
    name = _SQUASH.sub("", term).casefold()
    for word in word_list(clue):
        part = _SQUASH.sub("", word).casefold()
        if (
            len(part) >= LEAST_ECHO
            and normal(word) not in COMMON
            and (part[:LEAST_ECHO] in name or name.endswith(part))
        ):
            return True
    return len(name) > 1 and name in _SQUASH.sub("", clue).casefold()


def _is_list(meaning: str) -> bool:
    """Tell whether a meaning only lists names: many things have these parts."""
    parts = [part for part in re.split(r"[,;、，]|\band\b|\bor\b", meaning) if part.strip()]
    return len(parts) > 2 and sum(length(part) for part in parts) <= 2.5 * len(parts)


def _spells(meaning: str, term: str) -> bool:
    """Tell whether a term is made of the first letters of its meaning."""
    letters = re.sub(r"\W", "", term)
    initials = "".join(word[0] for word in word_list(meaning) if not is_function_word(word))
    return letters.isupper() and len(letters) > 1 and letters.casefold() in initials.casefold()


def _telling(term: str) -> list[str]:
    """Give the words of a term that would give it away, those inside of CamelCase too, and its initials."""
    parts = [part for word in word_list(term) for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|\w+", word)]
    words = [word for word in dict.fromkeys((*word_list(term), *parts)) if len(word) > 4 and normal(word) not in COMMON]
    initials = "".join(word[0] for word in word_list(term) if word[0].isupper())
    return [*words, *([initials] if len(initials) > 2 else [])]


def cloze(
    topic: Topic,
    rule: str,
    text: Content,
    asks: tuple[Ask, ...],
    *,
    place: Place,
    prompt: Content | None = None,
    extra: Content = (),
    decision: Decision = UNDECIDED,
    masks_rest: bool = False,
    trail: tuple[str, ...] | None = None,
) -> Draft:
    """Draft a cloze whose runs are already marked with the numbers of its asks."""
    body = Cloze(topic.prompt if prompt is None else prompt, text, masks_rest)
    way = topic.trail if trail is None else trail
    return Draft(rule, body, asks, way, place, topic.section, extra, decision.tags, decision)


def inner_topic(
    topic: Topic, name: Text, blocks: Content, place: Place, decision: Decision, *, defined: bool = False
) -> Topic:
    """Make a topic of a parent item: a short name joins the trail, a sentence becomes the prompt."""
    words = plain(name).rstrip(":：").strip()
    if decision == UNDECIDED and topic.decision.skip:
        decision = replace(decision, skip=True)
    if words and length(words) <= 8 and not words.endswith("."):
        short = squeeze(tuple(name)) if flat(name).rstrip() == words else paragraph_text(name, words)
        return Topic(short, (*topic.trail, words), blocks, place, topic.section, decision, True, (), defined)
    return Topic(topic.name, topic.trail, blocks, place, topic.section, decision, True, paragraph(name), defined)


def paragraph_text(text: Text, words: str) -> Text:
    """Give a text without the colon that ends it."""
    shown = flat(text).rstrip()
    return cut(text, 0, len(shown.rstrip(":：").rstrip())) if shown.rstrip(":：").strip() == words else text


def question_of(draft: Draft) -> str:
    """Give what the forward card of a pair asks, without its trail."""
    assert isinstance(draft.body, Pair)
    label = draft.body.meaning_label
    return plain(draft.body.term) + (f": {label}?" if label else "")
