"""Problems: what the author should know. They are values, collected and printed together."""

from __future__ import annotations

import enum
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]


class DiagnosticCode(enum.StrEnum):
    """Every problem has one of these codes; the comment says what it is about."""

    UNREADABLE = "unreadable"  # a file or folder that cannot be read
    NOT_UTF8 = "not-utf8"  # a source in another encoding
    NO_NOTES = "no-notes"  # a folder without a Markdown file, or without a single card
    BAD_CONFIG = "bad-config"  # deck.toml does not say what it should
    ASSUMED = "assumed"  # what was taken for granted because nobody said it
    BAD_TEMPLATE = "bad-template"  # a face that cannot be packed, or would change the note type
    BAD_LEDGER = "bad-ledger"  # the ledger contradicts itself
    STALE_LEDGER = "stale-ledger"  # --locked, and the ledger would change
    NOT_RELEASABLE = "not-releasable"  # what stands in the way of a release
    NOT_REPRODUCED = "not-reproduced"  # a package that its own version does not build to
    DOUBTFUL_IDENTITY = "doubtful-identity"  # a note that may have been taken for another one
    IDENTITIES_RESET = "identities-reset"  # --reset-identities: what the ledger no longer knows
    DECK_RENAMED = "deck-renamed"  # Anki matches decks by name
    DECK_ID_CHANGED = "deck-id-changed"  # another id makes another deck
    DUPLICATE_PIN = "duplicate-pin"  # two blocks claim one pinned identity
    KIND_CHANGED = "kind-changed"  # a note became the other kind, which Anki cannot update
    BAD_COMMENT = "bad-comment"  # a deck comment that says nothing that the tool knows
    MISSING_PICTURE = "missing-picture"  # a picture that is not there
    REMOTE_PICTURE = "remote-picture"  # a picture that stays a link to the network
    UNSAFE_PICTURE = "unsafe-picture"  # a picture outside the notes folder, or one that cannot be packed
    SAME_QUESTION = "same-question"  # two cards ask the same with different answers
    AMBIGUOUS_CLUE = "ambiguous-clue"  # a packed backward card whose clue now fits another term too
    READ_ONLY = "read-only"  # the ledger could not be written
    TOO_DEEP = "too-deep"  # nesting or a line beyond what is read
    OVERLONG_ANSWER = "overlong-answer"  # more on a back than anyone recalls in ten seconds
    LEAK = "leak"  # a front that shows what is to be recalled
    NOTHING_TO_HIDE = "nothing-to-hide"  # a statement that forces no blank
    LONG_LIST = "long-list"  # a list of more than seven items, which nobody recalls
    NO_SUBJECT = "no-subject"  # a table whose rows nothing names
    NO_ANSWER = "no-answer"  # a question without an answer
    SKIPPED = "skipped"  # another block that was skipped


class Diagnostic(Struct, frozen=True):
    """One thing to know: `line` and `column` count from 1, or 0 where there is none."""

    path: str
    line: int
    code: DiagnosticCode
    severity: Severity
    message: str
    column: int = 0

    def __str__(self) -> str:
        span = f"{self.path}:{self.line}" if self.line else self.path
        return f"{span}: {self.code}: {self.message}"


def error(code: DiagnosticCode, path: str, line: int, message: str) -> Diagnostic:
    """Make a problem that stops the build."""
    return Diagnostic(path, line, code, "error", message)


def warning(code: DiagnosticCode, path: str, line: int, message: str) -> Diagnostic:
    """Make a problem that stops the build only under --strict."""
    return Diagnostic(path, line, code, "warning", message)


def info(code: DiagnosticCode, path: str, line: int, message: str) -> Diagnostic:
    """Make a problem that stops nothing: something that was assumed."""
    return Diagnostic(path, line, code, "info", message)
