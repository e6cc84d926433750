"""Read front matter: the text of a source in; its title, tags, deck and other values out.

Front matter is YAML between two lines `---`, or TOML between two lines `+++`, at the top of a file. All values of YAML
are read as texts: `publish: no` is no Boolean, and `title: 1.10` no number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from studydeck.diagnostics import Diagnostic, DiagnosticCode, warning
from studydeck.errors import StudydeckError
from studydeck.markdown.front_matter_macros import yaml_macros
from studydeck.patterns import lazy_pattern

_LARGEST = 100_000  # characters
_MAX_TAGS, _MAX_DEPTH = 200, 5  # of tags, and of lists in lists
_MAX_NESTING = 100  # levels of YAML; its parser in C calls itself for each, and too many end the process
_EMPTY_VALUES = frozenset({"", "~", "null"})
_BLOCK = lazy_pattern(r"\A(---|\+\+\+)[ \t]*\n(.*?)^(\1|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_KEY = lazy_pattern(r"""^(?:["'][^"'\n]+["']|[\w-]+)[ \t]*[:=]|\A\{""", re.MULTILINE)
_LINE = lazy_pattern(r"""^["']?([\w-]+)["']?[ \t]*[:=](.*)$""", re.MULTILINE)
_COMMENT = lazy_pattern(r"[ \t]#")


class FrontMatter(Struct, frozen=True):
    """What a source says of itself.

    Attributes
    ----------
    text : the lines between those that enclose it; empty where there is no front matter.
    is_toml : whether it is TOML.
    line_count : how many lines of the source it takes.
    title : its title, or an empty text.
    tags : as written, without the sign `#`; `/` stands between the parts of one.
    deck : the deck that another tool would put the file into, or an empty text.
    values : what stands at each key, which is in lower case; scalars of YAML are texts.
    faults : lines of the source with what is wrong there.
    """

    text: str = ""
    is_toml: bool = False
    line_count: int = 0
    title: str = ""
    tags: tuple[str, ...] = ()
    deck: str = ""
    values: Mapping[str, object] = MappingProxyType({})
    faults: tuple[tuple[int, str], ...] = ()


NO_FRONT_MATTER = FrontMatter()


def read_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a source; without one, all of its values are empty."""
    if not text.startswith(("---", "+++")):
        return NO_FRONT_MATTER
    block = _BLOCK.match(text)
    if not block or not _KEY.search(block[2]):
        return NO_FRONT_MATTER
    lines = block[2]
    values, fault = _values(lines, is_toml=block[1] == "+++")
    faults = [fault] if fault else []
    title = values.get("title", "")
    if not isinstance(title, str):
        faults.append((_line_of(lines, "title"), "title is no text; write it in one line: title: …"))
    tags: list[str] = []
    for key, value in (*values.items(), *_table(values.get("taxonomies")).items()):
        if key in {"tags", "tag"} and not _collect_tags(value, tags):
            faults.append(
                (_line_of(lines, key), f"{key} is no list of at most {_MAX_TAGS} words: tags: [first, second]")
            )
    return FrontMatter(
        text=lines,
        is_toml=block[1] == "+++",
        line_count=block[0].count("\n"),
        title=_scalar(title),
        tags=tuple(dict.fromkeys(tags)),
        deck=_scalar(values.get("deck")),
        values=values,
        faults=tuple(faults),
    )


def without_front_matter(text: str, front_matter: FrontMatter) -> str:
    """Return the text of a source with blank lines for its front matter."""
    if not front_matter.text:
        return text
    end = _BLOCK.match(text)
    assert end
    return "\n" * front_matter.line_count + text[end.end() :]


def diagnostics(path: str, front_matter: FrontMatter) -> tuple[Diagnostic, ...]:
    """Return a warning for each fault of front matter."""
    return tuple(warning(DiagnosticCode.BAD_FRONT_MATTER, path, line, message) for line, message in front_matter.faults)


def _values(lines: str, *, is_toml: bool) -> tuple[Mapping[str, object], tuple[int, str] | None]:
    """Return the values by key in lower case, and where reading failed the line and the reason.

    What cannot be parsed is read line by line: a broken line must not publish a private file.
    """
    if len(lines) > _LARGEST:
        fault = f"the front matter has more than {_LARGEST:,} characters; only its simple lines are read"
        return _simple_values(lines), (1, fault)
    try:
        values = tomllib.loads(lines) if is_toml else _parse_yaml(lines)
    except RecursionError:
        return _simple_values(lines), (1, "the front matter is nested too deeply; only its simple lines are read")
    except ValueError as error:  # also of Python, for numbers of thousands of digits
        match = re.search(r"(.*?) \(at line (\d+)", str(error))
        reason, line = (match[1], int(match[2]) + 1) if match else (str(error).split(" (")[0], _last_line(lines) + 2)
        return _simple_values(lines), (line, f"the front matter is no TOML: {reason}; only its simple lines are read")
    except _YamlError as error:
        return _simple_values(lines), (
            error.line,
            f"the front matter is no YAML: {error}; only its simple lines are read",
        )
    if values is None:  # nothing but comments and macros
        return {}, None
    if not isinstance(values, dict):
        return _simple_values(lines), (1, "the front matter has no keys; write key: value in each line")
    return {str(key).casefold(): value for key, value in values.items()}, None


class _YamlError(StudydeckError):
    """Text is no YAML; `line` is that of the source."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def _parse_yaml(lines: str) -> object:
    """Return the value of YAML, all scalars of it as texts; raise a _YamlError if it is none."""
    import yaml  # imported here: many folders have no front matter

    loader_type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the same parser in C is ten times faster
    # A tab is no indentation in YAML, and editors insert them.
    text = _without_macros(lines).replace("\t", "  ")
    try:
        _check_nesting(text, loader_type)
        loader = loader_type(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _YamlError(min(mark.line, _last_line(lines)) + 2 if mark else 1, error.problem or "") from error
    except yaml.YAMLError as error:  # a character that YAML forbids
        raise _YamlError(1, getattr(error, "reason", "") or "it cannot be read") from error


def _check_nesting(text: str, loader_type: type[Any]) -> None:
    """Raise a RecursionError for YAML of more levels than can be read in any thread; nothing is built to see it."""
    import yaml

    if sum(map(text.count, "[{-?\n")) < _MAX_NESTING:  # each level begins with a sign or a line
        return
    depth = 0
    for event in yaml.parse(text, Loader=loader_type):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_NESTING:
                raise RecursionError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _without_macros(lines: str) -> str:
    """Return YAML with blank lines for the definitions of TeX, in which " #1" would begin a comment."""
    if "macros" not in lines and "\\" not in lines:
        return lines
    blank = {line - 2 for line, _ in yaml_macros(lines)}
    return "\n".join(["" if number in blank else line for number, line in enumerate(lines.split("\n"))])


def _simple_values(lines: str) -> dict[str, object]:
    """Return the values of the lines that hold a key and a text, in quotes or not."""
    values: dict[str, object] = {}
    for key, value in _lines(lines):
        in_quotes = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        values.setdefault(key.casefold(), value[1:-1] if in_quotes else value)
    values.pop("tags", None)  # a part of a list is no tag
    return values


def _lines(lines: str) -> list[tuple[str, str]]:
    """Return the key and the value of each line, without comments."""
    pairs = _LINE.findall(lines[:_LARGEST])
    return [(key, _COMMENT.split(rest.strip(" \t"), maxsplit=1)[0].rstrip(" \t")) for key, rest in pairs]


def _scalar(value: object) -> str:
    """Return a text, number or Boolean as one line; an empty text for anything else, and for null."""
    text = " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
    return "" if text.casefold() in _EMPTY_VALUES else text


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _collect_tags(value: object, tags: list[str], depth: int = 0) -> bool:
    """Append the tags of a value; return whether it is one or a list of them.

    A list of YAML can hold the same list many times, so the number of tags is limited.
    """
    if isinstance(value, list | tuple):
        return depth < _MAX_DEPTH and all(_collect_tags(element, tags, depth + 1) for element in value)
    if value is not None and not isinstance(value, str | int | float):
        return False
    text = _scalar(value)
    # A text is a list with commas or, without, with spaces; an element of a list is one tag.
    parts = [text] if depth else text.split(",") if "," in text else text.split()
    tags += filter(None, (part.strip().strip("\"'").strip("#[]").strip() for part in parts))
    return len(tags) <= _MAX_TAGS


def _last_line(lines: str) -> int:
    """Return the index of the last line that is not blank."""
    return lines.rstrip().count("\n")


def _line_of(lines: str, key: str) -> int:
    """Return the line of the source in which a key stands."""
    rows = lines.casefold().split("\n")
    return next((number for number, row in enumerate(rows, 2) if row.lstrip("\"' ").startswith(key)), 1)
