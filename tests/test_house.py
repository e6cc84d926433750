"""Who may import whom: the layout of the design, kept by a program, and a made-up house that must be found guilty.

Each room imports only what stands above it. A room is a module of the package, or a folder whose modules share its
rights; inside a folder no two modules may import each other in a circle.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = "studydeck"
# From the top of the house to its door. What stands in one line knows nothing of its neighbours.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("problems", "words"),
    ("shapes",),
    ("errors",),
    ("content", "clozes", "config", "mustache", "archive", "compare", "history"),
    ("versioning", "digests"),
    ("pictures", "reviewer", "said"),
    ("read", "rules", "ledger", "render"),
    ("faces", "package"),
    ("unpack", "deck"),
    ("pipeline",),
    ("cache", "parallel"),
    ("files",),
    ("lint",),
    ("views", "anki", "live", "ending"),
    ("commands",),
    ("arguments",),
    ("cli",),
    ("door",),
)
# It runs in an interpreter of its own, because Anki is AGPL: nothing of the house imports it.
SCRIPT = "anki.rehearsal_script"
# Who alone may use what of the world outside: rooms, or single modules of a room.
KEPT: Mapping[str, tuple[str, ...]] = {
    "markdown_it": ("read",),
    "mdit_py_plugins": ("read",),
    "genanki": ("package",),
    "sqlite3": ("package", "unpack", "anki.rehearsal_script"),
    "filelock": ("files",),
    "tempfile": ("files", "anki", "history"),
    "shutil": ("files",),
    "pathlib.Path": ("files", "anki", "history", "commands", "arguments", "cli"),
    "io": ("files", "archive", "unpack", "history", "commands"),
    "os": ("files", "parallel", "cli", "ending"),
    "multiprocessing": ("parallel",),
    "concurrent": ("parallel",),
    "gc": ("ending",),
    "pickle": (),
    "time": ("cli",),
    "datetime": ("cli", "views.manifest"),
    "click": ("arguments", "cli"),
    "rich": ("commands",),
    "sys": ("parallel", "anki", "history", "live", "commands", "ending", "cli"),
    "pygments": ("render",),
    "nh3": ("render",),
    "jinja2": ("views",),
    "markupsafe": ("views",),
    "latex2mathml": ("views",),
    "rapidfuzz": ("ledger",),
    "tomllib": ("config", "faces"),
    "random": (),
    "secrets": (),
    "uuid": (),
    "locale": (),
    "subprocess": ("anki", "history"),
    "socket": (),
    "socketserver": ("live",),
    "http": ("live", "anki.connect"),
    "urllib.request": ("anki.connect",),
    "threading": ("live", "commands", "ending", "parallel"),
    "signal": ("ending", "parallel"),
    "watchfiles": ("commands",),
    "anki": (SCRIPT,),
    "aqt": (),
}
# Calls that reach the disk without an import.
DISK_CALLS = frozenset({"open", "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir"})
OPENERS = ("files", "anki", "history")
ENTRY = "__init__"

Modules = Mapping[str, str]


def test_every_room_imports_only_what_stands_above_it() -> None:
    """No module of the package imports a room beside or below its own."""
    assert list(climbs(package())) == []


def test_rooms_keep_their_tools() -> None:
    """Only the rooms that the design names touch markdown-it, genanki, the disk, the clock; nobody touches Anki."""
    assert list(strangers(package())) == []


def test_no_folder_holds_a_circle() -> None:
    """The modules of a folder stand in an order: none imports another that imports it."""
    assert list(circles(package())) == []


def test_every_room_has_its_floor() -> None:
    """A new room is given its place in the house, and no place is left empty."""
    rooms = {room_of(module) for module in package()} - {ENTRY}
    assert rooms == {room for floor in FLOORS for room in floor}


def test_the_front_door_is_a_few_lines() -> None:
    """Whoever opens build_deck.py finds the way in at once, and nothing else."""
    text = (ROOT / "build_deck.py").read_text("utf-8")
    assert len(text.splitlines()) < 10
    assert set(imports("build_deck", text)) == {"studydeck.door.enter", "studydeck.door"}


GUILTY: Modules = {
    "problems": "from studydeck.shapes import Note",
    "rules.tables": "from studydeck.ledger.match import match",
    "rules.topic": "def late():\n    import markdown_it.token",
    "ledger.stamp": "from studydeck import pipeline",
    "ledger.match": "from studydeck.ledger import ordinals",
    "ledger.ordinals": "def late():\n    from studydeck.ledger.match import match",
    "render.html": "from ..read import inline",
    "views.diff": "from studydeck import files",
    "views.preview": "def page(path):\n    return path.read_text()",
    "package": "from anki.collection import Collection",
    "anki.rehearse": "from studydeck.anki import rehearsal_script\nimport anki",
    "cli": "from studydeck.files import sources",
    "pipeline": "import time as clock, genanki",
    "content": "import os.path\nif True:\n    from datetime import datetime",
    "config": "from pathlib import Path",
    "mustache": "import pathlib",
    "attic": "import studydeck.cli",
}


def test_a_guilty_house_is_found_guilty_nope() -> None:
    """The watchman sees a forbidden import at the top, in a function, under a condition, relative, or renamed."""
    assert set(climbs(GUILTY)) == {
        "problems imports shapes",
        "rules.tables imports ledger",
        "ledger.stamp imports pipeline",
        "render.html imports read",
        "attic has no floor",
    }
    assert set(strangers(GUILTY)) == {
        "rules.topic uses markdown_it",
        "views.diff uses studydeck.files",
        "views.preview calls read_text",
        "package uses anki",
        "anki.rehearse uses anki",
        "anki.rehearse imports what only another interpreter may",
        "cli uses studydeck.files",
        "pipeline uses time",
        "pipeline uses genanki",
        "content uses os",
        "content uses datetime",
        "config uses pathlib.Path",
        "mustache uses pathlib.Path",
    }
    assert set(circles(GUILTY)) == {"ledger.match > ledger.ordinals > ledger.match"}


def test_an_innocent_house_is_let_go() -> None:
    """Names that only look forbidden are no offence."""
    innocent = {
        "rules.tables": "from studydeck.rules.topic import pair\ntimes = 3",
        "rules.topic": "from studydeck.shapes import Draft\nimport timeit",
        "read.text": "from pathlib import PurePosixPath\nfrom urllib.parse import unquote",
        "files": "from studydeck.read.text import decode\nimport os, tempfile\nopen('x')",
        "cli": "import time\nfrom studydeck.commands import build",
        "anki.rehearsal_script": "import anki.lang",
        "commands.rehearse": "from studydeck.anki.rehearse import rehearse\nfrom studydeck import files",
        "views.summary": "from studydeck.pipeline import Built",
    }
    assert [*climbs(innocent), *strangers(innocent), *circles(innocent)] == []


def package() -> dict[str, str]:
    """Read every module of the package by its dotted name below it."""
    root = ROOT / PACKAGE
    found = {
        ".".join(path.relative_to(root).with_suffix("").parts): path.read_text("utf-8") for path in root.rglob("*.py")
    }
    assert len(found) > 20
    return found


def room_of(module: str) -> str:
    """Give the room that a module of the package stands in."""
    return module.split(".", maxsplit=1)[0]


def floor_of(room: str) -> int:
    """Give the floor of a room, or -1 where it has none."""
    return next((number for number, floor in enumerate(FLOORS) if room in floor), -1)


def imports(module: str, text: str) -> Iterator[str]:
    """Give every dotted name that a module imports, wherever the import stands."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = [PACKAGE, *module.split(".")][: -node.level] if node.level else []
            base = ".".join([*here, *([node.module] if node.module else [])])
            if base.startswith(PACKAGE):
                yield base
            yield from (f"{base}.{one.name}" for one in node.names)


