"""Diagnostics: messages for the author of the notes, as values that a run collects and prints together.

A diagnostic has a code, a severity, a file and line, and a message that says what is wrong and what to do. The
functions `error`, `warning` and `info` create one.
"""

from __future__ import annotations

import enum
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]
Root = Literal["notes", "templates", ""]  # the folder below which a path stands; "" for a path as the user gave it


class DiagnosticCode(enum.StrEnum):
    """The code of a diagnostic; docs/reference/diagnostics.md says what to do about each."""

    UNREADABLE = "unreadable"  # a file or folder cannot be read
    NOT_UTF8 = "not-utf8"  # a source has another encoding
    LEFT_OUT_FILE = "left-out-file"  # a file that is not read: a link, private, a template, a copy of a sync tool
    LEFT_OUT_NOTES = "left-out-notes"  # notes are retired because their file is left out
    UNUSED_DECK = "unused-deck"  # front matter names a deck, and the settings make no subdecks
    UNUSED_PATTERN = "unused-pattern"  # a pattern of files in deck.toml matches nothing
    MANY_SUBDECKS = "many-subdecks"  # a deck has so many subdecks that Anki becomes slow
    BAD_FRONT_MATTER = "bad-front-matter"  # front matter cannot be read
    NO_NOTES = "no-notes"  # a folder has no Markdown file, or its notes give no card
    BAD_CONFIG = "bad-config"  # deck.toml has an invalid or unknown setting
    ASSUMED = "assumed"  # a setting is missing, and a default was used
    BAD_TEMPLATE = "bad-template"  # a card template cannot be packed, or would change the note type
    BAD_LEDGER = "bad-ledger"  # the ledger is inconsistent, or was cut and cannot be completed
    BAD_DECISION = "bad-decision"  # a line of decisions.jsonl is no decision
    DECISION_CONFLICT = "decision-conflict"  # two lines of decisions.jsonl decide one note in different ways
    DECISION_OVERRIDDEN = "decision-overridden"  # a directive in the notes says otherwise than a decision
    DECISION_UNMET = "decision-unmet"  # a decision asks for what the note does not have
    DECISION_ABOUT_OTHER_WORDS = "decision-about-other-words"  # the question of a decided note changed
    DECISION_WITHOUT_NOTE = "decision-without-note"  # the note of a decision is not in the notes
    LEDGER_RESTORED = "ledger-restored"  # entries that the ledger lacked were put back
    LEDGER_DIFFERS = "ledger-differs"  # a change alters the ledger as no build would
    STALE_LEDGER = "stale-ledger"  # --locked, and the ledger would change
    NOT_RELEASABLE = "not-releasable"  # something prevents a release
    NOT_REPRODUCED = "not-reproduced"  # a package differs from what its version builds to
    OTHER_TOOL = "other-tool"  # another version of studydeck released a revision
    NOT_IN_CLONE = "not-in-clone"  # a file of a revision is not in this clone
    DOUBTFUL_IDENTITY = "doubtful-identity"  # a note may have been matched with the wrong ledger entry
    MANY_RETIRED = "many-retired"  # so many notes are retired at once that it may be an accident
    IDENTITIES_RESET = "identities-reset"  # --reset-identities dropped entries of the ledger
    DECK_RENAMED = "deck-renamed"  # the name changed, and Anki matches decks by name
    DECK_ID_CHANGED = "deck-id-changed"  # the id changed, and another id makes another deck
    DUPLICATE_PIN = "duplicate-pin"  # two blocks have the same pinned identity
    KIND_CHANGED = "kind-changed"  # a note changed its kind, which Anki cannot update
    BAD_MACRO = "bad-macro"  # a TeX macro cannot be defined or expanded
    FORMULA_AS_CODE = "formula-as-code"  # a formula has what MathJax in Anki does not know, or may not do
    BAD_COMMENT = "bad-comment"  # a deck comment has an unknown directive
    OPEN_COMMENT = "open-comment"  # an HTML comment, script or style is not closed
    TORN_ROW = "torn-row"  # a table row has more cells than the head
    MISSING_EMBED = "missing-embed"  # an embedded note is not there, or cannot be inserted
    MISSING_PICTURE = "missing-picture"  # a picture does not exist
    REMOTE_PICTURE = "remote-picture"  # a picture is linked from the network and not packed
    UNSAFE_PICTURE = "unsafe-picture"  # a picture is outside the notes folder, or cannot be packed
    LARGE_PICTURE = "large-picture"  # a picture makes the package very large
    MISSING_MEDIA = "missing-media"  # a sound or video does not exist
    REMOTE_MEDIA = "remote-media"  # a sound or video is linked from the network and not packed
    UNSAFE_MEDIA = "unsafe-media"  # a sound or video is outside the notes folder, or cannot be packed
    LARGE_MEDIA = "large-media"  # a sound or video makes the package very large
    NOT_SHOWN = "not-shown"  # a frame, program or player of HTML is on no card
    SAME_QUESTION = "same-question"  # two cards ask the same question with different answers
    AMBIGUOUS_CLUE = "ambiguous-clue"  # the clue of a packed backward card now fits another term too
    READ_ONLY = "read-only"  # the ledger could not be written
    TOO_DEEP = "too-deep"  # nesting or a line exceeds the limits of the parser
    OVERLONG_ANSWER = "overlong-answer"  # an answer is longer than anyone recalls in ten seconds
    LEAK = "leak"  # a question shows its answer
    PHRASE_NOT_HIDDEN = "phrase-not-hidden"  # a phrase that the author asked to hide is on no card
    NOTHING_TO_HIDE = "nothing-to-hide"  # a statement has no phrase to ask for
    LOW_CONFIDENCE = "low-confidence"  # a card is too weak to be made, or stays only because a package had it
    MIN_CONFIDENCE_MOVED = "min-confidence-moved"  # cards are taken out because min-confidence was raised
    HELD_CARDS_ACCEPTED = "held-cards-accepted"  # --accept-held took packed cards out
    NEW_BY_UPGRADE = "new-by-upgrade"  # cards that only a newer version of the tool makes wait for --accept-new
    LONG_LIST = "long-list"  # a list has more than seven items, too many to recall
    NO_SUBJECT = "no-subject"  # nothing names the rows of a table
    NO_ANSWER = "no-answer"  # a question has no answer
    SKIPPED = "skipped"  # another block was skipped


