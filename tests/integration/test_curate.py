"""`curate`: decisions by its requests, what they write, and every request that is refused without writing anything."""

from __future__ import annotations

import base64
import errno
import json
import os
import socket
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from studydeck import storage
from studydeck.apkg.reader import unpack
from studydeck.cli import build as build_command
from studydeck.cli import curate, watch
from studydeck.cli.project import TEMPLATES, Options
from studydeck.identity import ledger_reader
from tests.support.curating import SETTINGS, TODAY, TOKEN_HEADER, Curating, curating
from tests.support.watching import RecordingConsole, wait_until

TEA = """# Tea

## Leaves

- **Oolong**: leaves left to turn half brown
- **Sencha**: leaves steamed soon, café style
- **Matcha**: leaves ground to a fine powder

## Harvest

- The first harvest of Darjeeling begins in **March** and lasts for four weeks.
- Assam is harvested from **May** on, when the monsoon comes.
"""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NOTES = {"deck.toml": SETTINGS, "tea.md": TEA}


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curating]:
    """Yield a session in which nothing is ever decided; afterwards check that nothing was."""
    with curating(tmp_path_factory.mktemp("refusing"), NOTES) as session:
        files = {path: path.read_bytes() for path in session.folder.rglob("*") if path.is_file()}
        yield session
        assert {path: path.read_bytes() for path in session.folder.rglob("*") if path.is_file()} == files


def build_package(session: Curating) -> None:
    """Build the package, as the author does after curating."""
    options = Options(session.notes, session.out, TEMPLATES, int(time.time()))
    assert build_command.run(options, RecordingConsole()) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({TOKEN_HEADER: ""}, 403),
        ({TOKEN_HEADER: "wrong"}, 403),
        ({TOKEN_HEADER: "é"}, 403),
        ({TOKEN_HEADER: None}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": None}, 415),
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Length": "1e3"}, 411),
        ({"Content-Length": "-1"}, 411),
        ({"Content-Length": "104857600"}, 413),
        ({"Content-Length": "9" * 4_000}, 413),
    ],
)
def test_requests_of_strangers_are_refused(refusing: Curating, headers: dict[str, str], status: int) -> None:
    """A wrong token, origin, host, type or size refuses a decision, and all but the last two refuse reading, too."""
    (guid, *_) = refusing.get("list?filter=all")["notes"]
    body = json.dumps({"note": guid, "digest": refusing.note(guid)["digest"], "choice": {"skip": True}}).encode()
    answered, reply, _ = refusing.request("POST", "/curate/decide", body, headers)
    assert answered == status
    assert "Access-Control-Allow-Origin" not in reply
    if status == 403:
        assert refusing.request("GET", f"/curate/note?note={guid}", None, headers)[0] == status
        assert refusing.request("GET", "/curate/list", None, headers)[0] == status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 10_000,
        b'{"note": 1, "digest": "", "choice": {}}',
        b'{"note": "aaaaaaaaaaaaaaaa", "digest": "", "choice": {"skip": false}}',
        b'{"note": "aaaaaaaaaaaaaaaa", "digest": "", "choice": {"path": "/etc/passwd"}}',
        b'{"note": "aaaaaaaaaaaaaaaa", "digest": "", "choice": {"ways": "three"}}',
        json.dumps({"note": "a" * 16, "digest": "", "choice": {"hide": ["x"] * 21}}).encode(),
    ],
)
def test_bodies_of_another_form_are_refused(refusing: Curating, body: bytes) -> None:
    """What is no JSON object of exactly this form is no decision."""
    assert refusing.request("POST", "/curate/decide", body)[0] == 400


def test_a_large_body_is_refused_before_it_is_read(refusing: Curating) -> None:
    """100 MB, announced or streamed, get their reply at once, and are never taken in."""
    address = urlsplit(refusing.page_address)
    for header, status in (("Content-Length: 104857600", b" 413 "), ("Transfer-Encoding: chunked", b" 411 ")):
        with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
            lines = (
                "POST /curate/decide HTTP/1.1",
                f"Host: {address.netloc}",
                f"{TOKEN_HEADER}: {refusing.token}",
                "Content-Type: application/json",
                header,
            )
            connection.sendall("\r\n".join((*lines, "", "")).encode())
            assert status in connection.recv(100)


