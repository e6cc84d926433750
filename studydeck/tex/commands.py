"""Which commands and environments a formula may use: a name in, the function of MathJax that reads it out.

commands.toml holds every command that MathJax in Anki knows, as tools/mathjax_commands.py lists them. A formula may use
those whose function is named here; what a newer MathJax adds is refused until its function is added.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

# Functions that only display something.
_DISPLAYING = frozenset(
    """
    AMSmath-delimiter AMSmath-mathchar0mo AMSsymbols-delimiter AMSsymbols-mathchar0mi AMSsymbols-mathchar0mo
    Aboxed Accent AlignAt AlignedArray AmsEqnArray Array ArrowBetweenLines Axiom AxiomF Bar BeginEnd Boldsymbol Braket
    BuildRel CD CFrac Cancel CancelTo Cases CenterColon Color ColorBox Cr CrLaTeX Cramped Dots Empheq EmpheqDelim
    EmpheqMO Enclose EqnArray Equation FBox FCenter FColorBox FlalignArray FlushSpaceAbove FlushSpaceBelow Frac FrameBox
    Genfrac HBox HFill HLine HandleNoTag HandleOperatorName HandleShove HandleTag Hskip Inference InferenceF Label Lap
    LeftRight Limits Macro MacroWithTemplate MakeBig MathChoice MathFont MathLap MathMBox MathMakeBox Matrix
    MoveLeftRight MoveRoot MtLap MtMatrix MtMultlined MtSmallMatrix MultiIntegral Multline NArrow NamedFn NamedOp
    Nonscript Not NumCases Over Overset Overunderset Phantom Prescript Prooftree RaiseLower Relation Root RootAtTop Rule
    SetFont SetLine SetSize SetStyle ShortVDotsWithin SideSet Smash Spacer SplitFrac SpreadLines Sqrt Strut TeXAtom
    TextColor Tilde UnderOver UnderOverBracket Underset VDotsWithin XMathStrut XalignAt
    centernot colortbl delimiter gensymb-symbols mathchar0mi mathchar0mo mathchar7 mathtools-delimiters mhchem
    minCDarrowheight minCDarrowwidth rule textcomp-macros upgreek xArrow
    """.split()
)
# Other functions, with what they do.
_REFUSED = {
    "BBox": "sets styles",
    "Class": "sets classes",
    "DeclarePairedDelimiter": "defines a command",
    "DeclarePairedDelimiterX": "defines a command",
    "DeclarePairedDelimiterXPP": "defines a command",
    "DefineColor": "defines a colour for other cards, too",
    "HandleDeclareOp": "defines a command",
    "HandleLabel": "names a formula",
    "HandleRef": "links to the number of another formula",
    "Href": "makes a link",
    "Id": "sets an id",
    "Let": "defines a command",
    "MacroDef": "defines a command",
    "Mathtip": "reacts to the mouse",
    "MmlToken": "sets any attribute, links and styles among them",
    "NewCommand": "defines a command",
    "NewEnvironment": "defines an environment",
    "NewExtArrow": "defines a command",
    "NewTagForm": "changes other cards, too",
    "Require": "loads other code",
    "SetOptions": "changes other cards, too",
    "Style": "sets styles",
    "Toggle": "reacts to the mouse",
    "Unicode": "sets fonts",
    "UseTagForm": "changes other cards, too",
    "Verb": "is read in another way than the rest of a formula",
}


_REFUSED_MACROS = {"texttip": "reacts to the mouse"}  # abbreviations of refused commands


@cache
def _functions() -> dict[tuple[str, str], set[str]]:
    """Return the functions of MathJax by kind ("commands" or "environments") and name, which packages may share."""
    functions_by_name: dict[tuple[str, str], set[str]] = {}
    tables = tomllib.loads(files("studydeck.tex").joinpath("commands.toml").read_text("utf-8"))
    for kinds in tables.values():
        if isinstance(kinds, str):  # a version
            continue
        for kind, functions in kinds.items():
            for function, names in functions.items():
                for name in names.removesuffix("\n").split("\n"):
                    functions_by_name.setdefault((kind, name), set()).add(function)
    return functions_by_name


@cache
def functions_of(command: str) -> frozenset[str]:
    """Return the functions of MathJax that read a command (without its backslash), or none where it is not allowed."""
    if command == "of":  # which is no command of its own, but a part of \root
        return functions_of("root")
    return frozenset() if command in _REFUSED_MACROS else _allowed("commands", command)


@cache
def functions_of_environment(name: str) -> frozenset[str]:
    """Return the functions of MathJax that read an environment, or none where it is not allowed."""
    return _allowed("environments", name)


def _allowed(kind: str, name: str) -> frozenset[str]:
    functions = _functions().get((kind, name), set())
    return frozenset(functions) if functions <= _DISPLAYING else frozenset()


def allowed_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return the allowed commands, without backslashes, and the allowed environments."""
    commands = (name for kind, name in _functions() if kind == "commands" and functions_of(name))
    environments = (name for kind, name in _functions() if kind == "environments" and functions_of_environment(name))
    return frozenset(commands), frozenset(environments)


def reason_refused(command: str) -> str:
    """Return why a command is not allowed in a formula."""
    functions = _functions().get(("commands", command), set())
    effects = [_REFUSED_MACROS[command]] if command in _REFUSED_MACROS else [_REFUSED[name] for name in functions]
    return f"\\{command} {effects[0]} and is not allowed" if effects else f"MathJax in Anki does not know \\{command}"
