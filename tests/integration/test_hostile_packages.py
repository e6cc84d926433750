"""Packages from strangers: each is one line that says what is wrong, in little time and memory."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from msgspec.structs import replace

from studydeck.apkg import database
from studydeck.apkg.deterministic import differing_members
from studydeck.apkg.reader import unpack
from studydeck.apkg.writer import pack
from studydeck.errors import PackageError
from studydeck.identity import ledger as ledger_file
from studydeck.identity.from_package import recover
from studydeck.reports import diff
from studydeck.reports.comparison import compare
from tests.support import hostile_packages as hostile
from tests.support.command import run_command, time_limit
from tests.support.hostile_packages import MEGABYTE, NUMBERS_WITHOUT_END, with_json, with_members, with_sql
from tests.support.killing import BEFORE, NOW, Scratch
from tests.support.sample_decks import mixed_deck

ROOT = Path(__file__).parents[2]
DEEP = "[" * 100_000
FIRST_NOTE = "WHERE id = (SELECT min(id) FROM notes)"

# name: (the package, a part of the message)
ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty file": (lambda: b"", "not an Anki package"),
    "text": (lambda: b"# Tea\n" * 1000, "not an Anki package"),
    "cut in the middle": (lambda: hostile.valid_package()[:30_000], "not an Anki package"),
    "cut at the end": (lambda: hostile.valid_package()[:-5], "its end is missing"),
    "other files": (lambda: hostile.zipped({"tea.txt": b"tea"}), "contains no collection"),
    "no collection": (lambda: with_members(collection=None), "contains no collection"),
    "no list of pictures": (lambda: with_members(media=None), 'contains no "media"'),
    "modern format": (lambda: with_members(**{"collection.anki21b": b"\x28\xb5\x2f\xfd"}), "another tool"),
    "format of Anki 2.1": (lambda: with_members(**{"collection.anki21": b""}), "another tool"),
    "a learner's export": (lambda: with_members(meta=b"\x08\x03"), "another tool"),
    "path out of the folder": (lambda: with_members(**{"../../../.bashrc": b"x"}), "studydeck does not write"),
    "absolute path": (lambda: with_members(**{"/etc/passwd": b"x"}), "studydeck does not write"),
    "escapes in a name": (lambda: with_members(**{"\x1b[2Jx": b"x"}), "studydeck does not write"),
    "null in a name": (lambda: hostile.with_directory(46 + len(hostile.COLLECTION) - 1, b"\0"), "does not write"),
    "two collections": (hostile.with_two_collections, "two files with the name"),
    "link": (lambda: hostile.with_entry(hostile.link), "is a link or a folder"),
    "folder": (lambda: with_members(**{"1/": b""}), "link or a folder|does not write"),
    "LZMA": (lambda: hostile.zipped(hostile.members_of(hostile.valid_package()), zipfile.ZIP_LZMA), "by a method"),
    "BZIP2": (lambda: hostile.zipped(hostile.members_of(hostile.valid_package()), zipfile.ZIP_BZIP2), "by a method"),
    "unknown method": (lambda: hostile.with_directory(10, b"\x63\x00"), "by a method"),
    "encrypted": (lambda: hostile.with_directory(8, b"\x01\x00"), "is encrypted"),
    "another checksum": (lambda: hostile.with_directory(16, b"\0\0\0\0"), "another size or checksum"),
    "larger than it says": (lambda: hostile.with_directory(20, b"\xff\xff\xff\x0f"), "overlap|damaged"),
    "size in a zip64 field that is missing": (lambda: hostile.with_directory(24, b"\xff" * 4), "damaged|larger"),
    "start in a zip64 field that is missing": (lambda: hostile.with_directory(42, b"\xff" * 4), "damaged"),
    "start beyond the end": (lambda: hostile.with_directory(42, b"\xff\xff\xff\x7f"), "damaged"),
    "bomb": (lambda: hostile.bomb("0", 260 * MEGABYTE), "MB when they are unpacked"),
    "picture larger than it says": (hostile.lying_bomb, "larger or smaller than its list of files says"),
    "overlapping pictures": (hostile.overlapping, "overlap|damaged"),
    "50,000 members": (lambda: hostile.many_members(50_000), "too many files"),
    "pictures are a list": (lambda: with_members(media=b"[]"), "list of pictures cannot be read"),
    "pictures are a protobuf": (lambda: with_members(media=b"\n\x0b\n\x05a.png\x10\x01"), "list of pictures cannot"),
    "pictures are deep": (lambda: with_members(media=b'{"0":' * 100_000), "list of pictures cannot be read"),
    "picture without a name": (lambda: with_members(**{"7": b"x"}), "names other files"),
    "name without a picture": (lambda: with_members(**{"1": None}), "names other files"),
    "picture out of the folder": (lambda: with_members(media=b'{"0": "../a.png", "1": "b.png"}'), "an unsafe name"),
    "name of a picture is a number": (lambda: with_members(media=b'{"0": 1, "1": "b.png"}'), "cannot be read"),
}
DATABASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty collection": (lambda: with_members(collection=b""), "not a SQLite database"),
    "collection is text": (lambda: with_members(collection=b"tea" * 1000), "not a SQLite database"),
    "collection is a header": (lambda: with_members(collection=b"SQLite format 3\0"), "damaged"),
    "collection is cut": (lambda: with_members(collection=hostile.with_bytes(0, b"S")[:20_000]), "damaged"),
    "write-ahead log": (lambda: hostile.with_bytes(18, b"\2\2"), "damaged"),
    "future format": (lambda: hostile.with_bytes(18, b"\7\7"), "damaged"),
    "page size of 64 KiB": (lambda: hostile.with_bytes(16, b"\0\1"), "damaged"),
    "page size of 3": (lambda: hostile.with_bytes(16, b"\0\3"), "damaged"),
    "schema is damaged": (lambda: hostile.with_bytes(200, b"\xff" * 3000), "damaged|another tool"),
    "pages in a circle": (hostile.shared_pages, "pages of its collection are not valid"),
    "endless view": (
        lambda: hostile.with_view("cards", f"{NUMBERS_WITHOUT_END} SELECT x nid, 0 ord, x due, x id FROM c"),
        "other tables",
    ),
    "endless settings": (
        lambda: hostile.with_view("col", f"{NUMBERS_WITHOUT_END} SELECT x conf, x models, x decks FROM c"),
        "other tables",
    ),
    "trigger": (
        lambda: with_sql("CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END"),
        "other tables",
    ),
    "virtual table": (
        lambda: with_sql("DROP TABLE cards", "CREATE VIRTUAL TABLE cards USING fts4(nid, ord, due, id)"),
        "other tables",
    ),
    "generated column": (
        lambda: with_sql("ALTER TABLE notes ADD COLUMN more TEXT AS (hex(zeroblob(100000000)))"),
        "other tables",
    ),
    "schema that cannot be parsed": (
        lambda: with_sql("PRAGMA writable_schema = 1", "UPDATE sqlite_master SET sql = 'CREATE TABLE x(('"),
        "cannot be read",
    ),
    "schema of bytes": (
        lambda: with_sql("PRAGMA writable_schema = 1", "UPDATE sqlite_master SET sql = x'80ff'"),
        "cannot be read|other tables",
    ),
    "missing table": (lambda: with_sql("DROP TABLE revlog"), "other tables"),
    "missing column": (lambda: with_sql("ALTER TABLE notes DROP COLUMN data"), "other tables"),
    "no settings": (lambda: with_sql("DELETE FROM col"), "no settings"),
    "two settings": (
        lambda: with_sql(
            "INSERT INTO col SELECT 2, crt, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags FROM col"
        ),
        "settings, or has them twice",
    ),
    "text is bytes": (lambda: with_sql(f"UPDATE notes SET flds = x'00ff' {FIRST_NOTE}"), "invalid value"),
    "number is text": (lambda: with_sql(f"UPDATE notes SET mod = 'now' {FIRST_NOTE}"), "invalid value|not valid"),
    "number is a fraction": (lambda: with_sql(f"UPDATE notes SET mod = 1.5 {FIRST_NOTE}"), "invalid value|not valid"),
    "number is infinite": (lambda: with_sql(f"UPDATE notes SET mod = 9e999 {FIRST_NOTE}"), "invalid value|not valid"),
    "time is negative": (lambda: with_sql(f"UPDATE notes SET mod = -1 {FIRST_NOTE}"), "invalid value"),
    "time is huge": (lambda: with_sql(f"UPDATE notes SET mod = 9223372036854775807 {FIRST_NOTE}"), "invalid value"),
    "id is odd": (lambda: with_sql(f"UPDATE notes SET id = id + 1 {FIRST_NOTE}"), "invalid value"),
    "text is not UTF-8": (
        lambda: with_sql(f"UPDATE notes SET flds = CAST(x'ff1b5b324a' AS TEXT) {FIRST_NOTE}"),
        "cannot be read",
    ),
    "null in a field": (lambda: with_sql(f"UPDATE notes SET flds = flds || char(0) {FIRST_NOTE}"), "a control char"),
    "GUID with escapes": (lambda: with_sql(f"UPDATE notes SET guid = char(27) || '[2J' {FIRST_NOTE}"), "not the GUID"),
    "GUID in an ID field": (
        lambda: with_sql(f"UPDATE notes SET guid = 'aaaaaaaaaaaaaaaa' {FIRST_NOTE}"),
        "first field",
    ),
    "one GUID twice": (
        lambda: with_sql("UPDATE notes SET guid = (SELECT min(guid) FROM notes)"),
        "GUID or its slot|first",
    ),
    "more fields": (
        lambda: with_sql(f"UPDATE notes SET flds = flds || char(31) {FIRST_NOTE}"),
        "fields, its note type",
    ),
    "a million fields": (
        lambda: with_sql(f"UPDATE notes SET flds = flds || replace(hex(zeroblob(500000)), '0', char(31)) {FIRST_NOTE}"),
        "fields, its note type",
    ),
    "fewer fields": (lambda: with_sql(f"UPDATE notes SET flds = guid {FIRST_NOTE}"), "fields, its note type"),
    "no cards": (lambda: with_sql("DELETE FROM cards"), "it has no card"),
    "cards without a note": (lambda: with_sql("DELETE FROM notes"), "which it does not contain"),
    "ordinal 500": (lambda: with_sql("UPDATE cards SET ord = ord + 500"), "an ordinal lies outside"),
    "one ordinal twice": (lambda: with_sql("UPDATE cards SET ord = 1"), "same ordinal"),
    "negative ordinal": (lambda: with_sql("UPDATE cards SET ord = -1 - ord"), "an ordinal lies outside"),
    "tag with an empty part": (lambda: with_sql(f"UPDATE notes SET tags = ' a:::: ' {FIRST_NOTE}"), "an empty part"),
    "unknown note type": (lambda: with_sql(f"UPDATE notes SET mid = 1 {FIRST_NOTE}"), "a note type that it does not"),
    "no decks": (lambda: with_json("decks", "{}"), "contains no deck"),
    "decks are a list": (lambda: with_json("decks", "[]"), "decks cannot be read"),
    "decks are empty text": (lambda: with_json("decks", ""), "decks cannot be read"),
    "name of a deck is a number": (lambda: with_json("decks", '{"2": {"name": 1, "desc": ""}}'), "decks cannot"),
    "name of a deck is endless": (
        lambda: with_json("decks", json.dumps({"2": {"name": "x" * 2000, "desc": ""}})),
        "decks cannot be read",
    ),
    "half a surrogate": (lambda: with_json("decks", r'{"2": {"name": "\ud800", "desc": ""}}'), "decks cannot be read"),
    "configuration of another tool": (lambda: with_json("conf", "{}"), "another tool made it"),
    "configuration is deep": (lambda: with_json("conf", DEEP), "configuration cannot be read"),
    "unknown setting is deep": (
        lambda: with_json("conf", '{"x":' + DEEP + "]" * len(DEEP) + "}"),
        "configuration cannot be read",
    ),
    "version is not a number": (lambda: with_json("conf", '{"studydeck": {"deck": "a", "version": NaN}}'), "cannot be"),
    "version is a number of 5,000 digits": (
        lambda: with_json("conf", '{"studydeck": {"deck": "a", "version": ' + "9" * 5000 + "}}"),
        "cannot be read",
    ),
    "settings of the deck are a list": (lambda: with_json("conf", '{"studydeck": []}'), "configuration cannot be read"),
    "settings are 10 MB": (lambda: with_json("conf", " " * 10 * MEGABYTE + "{}"), "larger than 8 MB"),
    "settings are 40 MB": (lambda: with_json("conf", " " * 40 * MEGABYTE + "{}"), "cannot be read"),
    "note types are a list": (lambda: with_json("models", "[]"), "note types cannot be read"),
    "no note types": (lambda: with_json("models", "{}"), "a note type that it does not contain"),
    "id of a note type is a word": (lambda: with_json("models", '{"a": {}}'), "note types cannot be read"),
    "kind is 7": (lambda: hostile.with_model(type=7), "note types cannot be read"),
    "kind is true": (lambda: hostile.with_model(type=True), "note types cannot be read"),
    "two note types of one kind": (lambda: hostile.with_model(type=0), "number of fields|two note types"),
    "no fields": (lambda: hostile.with_model(flds=None), "note types cannot be read"),
    "empty fields": (lambda: hostile.with_model(flds=[]), "another number of fields"),
    "fields are null": (lambda: hostile.with_model(flds=[None] * 12), "note types cannot be read"),
    "no card templates": (lambda: hostile.with_model(tmpls=[]), "another number of fields"),
    "style is a list": (lambda: hostile.with_model(css=["a"]), "note types cannot be read"),
    "time of a note type is huge": (lambda: hostile.with_model(mod=10**30), "note types cannot be read"),
}


@pytest.mark.parametrize("name", [*ARCHIVES, *DATABASES])
def test_a_hostile_package_is_refused_with_its_reason(name: str) -> None:
    """Every kind raises a PackageError with one line."""
    make, message = {**ARCHIVES, **DATABASES}[name]
    with pytest.raises(PackageError, match=message) as raised:
        unpack(make())
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_changed_archive_of_the_same_files_is_read() -> None:
    """A package that another program packed again, compressed and with a comment, is still one."""
    package = hostile.zipped(hostile.members_of(hostile.valid_package()))
    assert unpack(package).rows == unpack(hostile.valid_package()).rows == mixed_deck(4).rows
    assert differing_members(package, hostile.valid_package()) == ()
    assert differing_members(with_members(**{"1": b"x", "2": b"y"}), package) == ("1", "2")


@pytest.mark.parametrize("seed", range(4))
def test_random_damage_is_refused_or_harmless(seed: int) -> None:
    """Bytes replaced at random give a deck that can be compared and recovered, or one line."""
    generator, members = random.Random(seed), hostile.members_of(hostile.valid_package())
    reference = unpack(hostile.valid_package())
    refused = 0
    for _ in range(100):
        spoiled_member = generator.random() < 0.5
        data = bytearray(members[hostile.COLLECTION] if spoiled_member else hostile.zipped(members))
        for _ in range(generator.randrange(1, 6)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        package = hostile.zipped({**members, hostile.COLLECTION: bytes(data)}) if spoiled_member else bytes(data)
        try:
            deck = unpack(package)
        except PackageError:
            refused += 1
            continue
        assert list(diff.text(compare(reference, deck)))
        assert ledger_file.to_text(recover(deck))
    assert 0 < refused < 100


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits, pipes and signals")
LARGE: dict[str, Callable[[], bytes]] = {
    "400 MB of zeros": lambda: hostile.bomb("0", 400 * MEGABYTE),
    "100 MB of zeros in the collection": lambda: hostile.bomb(hostile.COLLECTION, 100 * MEGABYTE),
    "40 MB of brackets": lambda: with_members(media=b"[" * 40 * MEGABYTE),
    "a file without end": lambda: b"PK" + bytes(200 * MEGABYTE),
    "100,000 tables": lambda: hostile.many_tables(100_000),
    "200,000 notes": lambda: hostile.many_notes(200_000),
    "long texts with an emoji": lambda: hostile.many_notes(25_000, "x" * 2500 + "\U0001f600"),
    "rows of 3 MB": lambda: hostile.many_notes(25, "x" * 3 * MEGABYTE),
    "slow list of members": hostile.long_directory,
}
# Linux counts the memory of the process that started this one into `ru_maxrss`, so the peak is read from /proc there.
MEASURE = """
import re, resource, sys
from pathlib import Path
from studydeck.apkg.reader import unpack
from studydeck.errors import PackageError
try:
    unpack(open(sys.argv[1], "rb").read())