# Codes that are always errors: each would harm a learner's deck or lose the author's work, so none can be silenced.
ALWAYS_ERRORS = frozenset(
    {
        DiagnosticCode.UNREADABLE,
        DiagnosticCode.NOT_UTF8,
        DiagnosticCode.BAD_CONFIG,
        DiagnosticCode.BAD_TEMPLATE,
        DiagnosticCode.BAD_DECISION,
        DiagnosticCode.STALE_LEDGER,
        DiagnosticCode.NOT_RELEASABLE,
        DiagnosticCode.NOT_REPRODUCED,
        DiagnosticCode.DECK_RENAMED,
        DiagnosticCode.DECK_ID_CHANGED,
        DiagnosticCode.DUPLICATE_PIN,
    }
)


class Diagnostic(Struct, frozen=True):
    """A message about a place in the sources.

    `line` and `column` count from 1, or are 0 where they do not apply. `root` is the folder below which `path` stands.
    `named` are the paths in the message, which stand below that folder, too.
    """

    path: str
    line: int
    code: DiagnosticCode
    severity: Severity
    message: str
    column: int = 0
    root: Root = "notes"
    named: tuple[str, ...] = ()

    def __str__(self) -> str:
        location = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{location}: {self.severity}: {self.message} [{self.code}]"


def error(
    code: DiagnosticCode, path: str, line: int, message: str, *, root: Root = "notes", named: tuple[str, ...] = ()
) -> Diagnostic:
    """Create a diagnostic that stops the build."""
    return Diagnostic(path, line, code, "error", message, root=root, named=named)


def warning(
    code: DiagnosticCode, path: str, line: int, message: str, *, root: Root = "notes", named: tuple[str, ...] = ()
) -> Diagnostic:
    """Create a diagnostic that stops the build only under --strict."""
    return Diagnostic(path, line, code, "warning", message, root=root, named=named)


def info(code: DiagnosticCode, path: str, line: int, message: str) -> Diagnostic:
    """Create a diagnostic that never stops the build."""
    return Diagnostic(path, line, code, "info", message)


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 note", "2 notes", or with `many` "1 note is", "2 notes are"."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
