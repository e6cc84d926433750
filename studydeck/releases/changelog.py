"""Read and write the changelog of a deck: a comparison in, the section of a release out.

A section has a part for learners and a part for authors:

# Changelog
## Unreleased                 text that the author writes between releases
## 1.4.0 (2026-11-23)         this text, then the changes that `release` found
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from studydeck.config import CHANGELOG
from studydeck.diagnostics import counted
from studydeck.patterns import lazy_pattern
from studydeck.rendering.fields import tag_part
from studydeck.reports import diff, wording
from studydeck.reports.comparison import SINCE, Comparison

NAME = CHANGELOG
UNRELEASED = "## Unreleased"
_TITLE = "# Changelog"
_RELEASED = lazy_pattern(
    r"""
    ^\#\#[ ]\S+[ ]\(\d{4}-\d\d-\d\d\)$      # "## 1.2.0 (2026-01-31)"
    (?:\n(?!\#\#[ ]).*)*?                   # lines of the same section
    \n\#\#\#[ ]For[ ]learners$
    """,
    re.MULTILINE | re.VERBOSE,
)
# A regular expression of this many GUIDs is far below the limit of Anki's regex engine.
_GUIDS_PER_SEARCH = 2_000
_MAX_SUBDECKS = 100  # that get a search of their own; a page of GitHub has a limit


def section(comparison: Comparison, date: str, retired_guids: Sequence[str], unreleased_notes: str = "") -> str:
    """Return the section of a release.

    Parameters
    ----------
    comparison : the release compared with the one before; a first release is compared with an empty deck.
    date : the date of the release, as 2026-11-23.
    retired_guids : the GUIDs of all retired notes of all versions.
    unreleased_notes : the text under "Unreleased".

    Returns
    -------
    str : Markdown that ends with a line end.
    """
    lines = [f"## {comparison.after.version} ({date})", ""]
    if unreleased_notes.strip():
        lines += [unreleased_notes.strip(), ""]
    lines += ["### For learners", "", *_learner_lines(comparison, retired_guids)]
    lines += ["### For authors", "", *_author_lines(comparison)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _learner_lines(comparison: Comparison, retired_guids: Sequence[str]) -> Iterator[str]:
    if not comparison.before.version:
        cards = counted(_new_card_count(comparison), "card")
        yield f"The first version: {counted(len(comparison.new), 'note')}, {cards}."
        yield ""
        for name, count in Counter(wording.heading_path_text(row).split(" › ")[0] for row in comparison.new).items():
            yield f"- {diff.escape_markdown(name) or 'without a heading'}: {counted(count, 'note')}"
        yield ""
    else:
        yield f"Changes since {comparison.before.version}: {diff.summary(comparison)}."
        yield ""
        yield from diff.markdown(comparison, level=4)
    if comparison.before.version and any(SINCE in tag for row in comparison.new for tag in row.tags):
        tag = f"{tag_part(comparison.after.name)}{SINCE}{comparison.after.version}"
        yield "To study what is new first, search for this in Anki's Browser:"
        yield from _code_block(f'"tag:{tag}"')
    yield from _new_answer_lines(comparison)
    yield from _subdeck_lines(comparison)
    if retired_guids and comparison.before.version:
        yield (
            "Notes that are no longer in the deck stay in your collection until you delete them. This search in "
            "Anki's Browser finds all of them, whatever version brought them and wherever you moved them. Suspend "
            "them first (Cards > Toggle Suspend): a note that a later version brings back has its history then."
        )
        yield from _code_block(*searches(retired_guids))
    if any(change.retired_cards for change in comparison.changed):
        yield "Some notes above have lost a card; Tools > Empty Cards finds it."
        yield ""
    if comparison.before.version:
        yield (
            "If you added a field or a card template to a note type of this deck, tick *Merge note types* in Anki's "
            "import window. Otherwise Anki skips the notes that you already have."
        )
        yield ""


def _new_answer_lines(comparison: Comparison) -> Iterator[str]:
    """Yield a search for notes that ask the same and have another answer: who knew the old one has to learn it anew."""
    guids = [change.after.guid for change in comparison.changed if change.has_new_answer and change.is_update]
    if guids:
        yield (
            f"Same question, new answer: {counted(len(guids), 'note')}. Your reviews of them are kept, so the "
            "next one may be months away. This search in Anki's Browser finds them, to read what changed:"
        )
        yield from _code_block(*searches(guids))


def _subdeck_lines(comparison: Comparison) -> Iterator[str]:
    """Yield a search for each subdeck that finds the cards which learners have in another deck."""
    tags: dict[str, dict[str, None]] = {}  # the tags of files, by subdeck
    for change in (*comparison.changed, *comparison.moved):
        if "Subdeck" in change.fields:
            tag = "::".join(change.before.tags[0].split("::")[:2]) if change.before.tags else ""
            tags.setdefault(change.after.subdeck, {})[tag] = None
    if not tags:
        return
    yield (
        "New cards come into the decks below; Anki leaves the cards that you have where they are. Each search in "
        "Anki's Browser finds those of one deck. Select them all, and choose Cards > Change Deck:"
    )
    for subdeck, files in sorted(tags.items())[:_MAX_SUBDECKS]:
        name = "::".join(filter(None, (comparison.after.name, subdeck)))
        yield ""
        yield f"**{diff.escape_markdown(name)}**"
        found = " OR ".join(f'"tag:{_escaped(tag)}"' for tag in filter(None, files))
        found = f"({found})" if len(files) > 1 else found
        exclusion = f'-"deck:{_escaped(name)}"' if subdeck else f'"deck:{_escaped(name)}::*"'
        yield from _code_block(f"{found} {exclusion}".strip())
    if len(tags) > _MAX_SUBDECKS:
        search = f'"deck:{_escaped(comparison.after.name)}" -"deck:{_escaped(comparison.after.name)}::*"'
        yield f"And {counted(len(tags) - _MAX_SUBDECKS, 'more deck')}. This finds all cards that are in none of them:"
        yield from _code_block(search)


def _escaped(text: str) -> str:
    """Return text for a search in quotes, without meaning for it."""
    return re.sub(r'([\\"*_:])', r"\\\1", text).replace("\\:\\:", "::")


def _author_lines(comparison: Comparison) -> Iterator[str]:
    yield f"- Built with studydeck {comparison.after.tool}" + (
        f", the version before with {comparison.before.tool}."
        if comparison.before.tool not in {"", comparison.after.tool}
        else "."
    )
    if comparison.appearance_changed and comparison.before.version:
        yield "- The card templates changed; Anki updates them with the import."


def _new_card_count(comparison: Comparison) -> int:
    return sum(len(row.ordinals) for row in comparison.new)


def _code_block(*lines: str) -> Iterator[str]:
    yield from ("", "```text", *lines, "```", "")


def searches(guids: Sequence[str]) -> Iterator[str]:
    """Yield searches for Anki's Browser that together find exactly these notes."""
    for start in range(0, len(guids), _GUIDS_PER_SEARCH):
        yield f'"ID:re:^({"|".join(guids[start : start + _GUIDS_PER_SEARCH])})$"'


def has_section(changelog: str, version: str) -> bool:
    """Return whether a changelog has a section for this version."""
    return bool(re.search(rf"^## {re.escape(version)}(?![\w.-])", changelog, re.MULTILINE))


def is_written_by_release(changelog: str) -> bool:
    """Return whether a changelog has a section that `release` wrote."""
    return bool(_RELEASED.search(changelog))


def unreleased_text(changelog: str) -> str:
    """Return the text that the author wrote since the last release."""
    return _section_body(changelog, UNRELEASED)


def section_of(changelog: str, version: str) -> str:
    """Return the section of a version with its heading, or an empty string."""
    heading = re.search(rf"^## {re.escape(version)}(?![\w.-]).*$", changelog, re.MULTILINE)
    return f"{heading[0]}\n\n{_section_body(changelog, heading[0])}\n" if heading else ""


def with_section(changelog: str, new_section: str) -> str:
    """Return the changelog with a new section above the older ones and an empty section "Unreleased"."""
    title, _, _ = changelog.partition("\n## ")
    title = title.strip() if title.strip() and not title.startswith("## ") else _TITLE
    old_sections = re.split(r"^(?=## )", changelog, flags=re.MULTILINE)[1:]
    kept_sections = [old_section.strip() for old_section in old_sections if not old_section.startswith(UNRELEASED)]
    return "\n\n".join((title, UNRELEASED, new_section.strip(), *kept_sections)) + "\n"


def _section_body(changelog: str, heading: str) -> str:
    _, separator, following = changelog.partition(f"{heading}\n")
    return re.split(r"^## ", following, maxsplit=1, flags=re.MULTILINE)[0].strip() if separator else ""