except PackageError as error:
    print(error)
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else 0
print(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@posix
@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_package_takes_little_time_and_memory(tmp_path: Path, name: str) -> None:
    """It is refused within seconds, in under 400 MB: two of them stay under 700 MB."""
    path = tmp_path / "large.apkg"
    path.write_bytes(LARGE[name]())
    started = time.perf_counter()
    command = [sys.executable, "-c", MEASURE, str(path)]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    message, kilobytes = output.splitlines()
    assert time.perf_counter() - started < 20
    assert message
    assert int(kilobytes) < 400_000


def run(project: Scratch, *arguments: str | Path) -> Result:
    """Run a command on the notes of a project."""
    return run_command(*arguments, "--notes", project.folder / "notes", "--out", project.folder / "out")


@pytest.fixture
def project(tmp_path: Path) -> Scratch:
    """Return notes that were built once."""
    scratch = Scratch(tmp_path)
    scratch.write_notes(BEFORE)
    scratch.build(NOW)
    return scratch


@pytest.mark.parametrize("command", ["diff", "rehearse", "reproduce", "release"])
def test_every_command_refuses_a_hostile_package_in_one_line(project: Scratch, command: str) -> None:
    """The line names the package, and what is wrong with it."""
    path = project.folder / "stranger.apkg"
    path.write_bytes(DATABASES["endless view"][0]())
    result = run(project, *((command, "--from") if command == "release" else (command,)), path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{path}: error: another tool made or changed it: its collection has other ")
    assert result.stderr.count("\n") == 1


@posix
@pytest.mark.parametrize("command", ["diff", "rehearse", "reproduce"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "link to a device"])
def test_what_is_not_a_file_is_refused(project: Scratch, command: str, kind: str) -> None:
    """A folder, a pipe and a device without end are one line, too."""
    path = project.folder / "stranger.apkg"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    else:
        path.symlink_to("/dev/zero")
    with time_limit(30):
        result = run(project, command, path)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1), result.stderr
    assert result.stderr.startswith(f"{path}: error: ") or "no Markdown file" in result.stderr


def test_a_lost_ledger_is_not_rebuilt_from_a_hostile_package(project: Scratch) -> None:
    """Packages that cannot be used are named in a warning, and the next older one is used."""
    (project.folder / "notes" / "ledger.jsonl").unlink()
    (good,) = (project.folder / "out").glob("*.apkg")
    names = ("8.0.0", "9.0.0", "9.1.0", "9.2.0")
    paths = [good.with_name(f"{good.stem.rpartition('-')[0]}-{name}.apkg") for name in names]
    paths[0].write_bytes(DATABASES["endless view"][0]())
    paths[1].mkdir()
    paths[2].symlink_to("missing")
    deck = unpack(good.read_bytes())
    future = tuple(replace(row, changed=row.changed + 10**9) for row in deck.rows)
    paths[3].write_bytes(pack(replace(deck, rows=future)))
    result = run(project, "build")
    assert result.exit_code == 0, result.stderr
    for path, reason in ((paths[0], "other tables"), (paths[1], "is not a file"), (paths[3], "after the time of this")):
        assert f"{path}: warning: ledger.jsonl cannot be completed from this package: " in result.stderr
        assert reason in result.stderr
    assert "rebuilt from the package" in result.stderr


@posix
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_reading_a_package_can_be_interrupted(tmp_path: Path, sent: signal.Signals, code: int) -> None:
    """A signal stops SQLite at once; the exit code is that of the signal."""
    path = tmp_path / "large.apkg"
    path.write_bytes(hostile.valid_package())
    program = (
        "import sys; from studydeck.apkg import database; from studydeck.cli import signals, find_package\n"
        f"database._check_pages = lambda connection, _argument: connection.execute('''{NUMBERS_WITHOUT_END} "
        "SELECT count(*) FROM c''').fetchone()\n"
        "database._MAX_STEPS = 10**15\n"
        "print('reading', flush=True)\n"
        "code = signals.run_interruptible(lambda: find_package.unpack_deck(open(sys.argv[1], 'rb').read(), 'x'))\n"
        "sys.exit(code)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        child.stdout.readline()
        time.sleep(0.5)
        child.send_signal(sent)
        _, errors = child.communicate(timeout=5)
    assert (child.returncode, errors) == (code, "stopped; no file is half written\n")


def test_steps_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection that takes more steps than allowed is refused."""
    monkeypatch.setattr(database, "_MAX_STEPS", 1000)
    with pytest.raises(PackageError, match="would take too long"):
        unpack(pack(mixed_deck(500)))
