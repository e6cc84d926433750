"""What every rule reads and gives: a topic with its blocks, what the whole deck knows, and a claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from studydeck.content import cut, flat, length, normal, paragraph, plain, squeeze, texts, without, word_list
from studydeck.rules.lexicon import COMMON, is_empty_name, is_function_word, is_generic
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

LONGEST_ANSWER = 40
LONGEST_FIRST = 28
LONGEST_CLUE = 30


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
    """What the whole deck knows: the normalised names that the notes define, and the words that they write small."""

    terms: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()


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


def refuse(block: Block, reason: str, taken: int = 1) -> Claim:
    """Claim blocks and make nothing of them, with the reason."""
    return Claim(taken, unclaimed=(Unclaimed(block.place, reason, plain((block,))[:200]),))


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
) -> Draft:
    """Draft a pair; it is asked backwards where the meaning can ask for its term."""
    way = topic.trail if trail is None else trail
    name = plain(term)
    meaning, rest = _shortened(meaning)
    extra = (*rest, *extra)
    clue, about = _clue(name, meaning, labels, way)
    wanted = bool(clue) and (backwards or decision.both_ways) and not decision.one_way
    asks = [Ask(plain(meaning), place.line)]
    if clue:
        asks.append(Ask(name, place.line, wanted))
    body = Pair(paragraph(squeeze(term)), meaning, clue, *labels, about)
    return Draft(rule, body, tuple(asks), way, place, topic.section, extra, decision.tags, decision)


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


def _clue(term: str, meaning: Content, labels: tuple[str, str], trail: tuple[str, ...]) -> tuple[Content, str]:
    """Blank the term out of its meaning; give nothing where what is left does not ask for it."""
    if any(isinstance(block, Code) for block in meaning) or not plain(meaning):
        return (), ""
    clue = without(without(meaning, [term]), _parts(term))
    left = [word for word in word_list(plain(clue)) if not is_function_word(word) and word.strip("_")]
    size = length(meaning)
    needed = 1 if any(labels) else 2
    blanks = plain(clue).count("____")
    if size > LONGEST_CLUE or len(left) < needed or 2 * blanks > len(left) or length(term) > 8:
        return (), ""
    if is_generic(term) or any(isinstance(run_form, str) and run_form == "picture" for run_form in _forms(meaning)):
        return (), ""
    words = {normal(word) for word in word_list(term) if len(word) > 2} - COMMON
    above = trail[:-1] if trail and normal(trail[-1]) == normal(term) else trail
    about = next((name for name in reversed(above) if not words & set(normal(name).split())), "")
    return clue, about


def _forms(content: Content) -> set[str]:
    return {run.form for text in texts(content) for run in text}


def _parts(term: str) -> list[str]:
    """Give what would give the term away: its telling words, what stands in its brackets, its initials."""
    words = [word for word in word_list(term) if len(word) > 4 and normal(word) not in COMMON]
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
) -> Draft:
    """Draft a cloze whose runs are already marked with the numbers of its asks."""
    body = Cloze(topic.prompt if prompt is None else prompt, text, masks_rest)
    return Draft(rule, body, asks, topic.trail, place, topic.section, extra, decision.tags, decision)


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
