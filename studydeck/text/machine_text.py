"""Text that a machine reads or wrote, outside of a code block: statements, prompts, logs, trees of folders, keys.

In: the string of a paragraph, or an answer. Out: whether it is such a text.
"""

from __future__ import annotations

import re

from studydeck.patterns import lazy_pattern

_LAST_SIGNS = (";", "{", "}", ")", "*/")
_TREES = ("├─", "└─", "|--")
_STATEMENT = lazy_pattern(
    r"""
      [A-Za-z_]\w*\( [^.?!]* [;{}] \Z             # "BOOL SetEvent(HANDLE event);"
    | \w [ ]? = [ ]? [^.?!]* ; \Z                 # "int a = 5;"
    | (?:\A|\s) (?: return | break | import | using | namespace | \#include ) \b [^.?!]* ; \Z
    | ; \s* // [^.?!\n]* \Z                       # "break; // the end"
    | \A \s* (?: case [ ] \w+ : | default: )
    """,
    re.VERBOSE,
)
_OUTPUT = lazy_pattern(
    r"""
    \A \W{0,3}
    (?: \d{4}-\d\d-\d\d [T ] \d\d:\d\d            # "2024-05-03 12:40:11 INFO started"
      | \w+@[\w.-]+ : [^\s$\#]* [$\#]\s           # "anna@host:~$ ls"
      | >>>\s | PS\s[A-Z]:\\                      # "PS C:\>"
      | Plan:\s\d+\sto\sadd | [-+~]\sresource\s"
      | Traceback\s\(most
    )
    """,
    re.VERBOSE,
)
_ASSIGNMENT = lazy_pattern(
    r"""
    [+~-]? \s* [\w.\[\]"-]+ \s* = \s*
    (?: "[^"]*" ,? | \(known\ after\ apply\) | [{\[] | true | false )      # 'ami = "ami-0c55"'
    (?: \s* (?: -> | \# ) .* )?
    """,
    re.VERBOSE,
)
_SAMPLE = r"""
      (?: 192\.168 | 10\.\d{1,3} | 172\.(?:1[6-9]|2\d|3[01]) ) \.\d{1,3} \.[1-9]\d{0,2}   # a host of a private network
    | [0-9a-fA-F]{8} (?: -[0-9a-fA-F]{4} ){3} -[0-9a-fA-F]{12}                      # a UUID
    | (?: [0-9a-fA-F]{2} [:-] ){5} [0-9a-fA-F]{2}                                  # an address of a network card
    | (?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z]) [\w+/-]{24,} ={0,2}                         # a key
"""
_SAMPLE_VALUE = lazy_pattern(_SAMPLE, re.VERBOSE)
_SETTING = lazy_pattern(rf"\[[\w.-]+\] | [\w.-]+ \s* = \s* (?: {_SAMPLE} )", re.VERBOSE)  # "[Interface]", "Key = AEi4…"


def reads_as_code(string: str) -> bool:
    """Return whether a paragraph is a statement of a program, its output, or a tree of folders."""
    if any(tree in string for tree in _TREES):
        return True
    ends_like_code = string.endswith(_LAST_SIGNS) or "//" in string or string.startswith(("case ", "default:"))
    return (ends_like_code and bool(_STATEMENT.search(string))) or bool(_OUTPUT.match(string))


def is_assignment(string: str) -> bool:
    """Return whether a line gives a setting its value, as in a configuration or a plan: 'ami = "ami-0c55"'."""
    line = string.strip()
    return ("=" in line and bool(_ASSIGNMENT.fullmatch(line))) or bool(_SETTING.fullmatch(line))


def is_sample_value(string: str) -> bool:
    """Return whether an answer is only an address or a key of one machine, which nobody learns."""
    return any(map(str.isdigit, string)) and bool(_SAMPLE_VALUE.fullmatch(string.strip()))
