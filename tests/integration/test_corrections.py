"""What a learner corrected in Anki comes back: the edits with their lines, and a patch that builds as they wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anki.cards import CardId
from anki.collection import Collection, ExportAnkiPackageOptions
from anki.notes import NoteId

from studydeck.apkg.export_reader import ExportedNote
from studydeck.corrections import patches
from studydeck.corrections.candidates import Correction, located
from studydeck.corrections.comparison import Comparison
from studydeck.corrections.patches import Patcher, unified_diff
from studydeck.errors import AnkiError
from studydeck.identity.decision_merge import NoteDecision
from studydeck.identity.decisions import Decisions
from studydeck.pipeline import Built
from tests.support.answering_server import answering
from tests.support.pipeline import build_notes
from tests.support.real_anki import import_package
from tests.support.releases import NOTES, Repository, create_repository


@pytest.fixture
def tea(tmp_path: Path) -> Repository:
    """Return a deck in a repository."""
    return create_repository(tmp_path / "tea")


def edit(collection: Collection, search: str, field: str, old: str, new: str) -> None:
    """Edit a field of a note as a learner does in the browser of Anki."""
    note = collection.get_note(collection.find_notes(search)[0])
    assert note[field].count(old) == 1
    note[field] = note[field].replace(old, new)
    collection.update_note(note)


def export(collection: Collection, path: Path, *, legacy: bool = False, scheduling: bool = True) -> Path:
    """Export everything as Anki does."""
    options = ExportAnkiPackageOptions(
        with_scheduling=scheduling, with_deck_configs=False, with_media=True, legacy=legacy
    )
    collection.export_anki_package(out_path=str(path), options=options, limit=None)
    return path


def listed(tea: Repository, *arguments: str) -> list[dict[str, Any]]:
    """Return the corrections as JSON."""
    return [json.loads(line) for line in tea.run_ok("corrections", *arguments, "--format", "json").splitlines()]


@pytest.mark.anki
def test_five_edits_give_five_corrections_and_a_patch_that_builds(tea: Repository, collection: Collection) -> None:
    """With the lines of the words, nothing of what is personal, and no correction once the patch is applied."""
    import_package(tea.release("1.0.0"), collection)
    edit(collection, "Term:Sencha", "Meaning", "soon after", "right <b>after</b>")
    edit(collection, "Term:Oolong", "Meaning", "half brown", "half brown, # slowly -->")
    edit(collection, "Term:Assam", "Term", "Assam", "Assam tea")
    edit(collection, "Text:*Strainer*", "Text", "Pot", "Tea pot")
    edit(collection, "Term:Gaiwan", "Meaning", "lidded bowl", "bowl with a lid")
    # What the editor of Anki changes by itself, and what is the learner's own.
    kettle = collection.get_note(collection.find_notes("Text:*Strainer*")[0])
    kettle["Text"] = kettle["Text"].replace("<li>", '<li class="x">').replace("Kettle", "Kettle&nbsp;")
    kettle["Spare1"] = "my own words"
    kettle.add_tag("grandmother")
    collection.update_note(kettle)
    collection.set_user_flag_for_cards(3, [kettle.card_ids()[0]])
    collection.sched.suspend_cards([kettle.card_ids()[1]])

    learner = export(collection, tea.top / "learner.apkg")
    found = listed(tea, str(learner), "--patch", str(tea.top / "fix.patch"))
    assert [(each["line"], each["field"], each["reason"]) for each in found] == [
        (7, "Meaning", None),
        (8, "Meaning", None),
        (9, "Term", None),
        (14, "Text", None),
        (19, "Meaning", None),
    ]
    assert {each["path"] for each in found} == {"tea.md"}
    assert (found[0]["before"], found[0]["after"]) == (
        "steamed soon after the harvest",
        "steamed right after the harvest",
    )
    assert [(each["flags"], each["suspended"]) for each in found] == [([], False)] * 3 + [([3], True), ([], False)]
    text = tea.run_ok("corrections", str(learner))
    assert f"{tea.notes}/tea.md:8: Meaning of" in text
    assert "5 corrections in 5 notes, 5 with a patch" in text
    for personal in ("grandmother", "my own"):
        assert personal not in text + json.dumps(found)
    for suffix, settings in ("1.apkg", {"legacy": True}), ("2.apkg", {"scheduling": False}):
        other = listed(tea, str(export(collection, tea.top / suffix, **settings)))
        assert [each["after"] for each in other] == [each["after"] for each in found]

    tea.git("apply", "fix.patch")
    assert "| Oolong | left to turn half brown, \\# slowly --\\> in the shade |" in (tea.notes / "tea.md").read_text()
    assert "0 new, 5 changed, 0 retired" in tea.run_ok("build")
    assert listed(tea, str(learner)) == []
    # Each patch alone applies to the notes as they were.
    for each in found:
        tea.git("checkout", "--quiet", "notes/tea.md")
        (tea.top / "one.patch").write_text(each["patch"])
        tea.git("apply", "one.patch")


@pytest.mark.anki
@pytest.mark.parametrize("legacy", [False, True])
def test_a_learner_on_an_old_version_who_edited_nothing_gives_no_correction(
    tea: Repository, collection: Collection, legacy: bool
) -> None:
    """Whether the released packages are at hand, or only the tags; the whole collection was exported."""
    import_package(tea.release("1.0.0"), collection)
    tea.edit(("soon after", "at once after"), ("- Kettle", "- Water kettle"))
    tea.release("1.0.1")
    tea.edit(
        ("half brown", "half dark"),
        ("## Gaiwan\n\nA lidded bowl in which leaves are brewed and from which they are poured.\n", ""),
    )
    tea.release("2.0.0", "--accept-retired", "1")
    learner = tea.top / "learner.colpkg"
    collection.export_collection_package(str(learner), include_media=True, legacy=legacy)
    unwritten = tea.top / "no" / "fix.patch"
    text = tea.run_ok("corrections", str(learner), "--patch", str(unwritten))
    assert "0 corrections in 5 notes" in text
    assert f"{unwritten} was not written: no correction can be taken over" in text
    assert not unwritten.parent.exists()
    for package in tea.out.glob("*.apkg"):
        package.unlink()
    assert "0 corrections in 5 notes" in tea.run_ok("corrections", str(learner))

    # Of a note that the notes no longer have, and of one that changed since, there is no patch.
    collection.reopen()
    edit(collection, "Term:Gaiwan", "Meaning", "lidded", "covered")
    edit(collection, "Term:Oolong", "Meaning", "half brown", "half red")
    edit(collection, "Term:Assam", "Meaning", "dark", "black")
    collection.export_collection_package(str(learner), include_media=True, legacy=legacy)
    found = listed(tea, str(learner))
    assert [(each["line"], each["version"], each["reason"]) for each in found] == [
        (8, "1.0.1", "the notes changed since version 1.0.1"),
        (9, "2.0.0", None),
        (0, "1.0.1", "the note is no longer in the notes"),
    ]


@contextmanager
def anki_connect(collection: Collection) -> Iterator[str]:
    """Answer as AnkiConnect does for a collection; yield the address."""

    def notes_info(notes: list[int]) -> list[dict[str, Any]]:
        found = [collection.get_note(NoteId(note)) for note in notes]
        return [
            {
                "noteId": note.id,
                "tags": note.tags,
                "fields": {name: {"value": value, "order": 0} for name, value in note.items()},
                "modelName": "any",
                "cards": [*note.card_ids()],
            }
            for note in found
        ]

    actions: Mapping[str, Callable[..., Any]] = {
        "findNotes": lambda query: [*collection.find_notes(query)],
        "notesInfo": notes_info,
    }

    def answer(request: Any) -> bytes:
        result = actions[request["action"]](**request["params"])
        return json.dumps({"result": result, "error": None}).encode()

    with answering(answer) as address:
        yield address


@pytest.mark.anki
def test_corrections_of_the_running_anki_are_read_from_ankiconnect(tea: Repository, collection: Collection) -> None:
    """The author's own corrections; notes of other decks are not asked for."""
    import_package(tea.release("1.0.0"), collection)
    edit(collection, "Term:Sencha", "Meaning", "soon", "right")
    sencha = collection.get_note(collection.find_notes("Term:Sencha")[0])
    collection.set_user_flag_for_cards(2, [CardId(sencha.card_ids()[0])])
    collection.sched.suspend_cards([sencha.card_ids()[1]])
    with anki_connect(collection) as address:
        (found,) = listed(tea, "--anki", "--anki-address", address)
    assert (found["line"], found["after"]) == (7, "steamed right after the harvest")
    assert (found["flags"], found["suspended"]) == ([2], True)
    message = tea.run_failing("corrections", "--anki", "--anki-address", "http://127.0.0.1:9")
    assert "Anki is not running" in message
    assert tea.run("corrections").exit_code == 2
    assert tea.run("corrections", "--anki", "export.apkg").exit_code == 2


