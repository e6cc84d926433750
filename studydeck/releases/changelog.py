"""The changelog: one section a release, for learners first, then for authors.

# Changelog
## Unreleased                 written by hand, between releases
## 1.4.0 (2026-11-23)         what was written by hand, then what `release` found
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from studydeck.config import CHANGELOG
from studydeck.rendering.fields import tag_part
from studydeck.reports import diff, wording
from studydeck.reports.comparison import SINCE, Comparison

NAME = CHANGELOG
UNRELEASED = "## Unreleased"
_HEAD = "# Changelog"
# One regular expression of this many GUIDs stays far below what Anki's own accepts.
_AT_ONCE = 2_000


def section(found: Comparison, day: str, retired: Sequence[str], by_hand: str = "") -> str:
    """Give the section of a release.

    Parameters
    ----------
    found : the release compared with the one before it; before the first, with an empty deck.
    day : of the release, as 2026-11-23.
    retired : GUIDs of all notes that are gone, of every version.
    by_hand : what stood under "Unreleased".
    """
    lines = [f"## {found.after.version} ({day})", ""]
    if by_hand.strip():
        lines += [by_hand.strip(), ""]
    lines += ["### For learners", "", *_learners(found, retired)]
    lines += ["### For authors", "", *_authors(found)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _learners(found: Comparison, retired: Sequence[str]) -> Iterator[str]:
    if not found.before.version:
        yield f"The first version: {len(found.new):,} notes, {_cards(found):,} cards."
        yield ""
        for name, count in Counter(wording.heading_path_words(row).split(" › ")[0] for row in found.new).items():
            yield f"- {diff.escaped(name) or 'without a heading'}: {count} {'note' if count == 1 else 'notes'}"
        yield ""
    else:
        yield f"Over {found.before.version}: {diff.summary(found)}."
        yield ""
        yield from diff.markdown(found, level=4)
    if found.before.version and any(SINCE in tag for row in found.new for tag in row.tags):
        tag = f"{tag_part(found.after.name)}{SINCE}{found.after.version}"
        yield "To study what is new first, search for this in Anki's Browser:"
        yield from _fenced(f'"tag:{tag}"')
    if retired and found.before.version:
        yield (
            "Notes that are no longer in the deck stay in your collection until you delete them. This search in "
            "Anki's Browser finds all of them, whatever version brought them and wherever you moved them:"
        )
        yield from _fenced(*searches(retired))
    if any(one.retired_cards for one in found.changed):
        yield "Some notes above have lost a card; Tools > Empty Cards finds it."
        yield ""


def _authors(found: Comparison) -> Iterator[str]:
    yield f"- Built with studydeck {found.after.tool}" + (
        f", the version before with {found.before.tool}." if found.before.tool not in {"", found.after.tool} else "."
    )
    if found.look and found.before.version:
        yield "- The faces of the cards changed; Anki takes them over with the import."


def _cards(found: Comparison) -> int:
    return sum(len(row.ordinals) for row in found.new)


def _fenced(*lines: str) -> Iterator[str]:
    yield from ("", "```text", *lines, "```", "")


def searches(guids: Sequence[str]) -> Iterator[str]:
    """Give searches for Anki's Browser that find exactly these notes; many take several."""
    for start in range(0, len(guids), _AT_ONCE):
        yield f'"ID:re:^({"|".join(guids[start : start + _AT_ONCE])})$"'


def has(text: str, version: str) -> bool:
    """Tell whether a changelog has a section of this version."""
    return bool(re.search(rf"^## {re.escape(version)}(?![\w.])", text, re.MULTILINE))


def unreleased(text: str) -> str:
    """Give what was written by hand since the last release."""
    return _body(text, UNRELEASED)


def section_of(text: str, version: str) -> str:
    """Give the section of a version with its heading, or nothing."""
    head = re.search(rf"^## {re.escape(version)}(?![\w.]).*$", text, re.MULTILINE)
    return f"{head[0]}\n\n{_body(text, head[0])}\n" if head else ""


def inserted(text: str, added: str) -> str:
    """Put a section above the older ones, and empty what was written by hand."""
    head, _, _ = text.partition("\n## ")
    head = head.strip() if head.strip() and not head.startswith("## ") else _HEAD
    older = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    kept = [one.strip() for one in older if not one.startswith(UNRELEASED)]
    return "\n\n".join((head, UNRELEASED, added.strip(), *kept)) + "\n"


def _body(text: str, heading: str) -> str:
    _, found, rest = text.partition(f"{heading}\n")
    return re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0].strip() if found else ""