def test_unknown_notes_pages_and_methods_are_refused(refusing: Curating) -> None:
    """A note that is not in the deck, a stale digest, another path or method: a status, and nothing else."""
    (guid, *_) = refusing.get("list?filter=all")["notes"]
    assert refusing.decide("a" * 16, "0" * 20, skip=True)[0] == 404
    assert refusing.decide("../../etc", "0" * 20, skip=True)[0] == 404
    status, answer = refusing.decide(guid, "0" * 20, skip=True)
    assert (status, answer["note"]["note"]) == (409, guid)
    assert refusing.undo() == (400, {"error": "there is nothing to take back", "note": None})
    assert refusing.request("GET", "/curate/note?note=none")[0] == 404
    assert refusing.request("GET", "/curate/source?note=none")[0] == 404
    assert refusing.request("GET", "/curate/decide")[0] == 404
    assert refusing.request("POST", "/curate", b"{}")[0] == 404
    assert refusing.request("GET", f"/curate/list?{'a=1&' * 50}")[0] == 400
    for method in ("OPTIONS", "PUT", "DELETE"):
        assert refusing.request(method, "/curate/decide", b"{}")[0] == 501
    for path in ("/", "/events", "/../notes/tea.md", "/curation"):
        assert refusing.request("GET", path)[0] == 404


def test_the_page_itself_holds_nothing_and_is_embedded_nowhere(refusing: Curating) -> None:
    """Who opens the page without a token reads no note; it may not be framed, cached, or name itself to others."""
    status, headers, page = refusing.request("GET", "/curate", None, {TOKEN_HEADER: ""})
    assert status == 200
    assert not any(word in page for word in ("Oolong", "Tea", refusing.token))
    assert "default-src 'none'; script-src 'sha256-" in page
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_decisions_are_written_whole_and_shown_at_once(tmp_path: Path) -> None:
    """Each choice is one line with the words and the day, in the order of the notes; the reply has the new cards."""
    with curating(tmp_path, NOTES) as session:
        assert any("ledger.jsonl" in line for line in session.console.lines)
        guids = session.guids_by_question()
        oolong, sencha, matcha = (guids[name] for name in ("Oolong", "Sencha", "Matcha"))
        assert session.get("list")["left"] == len(guids)
        status, answer = session.decide(matcha, ways="one")
        assert (status, answer["left"], answer["changed"]) == (200, len(guids) - 1, True)
        assert [card["ord"] for card in answer["note"]["card_list"]] == [0]
        assert session.decide(oolong, skip=True)[1]["note"]["decision"] == "skipped"
        assert session.decide(sencha, keep=True, tags=["exam"])[1]["note"]["decision"] == "kept"
        assert [line["note"] for line in session.decided()] == [oolong, sencha, matcha]
        assert session.decided()[0] == {
            "note": oolong,
            "date": TODAY,
            "question": "Oolong",
            "answer": "leaves left to turn half brown",
            "reviewed": True,
            "skip": True,
        }
        assert {*session.guids_by_question("skipped")} == {"Oolong"}
        assert {*session.guids_by_question("decided")} == {"Oolong", "Sencha", "Matcha"}
        assert session.decide(oolong, keep=True)[1]["note"]["decision"] == "kept"
        assert session.decided()[0]["skip"] is False
        status, answer = session.undo()
        assert (status, answer["undone"], answer["note"]["decision"]) == (200, oolong, "skipped")
        for _ in range(3):
            assert session.undo()[0] == 200
        assert session.decisions.read_text("utf-8") == ""
        assert session.undo()[0] == 400


def test_what_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    """A phrase that the sentence does not have, or a tag with a space, is refused with the reason, and not written."""
    with curating(tmp_path, NOTES) as session:
        guids = session.guids_by_question()
        sentence = next(guid for question, guid in guids.items() if "Darjeeling" in question)
        for guid, choice in (
            (sentence, {"hide": ["sold in April"]}),
            (sentence, {"hide": [" "]}),
            (sentence, {"ways": "both"}),
            (sentence, {"ways": "one"}),
            (sentence, {}),
            (sentence, {"tags": ["\u202egat"]}),
            (sentence, {"tags": ["::"]}),
            (sentence, {"tags": ["t" * 101]}),
            (guids["Oolong"], {"items": True}),
            (guids["Oolong"], {"tags": ["two words"]}),
        ):
            status, answer = session.decide(guid, **choice)
            assert status == 400, choice
            assert len(answer["error"]) > 10
            assert "regex" not in answer["error"]
        assert session.decided() == []
        status, answer = session.decide(sentence, hide=["four weeks"])
        assert (status, [card["answer"] for card in answer["note"]["card_list"]]) == (200, ["four weeks"])


