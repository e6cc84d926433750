"""Remove what only decorates the start of a heading or an item: numbering, emoji, bullets that are typed as text.

In: the text of a heading or an item. Out: the text from its first word on, or from the first sign that has a meaning:
of mathematics, currencies, units, music, keyboards, quotations ("√2", "±3 °C", "¿Qué?", "§ 5", "⌘C", "♭").
"""

from __future__ import annotations

import re

from studydeck.model.document import MEDIA_KINDS, Text
from studydeck.model.text_edits import cut
from studydeck.patterns import lazy_pattern

# Pictures. Not among them: signs of planets and sexes, the zodiac, chess, cards, dice and music.
_EMOJI = "\u231a\u231b\u23e9-\u23ff\u25fd\u25fe\u2600-\u2608\u260a-\u262f\u2638-\u263c\u2670-\u267f"
_EMOJI += "\u2686-\u2691\u2693-\u26a1\u26aa-\u26ff\u2700-\u2767\u2794-\u27bf\u2b05-\u2bff"
_EMOJI += "\U0001f000-\U0001f09f\U0001f1e6-\U0001faff"
# Variation selectors, joiner, keycap, and the letters of flags such as that of Scotland.
_EMOJI_PARTS = "\ufe0e\ufe0f\u200d\u20e3\U000e0020-\U000e007f"
# Without a space after them, most of these mean something: "△ABC", "!important", ":root", "»Faust«".
_BULLETS = "\u25a0-\u25ff·∙*–—―→⇒⟶»›!?,:;※、。，：；"

_WHOLE_KINDS = MEDIA_KINDS | {"code"}

_DECORATION = lazy_pattern(
    rf"""
      (?P<number> \d+(?:\.\d+)*[.)] | \d+(?:\.\d+)+ ) \s+ (?=\D)               # "1.", "2.3)", "2.3"
    | (?: [{_EMOJI}][{_EMOJI_PARTS}]* | [•‣⁃◦・▪▸►▶] | (?![{_EMOJI}•‣⁃◦・▪▸►▶])[^\w\s]\ufe0f[{_EMOJI_PARTS}]* )+
      \s* (?=\w)
    | (?: [{_EMOJI}][{_EMOJI_PARTS}]* )+ \s+ (?=[^\w\s{_EMOJI}]{{1,2}}\w)            # before "−40", "¿Qué"
    | (?!\S[:：]\s) [{_BULLETS}]+ \s+ (?=\w)                            # but "⇒: implies" names the sign
    | [—―]+ (?=[^\W\d])
    """,
    re.VERBOSE,
)


def clean_heading(text: Text, numbers: bool = True) -> Text:
    """Return a heading without leading numbering and emoji, which change with edits and carry no content."""
    if text and text.inlines[0].kind in _WHOLE_KINDS:  # not the sign after a picture, nor one that is code
        return text
    while not (heading := text.string)[:1].isalpha():  # checking one character is faster than matching
        decoration = _DECORATION.match(heading)
        if not decoration or (decoration["number"] and not numbers):
            break
        text = cut(text, decoration.end())
    return text