def corrected(notes: str, *edits: tuple[str, str, str]) -> tuple[Correction, ...]:
    """Return the corrections of edits of fields, each by the field, words in it, and what is there instead."""
    before = build_notes(notes)
    base = build_notes(notes, before.ledger_text)
    exported = []
    for row in base.deck.rows:
        fields = row.field_values()
        for name, old, new in edits:
            if old in fields.get(name, ""):
                fields[name] = fields[name].replace(old, new)
        exported.append(ExportedNote(row.guid, fields))
    comparison = Comparison(exported)
    comparison.add(base.deck)
    texts = {"notes.md": notes}.get

    def build_with(changed: Mapping[str, str]) -> Built:
        return build_notes(changed["notes.md"], before.ledger_text)

    found = [located(each, base, lambda path: texts(path, "")) for each in comparison.edits()]
    return Patcher(base, lambda path: texts(path, ""), build_with).confirmed(found)


def patched(notes: str, *edits: tuple[str, str, str]) -> str:
    """Return the lines that the patch of edits adds."""
    lines = unified_diff(corrected(notes, *edits), lambda _path: notes, "").split("\n")
    return "\n".join(line[1:] for line in lines[3:] if line.startswith("+"))


HOSTILE = {
    "a comment": ("&lt;!-- deck: skip --&gt;", r"\<!-- deck: skip --\>"),
    "the end of a comment": ("--&gt;", r"\--\>"),
    "backticks": ("``` `x`", r"\`\`\` \`x\`"),
    "a script": ("&lt;script&gt;alert(1)&lt;/script&gt;", r"\<script\>alert(1)\</script\>"),
    "a script that Anki ran": ("<script>alert(1)</script>", ""),
    "a cell": ("| a |", r"\| a \|"),
    "a tag": ("#tag", r"\#tag"),
    "a wikilink": ("[[a]]", "&#91;&#91;a&#93;&#93;"),
    "a template": ("{% include a %}", r"\{% include a %\}"),
    "a picture": ('<img src="a.png">', None),
    "a formula": (r"\(x\)", None),
    "a blank": ("{{c1::x}}", None),
    "a direction": ("\u202eabc", None),
    "an escape": ("\x1b[2J", None),
    "two lines": ("a<br># b", None),
    "a megabyte": ("x" * 1_000_000, None),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_words_of_a_learner_become_plain_text_or_no_patch(name: str) -> None:
    """What is markup in the notes is escaped, and what cannot be escaped is refused."""
    words, markdown = HOSTILE[name]
    assert patched(NOTES, ("Meaning", "turn half", f"turn {words} half")) == (
        "" if not markdown else f"| Oolong | left to turn {markdown} half brown in the shade |"
    )


def test_what_is_written_at_the_start_of_a_line_opens_no_block() -> None:
    """A heading, a list, a quote or a fence there would be another note."""
    for words, markdown in (("# A", r"\# A"), ("- A", r"\- A"), ("1. A", r"1\. A"), ("&gt; A", r"\> A")):
        assert patched(NOTES, ("Meaning", "A lidded", f"{words} lidded")).startswith(f"{markdown} lidded bowl")


@pytest.mark.parametrize(
    ("notes", "change", "reason"),
    [
        (
            "# A\n\n| a | b | c |\n| --- | --- | --- |\n| elm | tall tree | grey bark |\n",
            ("TermLabel", "a", "tree"),
            "is the head of a column",
        ),
        ("# A\n\n## B\n\nThe root of $x^2$ is **positive** here.\n", ("Meaning", "x^2", "x^3"), "a formula"),
        (
            "# Oak\n\nAn oak is a tree with **acorns** on it.\n\n## Elm\n\nA tree of roads.\n",
            ("HeadingPath", "Oak", "Oaks"),
            "is made from headings",
        ),
        (
            "# A\n\n| a | b | c |\n| --- | --- | --- |\n| elm | tall tree | grey bark |\n",
            ("Term", "elm", "Elm tree"),
            None,
        ),
        (
            "# A\n\n| a | b |\n| --- | --- |\n| elm | tall elm tree |\n",
            ("Clue", "tall", "very tall"),
            "is made from the meaning",
        ),
    ],
)
def test_what_is_no_text_of_the_note_has_no_patch(notes: str, change: tuple[str, str, str], reason: str | None) -> None:
    """It is listed with the reason; a cell that two notes show is corrected where the learner corrected both."""
    found = corrected(notes, change)
    assert found
    for each in found:
        assert (reason or "") in each.reason
        assert bool(each.choices) == (reason is None)


def test_a_correction_that_changes_another_note_has_no_patch() -> None:
    """The key of a row stands in the notes of all its cells: a learner who corrects one of them gives none."""
    notes = "# A\n\n| a | b | c |\n| --- | --- | --- |\n| elm | tall tree | grey bark |\n"
    base = build_notes(notes)
    (first, *_) = [row for row in base.deck.rows if "tall" in row.field_values()["Meaning"]]
    fields = {**first.field_values(), "Term": "Elm tree"}
    comparison = Comparison([ExportedNote(first.guid, fields)])
    comparison.add(base.deck)
    found = [located(each, base, lambda _path: notes) for each in comparison.edits()]
    (each,) = Patcher(
        base, lambda _path: notes, lambda texts: build_notes(texts["notes.md"], base.ledger_text)
    ).confirmed(found)
    assert each.reason == "it would change another note, too: notes.md:5"


def test_one_bad_correction_does_not_cost_the_others_their_patch() -> None:
    """They are tried together first, and then apart."""
    edits = [("Meaning", "soon", "right"), ("Meaning", "half", "**half"), ("Text", "Pot", "[x](y)")]
    gaiwan = "A lidded bowl in which leaves are brewed and from which they are poured."
    found = corrected(NOTES, *edits, ("Meaning", gaiwan, "~"), ("Meaning", "dark", "black"))
    assert [each.edit.before[0].text for each in found if each.reason] == ["A"]
    assert [each.reason for each in found if each.reason] == ["the note would have other cards or tags"]
    assert len(found) == 5


def test_lines_that_end_in_two_characters_and_words_that_stand_twice() -> None:
    """The line ends of the file stay; of two places the one is taken that builds as the learner wrote."""
    notes = "# A\r\n\r\n| a | b |\r\n| --- | --- |\r\n| grey elm | grey bark |\r\n\r\n## Ash\r\n\r\nA tree\r\nof roads."
    assert patched(notes, ("Meaning", "grey bark", "dark bark")) == "| grey elm | dark bark |\r"
    assert patched(notes, ("Meaning", "roads", "streets")) == "of streets."
    japanese = "# 紙\n\nコウゾの繊維は太くて長い。\n"
    assert patched(japanese, ("Meaning", "太くて", "とても太くて")) == "コウゾの繊維はとても太くて長い。"


def test_the_words_of_retired_versions_are_compared(tea: Repository) -> None:
    """`--released` names packages and revisions; another deck is refused."""
    other = create_repository(tea.top / "other")
    (other.notes / "deck.toml").write_text('id = "other-deck"\n', "utf-8")
    package = tea.release("1.0.0")
    (tea.top / "learner.apkg").write_bytes(package)
    assert "0 corrections" in tea.run_ok("corrections", str(tea.top / "learner.apkg"), "--released", "v1.0.0")
    (other.notes / "ledger.jsonl").unlink()
    message = tea.run_failing("corrections", str(tea.top / "learner.apkg"), "--released", str(other.notes))
    assert "is another deck than the notes" in message
    assert "not an Anki package" in tea.run_failing("corrections", str(tea.notes / "tea.md"))


def compared(
    tea: Repository, *exported: ExportedNote, build_with: Callable[..., Built] | None = None
) -> list[Correction]:
    """Return the corrections of notes as a learner has them, against the notes of a repository."""
    text = (tea.notes / "tea.md").read_text("utf-8")
    base = build_notes({"tea.md": text})
    comparison = Comparison(exported)
    comparison.add(base.deck)
    found = [located(each, base, lambda _path: text) for each in comparison.edits()]
    build = build_with or (lambda texts: build_notes(texts, base.ledger_text))
    return [*Patcher(base, lambda _path: text, build).confirmed(found)]


def two_learners(tea: Repository, first: str, second: str) -> list[ExportedNote]:
    """Return one note as two learners corrected it, a word each."""
    (row, *_) = build_notes({"tea.md": (tea.notes / "tea.md").read_text("utf-8")}).deck.rows
    fields = row.field_values()
    return [
        ExportedNote(row.guid, {**fields, "Meaning": fields["Meaning"].replace("soon", word)})
        for word in (first, second)
    ]


def test_of_two_corrections_of_the_same_words_one_has_a_patch(tea: Repository) -> None:
    """Two copies of a note that agree are one patch."""
    found = compared(tea, *two_learners(tea, "right", "long"))
    assert [each.reason for each in found] == ["", "another correction changes the same words"]
    found = compared(tea, *two_learners(tea, "right", "right"))
    assert [each.reason for each in found] == ["", ""]


def test_notes_that_would_not_build_have_no_patch(tea: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is that of the build; after many builds the rest waits for the next run."""

    def fail(_texts: Mapping[str, str]) -> Built:
        raise AnkiError("there is no more room")

    (each, _) = compared(tea, *two_learners(tea, "right", "right"), build_with=fail)
    assert each.reason == "the notes would not build: there is no more room"
    (each, _) = compared(
        tea,
        *two_learners(tea, "right", "right"),
        build_with=lambda _texts: build_notes("# A\n", id="another", ledger="x"),
    )
    assert each.reason.startswith("the notes would not build")
    monkeypatch.setattr(patches, "MAX_BUILDS", 0)
    (each, _) = compared(tea, *two_learners(tea, "right", "right"))
    assert each.reason.startswith("it was not tried")


@pytest.mark.parametrize("name", ["of tea.md", 'my "tea".md', "Грузия.md"])
def test_a_patch_applies_to_a_file_of_any_name(tea: Repository, name: str) -> None:
    """Git writes some names in quotes, and a tab behind those with a space."""
    (tea.notes / "tea.md").rename(tea.notes / name)
    tea.run_ok("build")
    tea.commit()
    text = (tea.notes / name).read_text("utf-8")
    base = build_notes({name: text})
    (row, *_) = base.deck.rows
    fields = row.field_values()
    comparison = Comparison([ExportedNote(row.guid, {**fields, "Meaning": fields["Meaning"].replace("soon", "right")})])
    comparison.add(base.deck)
    found = [located(each, base, lambda _path: text) for each in comparison.edits()]
    patcher = Patcher(base, lambda _path: text, lambda texts: build_notes(texts, base.ledger_text))
    (tea.top / "one.patch").write_text(unified_diff(patcher.confirmed(found), lambda _path: text, "notes/"), "utf-8")
    tea.git("apply", "one.patch")
    assert "steamed right after" in (tea.notes / name).read_text("utf-8")


@pytest.mark.anki
def test_what_cannot_be_compared_is_said(tea: Repository, collection: Collection) -> None:
    """Notes of another note type, packages and tags that cannot be read, and notes that no version has."""
    import_package(tea.release("1.0.0"), collection)
    basic = collection.models.by_name("Basic")
    assert basic
    gaiwan = collection.find_notes("Term:Gaiwan")
    pair = collection.get_note(gaiwan[0]).mid
    change = collection.models.change_notetype_info(old_notetype_id=pair, new_notetype_id=basic["id"]).input
    change.note_ids.extend(gaiwan)
    collection.models.change_notetype_of_notes(change)
    edit(collection, "Term:Sencha", "Meaning", "soon", "right")
    learner = export(collection, tea.top / "learner.apkg")
    (tea.out / "tea-0.9.0.apkg").write_bytes(b"no package")
    (tea.notes / "deck.toml").write_text("id = 7\n", "utf-8")
    tea.git("commit", "--quiet", "--all", "--message", "Break the settings")
    tea.git("tag", "v0.9.0")
    tea.git("checkout", "--quiet", "v1.0.0", "--", "notes/deck.toml")
    text = tea.run_ok("corrections", str(learner), "--patch", str(tea.top / "one.patch"))
    assert "1 note not compared: the learner gave it another note type" in text
    assert "tea-0.9.0.apkg:" in text
    assert "v0.9.0:notes/deck.toml:1:" in text
    assert f"wrote {tea.top}/one.patch; to apply it: git -C {tea.top} apply {tea.top}/one.patch" in text

    # A note that is only known from the ledger, as its released package is not at hand.
    oolong = "| Oolong | left to turn half brown in the shade |\n"
    tea.edit((oolong, ""))
    for name in ("v0.9.0", "v1.0.0"):
        tea.git("tag", "--delete", name)
    for package in tea.out.iterdir():
        package.unlink()
    text = tea.run_ok("corrections", str(learner))
    assert (
        "1 note not compared: no version that was compared has it; name the released packages with --released" in text
    )


def test_a_note_that_a_decision_skips_has_no_patch() -> None:
    """Its words are in the notes, and no card of it is built."""
    before = build_notes(NOTES)
    guid = before.deck.rows[0].guid
    decision = NoteDecision(guid=guid, date="2026-11-26", question="Sencha", answer="steamed soon", skip=True)
    base = build_notes(NOTES, before.ledger_text, decisions=Decisions(notes=(decision,)))
    fields = before.deck.rows[0].field_values()
    comparison = Comparison([ExportedNote(guid, {**fields, "Meaning": "steamed late"})])
    comparison.add(before.deck)
    (each,) = [located(each, base, lambda _path: NOTES) for each in comparison.edits()]
    assert (each.line, each.reason) == (7, "a decision skips this note")