def test_long_lists_are_offered_and_their_items_asked(tmp_path: Path) -> None:
    """A list that is no note as it is long is offered with the cards that it would make; asked, it is a note."""
    items = "".join(f"- {word}\n" for word in "kettle caddy scoop strainer whisk bowl tray timer scale".split())
    with curating(tmp_path, NOTES | {"tools.md": f"# Tools\n\nThe tools of a tea house:\n\n{items}"}) as session:
        assert session.get("list")["lists"] == 1
        ((question, guid),) = session.guids_by_question("lists").items()
        assert guid not in session.get("list?filter=all")["notes"]
        assert session.note(guid)["decision"] == "not asked"
        status, answer = session.decide(guid, skip=True)
        assert (status, answer["error"]) == (400, "this list is not asked; ask its items first")
        status, answer = session.decide(guid, items=True)
        assert (status, answer["note"]["decision"]) == (200, "kept"), question
        assert len(answer["note"]["card_list"]) == 9
        assert answer["note"]["note"] in session.get("list?filter=all")["notes"]
        assert session.get("list")["lists"] == 0
        assert session.undo()[0] == 200
        assert session.get("list")["lists"] == 1


def test_a_note_that_changed_since_is_shown_anew(tmp_path: Path) -> None:
    """A decision about words that were edited is refused, even right after the save; one about a moved line is not."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
        shown = session.note(guid)["digest"]
        session.tea.write_text(TEA.replace("half brown", "partly brown"), "utf-8")
        status, answer = session.decide(guid, shown, skip=True)
        assert (status, answer["note"]["answer"]) == (409, "leaves left to turn partly brown")
        assert session.decided() == []
        shown = answer["note"]["digest"]
        session.tea.write_text("An introduction.\n\n" + TEA.replace("half brown", "partly brown"), "utf-8")
        assert session.decide(guid, shown, skip=True)[0] == 200


def test_a_renamed_file_reaches_the_open_page(tmp_path: Path) -> None:
    """A file that stays missing is not half saved: the page shows it under its new name, and takes later edits."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
        build = session.get("list")["build"]
        session.tea.rename(session.notes / "leaves.md")
        wait_until(lambda: session.get("list")["build"] > build)
        assert session.note(guid)["path"] == "leaves.md"
        (session.notes / "leaves.md").write_text(TEA.replace("half brown", "partly brown"), "utf-8")
        session.get("list")
        assert session.note(guid)["answer"] == "leaves left to turn partly brown"


def test_edits_and_errors_reach_the_open_page(tmp_path: Path) -> None:
    """A saved edit is a new build for the page; while notes cannot be built, the last build stays with a reason."""
    with curating(tmp_path, NOTES) as session:
        before = session.get("list")
        session.tea.write_text(
            TEA.replace("- **Matcha**", "- **Gyokuro**: leaves grown in shade\n- **Matcha**"), "utf-8"
        )
        assert session.get(f"changes?build={before['build']}")["build"] > before["build"]
        assert "Gyokuro" in session.guids_by_question()
        session.tea.write_bytes(b"# Tea \xff\xff")
        wait_until(lambda: session.get("list")["problem"])
        assert "Gyokuro" in session.guids_by_question()
        session.tea.write_text(TEA, "utf-8")
        wait_until(lambda: not session.get("list")["problem"])
        assert "Gyokuro" not in session.guids_by_question()


def test_decisions_that_others_wrote_meanwhile_are_kept(tmp_path: Path) -> None:
    """A decision is added to the file as it is, which git may have changed; undo leaves what another decided."""
    with curating(tmp_path, NOTES) as session:
        guids = session.guids_by_question()
        assert session.decide(guids["Oolong"], skip=True)[0] == 200
        first = session.decisions.read_text("utf-8")
        line = first.replace(guids["Oolong"], guids["Sencha"]).replace("Oolong", "Sencha")
        session.decisions.write_text(first + line, "utf-8")
        assert session.decide(guids["Matcha"], skip=True)[0] == 200
        assert {line["note"] for line in session.decided()} == {guids[name] for name in ("Oolong", "Sencha", "Matcha")}
        session.decisions.write_text(session.decisions.read_text("utf-8").replace(TODAY, "2026-11-27"), "utf-8")
        assert session.undo()[0] == 409
        assert len(session.decided()) == 3