def inside(module: str, text: str) -> set[str]:
    """Give what a module imports of the package, as dotted names below it."""
    return {name.removeprefix(f"{PACKAGE}.") for name in imports(module, text) if name.startswith(f"{PACKAGE}.")}


def climbs(modules: Modules) -> Iterator[str]:
    """Find imports of a room that stands beside or below the importer's own."""
    for module, text in modules.items():
        room = room_of(module)
        if room == ENTRY:
            continue
        if floor_of(room) < 0:
            yield f"{module} has no floor"
            continue
        for other in {room_of(name) for name in inside(module, text)} - {room, "__version__"}:
            if floor_of(other) >= floor_of(room):
                yield f"{module} imports {other}"


def strangers(modules: Modules) -> Iterator[str]:
    """Find uses of the world outside by rooms that are not named for it."""
    for module, text in modules.items():
        room = room_of(module)
        names = set(imports(module, text))
        for tool, rooms in KEPT.items():
            if not {room, module} & {*rooms} and any(
                f"{name}.".startswith(f"{tool}.") or tool.startswith(f"{name}.") for name in names
            ):
                yield f"{module} uses {tool}"
        for end in ("files", "anki"):
            if room not in {end, "commands"} and {other for other in inside(module, text) if room_of(other) == end}:
                yield f"{module} uses studydeck.{end}"
        if SCRIPT in inside(module, text):
            yield f"{module} imports what only another interpreter may"
        if room not in OPENERS:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and (name := called(node)) in DISK_CALLS:
                    yield f"{module} calls {name}"


def called(node: ast.Call) -> str:
    """Give the last name of what is called."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def circles(modules: Modules) -> Iterator[str]:
    """Find modules that import each other, straight or round about; each circle once."""
    edges = {
        module: {name for name in inside(module, text) if name in modules and name != module}
        for module, text in modules.items()
    }
    seen: set[frozenset[str]] = set()
    for start in sorted(edges):
        for circle in walks(edges, (start,)):
            if frozenset(circle) not in seen:
                seen.add(frozenset(circle))
                yield " > ".join((*circle, start))


def walks(edges: Mapping[str, set[str]], way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Follow imports inside a room from the first module of a way, until they come back to it."""
    for following in sorted(edges[way[-1]]):
        if following == way[0]:
            yield way
        elif following not in way and room_of(following) == room_of(way[0]):
            yield from walks(edges, (*way, following))