def test_nothing_counts_as_packed_until_build_writes_a_package(tmp_path: Path) -> None:
    """The ledger of `curate` has GUIDs without cards, no package is written, and `build` follows the decisions."""
    with curating(tmp_path, NOTES) as session:
        guids = session.guids_by_question()
        assert session.decide(guids["Oolong"], ways="one")[0] == 200
        assert session.decide(guids["Sencha"], skip=True)[0] == 200
        entries = ledger_reader.read(session.ledger.read_text("utf-8")).ledger.notes
        assert {entry.guid for entry in entries} == {*guids.values()}
        assert [entry.cards for entry in entries if entry.cards] == []
        assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {
            *("deck.toml", "tea.md", "ledger.jsonl", "decisions.jsonl")
        }
    build_package(session)
    rows = {row.guid: row for row in unpack(session.package.read_bytes()).rows}
    assert rows.keys() == {*guids.values()} - {guids["Sencha"]}
    assert rows[guids["Oolong"]].ordinals == (0,)


def test_released_notes_say_what_a_decision_means_and_keep_their_cards(tmp_path: Path) -> None:
    """A released note is marked, skipped and edited, then taken back: the same GUID, ordinals and packed cards."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
    build_package(session)
    text = session.ledger.read_text("utf-8").replace('"since":null', '"since":"1.2.0"')
    session.ledger.write_text(
        text.replace('"release":null', '"release":{"version":"1.2.0","time":1790000000}'), "utf-8"
    )
    packed = packed_cards(session, guid)
    assert {*packed} == {0, 1}
    session.edit("- **Matcha**", "- **Gyokuro**: leaves grown in shade\n- **Matcha**")
    with curating(tmp_path) as session:
        assert {*session.guids_by_question("new")} == {"Gyokuro"}
        assert packed_cards(session, guid) == packed
        shown = session.note(guid)
        assert (shown["since"], [card["since"] for card in shown["card_list"]]) == ("1.2.0", ["1.2.0", "1.2.0"])
        assert "with learners since 1.2.0: stays with them" in shown["consequences"]["skip"]
        assert "the next version is 2.0.0" in shown["consequences"]["skip"]
        assert "Tools > Empty Cards" in shown["consequences"]["one"]
        new = session.note(session.guids_by_question()["Gyokuro"])
        assert (new["since"], new["consequences"], new["state"]) == ("", {}, "new")
        assert session.decide(guid, skip=True)[0] == 200
    build_package(session)
    assert guid not in {row.guid for row in unpack(session.package.read_bytes()).rows}
    session.edit("half brown", "about half brown")
    build_package(session)
    with curating(tmp_path) as session:
        assert session.decide(guid, keep=True)[0] == 200
    build_package(session)
    rows = {row.guid: row for row in unpack(session.package.read_bytes()).rows}
    assert rows[guid].ordinals == (0, 1)
    assert {*packed_cards(session, guid)} == {0, 1}


def packed_cards(session: Curating, guid: str) -> dict[int, str]:
    """Return the cards of a note in the ledger."""
    entries = ledger_reader.read(session.ledger.read_text("utf-8")).ledger.notes
    return next(dict(entry.cards) for entry in entries if entry.guid == guid)


def test_lists_are_searched_ordered_and_have_links_pictures_and_lines(tmp_path: Path) -> None:
    """A search ignores case and accents; the weakest come first; a note has its pictures, links and lines."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "leaf.png").write_bytes(PNG)
    settings = f'{SETTINGS}source-url = "https://example.org/{{path}}#L{{line}}"\n'
    picture = "- **Leaf**: ![a leaf](leaf.png) as a plant has it\n"
    texts = {
        "deck.toml": settings,
        "tea.md": TEA,
        "plants.md": f"# Plants\n\n## Parts\n\n{picture}- **Stem**: bears leaves\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    with curating(tmp_path) as session:
        guids = session.guids_by_question()
        assert session.get("list?filter=all&search=CAFE%20sencha")["notes"] == [guids["Sencha"]]
        assert session.get("list?filter=all&search=nothing")["notes"] == []
        lines = session.get(f"notes?notes={','.join(session.get('list?order=weak')['notes'])}")["lines"]
        assert [line["confidence"] for line in lines] == sorted(line["confidence"] for line in lines)
        leaf = session.note(guids["Leaf"])
        (address,) = leaf["pictures"].values()
        assert address.startswith("data:image/png;base64,")
        full_path = (folder / "plants.md").resolve().as_posix()
        assert [link["address"] for link in leaf["links"]] == [
            f"vscode://file/{quote(full_path.lstrip('/'), safe='/:')}:5",
            f"obsidian://open?path={quote(full_path, safe='')}",
            "https://example.org/plants.md#L5",
        ]
        source = session.get(f"source?note={guids['Leaf']}")
        assert (source["path"], source["line"], source["text"]) == ("plants.md", 5, texts["plants.md"])


def test_a_note_that_asks_another_question_is_reviewed_again(tmp_path: Path) -> None:
    """A decision about other words is shown again, a spelling that was corrected is not, and a skip stays a skip."""
    with curating(tmp_path, NOTES) as session:
        guids = session.guids_by_question()
        assert session.decide(guids["Oolong"], keep=True)[0] == 200
        assert session.decide(guids["Sencha"], skip=True)[0] == 200
        assert session.decide(guids["Matcha"], keep=True)[0] == 200
        text = TEA.replace("**Oolong**", "**Blue tea**").replace("**Sencha**", "**Green tea**")
        session.tea.write_text(text.replace("**Matcha**", "**Mattcha**"), "utf-8")
        now = session.guids_by_question()
        assert (now["Blue tea"], now["Green tea"], now["Mattcha"]) == tuple(
            guids[name] for name in ("Oolong", "Sencha", "Matcha")
        )
        left = session.guids_by_question("left")
        assert "Blue tea" in left
        assert not {"Green tea", "Mattcha"} & left.keys()
        shown = session.note(now["Blue tea"])
        assert (shown["decision"], shown["decided"]["question"]) == ("other words", "Oolong")
        assert session.decide(now["Blue tea"], keep=True)[1]["note"]["decision"] == "kept"


def test_an_error_of_the_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk refuses the file, the decision is refused with the reason of the system, and can be made later."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
        with monkeypatch.context() as patch:
            patch.setattr(storage, "replace_file", refuse)
            status, answer = session.decide(guid, skip=True)
        assert (status, answer["error"]) == (500, "the decision cannot be written (No space left on device)")
        assert session.decided() == []
        assert session.decide(guid, skip=True)[0] == 200


def refuse(_path: Path, _content: bytes) -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    ("kind", "is_opened"), [(webbrowser.BackgroundBrowser, True), (webbrowser.GenericBrowser, False)]
)
def test_only_a_browser_with_a_window_is_opened(
    kind: type[webbrowser.GenericBrowser], is_opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser of the terminal is not opened, as it would take the terminal over."""
    opened: list[str] = []
    monkeypatch.setattr(kind, "open", lambda _self, address, *_: opened.append(address))
    monkeypatch.setattr(webbrowser, "get", lambda: kind("browser"))
    monkeypatch.setattr(
        watch, "run", lambda _options, watch_options, *_: watch_options.announce("http://a/#token=b") or 0
    )
    options = curate.CurateOptions(0, True, lambda: 0, time.monotonic, lambda: TODAY)
    assert curate.run(Options(Path(), Path(), TEMPLATES, 0), options, RecordingConsole()) == 0
    assert opened == ["http://a/#token=b"] * is_opened


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where the file of decisions cannot be replaced, the decision is refused with the reason."""
    with curating(tmp_path, NOTES) as session:
        guid = session.guids_by_question()["Oolong"]
        session.decisions.mkdir()
        status, answer = session.decide(guid, skip=True)
        assert status in (400, 500)
        assert answer["error"]


def test_broken_decisions_stop_the_page_with_a_reason(tmp_path: Path) -> None:
    """A file of decisions that cannot be read is an error of the build, and the page says that."""
    with curating(tmp_path, NOTES | {"decisions.jsonl": "no decision\n"}) as session:
        assert any("decisions.jsonl:1" in line for line in session.console.lines)
        assert "do not build" in session.get("list")["problem"]
        assert session.get("notes?notes=a")["lines"] == []
        assert session.decide("a" * 16, "0" * 20, skip=True)[0] == 404
        session.decisions.write_text("", "utf-8")
        wait_until(lambda: session.get("list")["notes"])
