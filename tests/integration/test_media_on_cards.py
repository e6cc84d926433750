"""Pictures, sounds and speech on cards: on which side they are, and what the real Anki makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from anki.cards import CardId
from anki.collection import Collection
from anki.sound import SoundOrVideoTag, TTSTag

from studydeck import api
from studydeck.diagnostics import DiagnosticCode
from studydeck.model.anki import FIELDS
from studydeck.pipeline import Built, pack
from tests.support.pipeline import NOW, build_notes, rebuild
from tests.support.real_anki import ImportCounts, cards, import_package, rendered_sides

PNG = b"\x89PNG\r\n\x1a\n picture of "
VOCABULARY = """# Words

| Word | Meaning | Sound |
| --- | --- | --- |
| perro | a dog that barks | ![[perro.mp3]] |
| gato | a cat that purrs | [listen](gato.mp3) |

## How does a gull fly?

![[gull.mp4]]

## Gull

A grey bird that lives by the sea ![](gull.png =80x).
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Return a folder with pictures and sounds, whose cards are made however weak they are."""
    (tmp_path / "deck.toml").write_text("min-confidence = -20\n", "utf-8")
    for name in ("gull.png", "drill.png", "deep/drill.png", "saw.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(PNG + name.encode())
    for name in ("perro.mp3", "gato.mp3", "gull.mp4", "casa.mp3"):
        (tmp_path / name).write_bytes(b"ID3 " + name.encode())
    return tmp_path


def build_folder(folder: Path, text: str, now: int = NOW) -> Built:
    (folder / "notes.md").write_text(text, "utf-8")
    return api.load_project(folder).build(now=now)


def fields_of(built: Built) -> list[Mapping[str, str]]:
    """Return the fields of each note by name, and the files in them by their stems."""
    rows = built.deck.rows
    return [dict(zip(FIELDS[row.kind], row.fields, strict=True)) for row in rows]


def side_of(built: Built, name: str) -> set[str]:
    """Return the names of the fields that show or play a file."""
    return {field for fields in fields_of(built) for field, value in fields.items() if f"{name}-" in value}


QUESTIONS = {
    "## Which tool is this?\n\n![](drill.png)\n\nA drill.\n": {"Term"},
    "## Which tool is this?\n\n![drill](drill.png)\n\nA drill.\n": {"Term"},
    "## Which tool is this? ![](drill.png)\n\nA drill.\n": {"Term"},
    "## Was ist das?\n\n<img src='drill.png' style='zoom:50%'/>\n\nEin Bohrer.\n": {"Term"},
    "## Tools\n\nWhich tool is this?\n\n![](drill.png)\n\nA tool that makes holes.\n": {"Term"},
    "## Tools\n\n- Which tool is this? ![](drill.png)\n  - A tool that makes holes.\n": {"Term"},
    "## Tools\n\n- Which tool is this?\n\n  ![](drill.png)\n\n  A tool that makes holes.\n": {"Term"},
    "## Tools\n\n> Which tool is this?\n>\n> ![](drill.png)\n>\n> A tool that makes holes.\n": {"Term"},
    "## What makes a hole?\n\n![a drill](drill.png)\n\nA drill.\n": {"Meaning"},
    "## What makes a hole?\n\nA tool that turns.\n\n![](drill.png)\n": {"Meaning"},
    "## What does a drill look like?\n\n![](drill.png)\n": {"Meaning"},
    "## Drill\n\nA tool that makes holes.\n\n![](drill.png)\n": {"Meaning"},
    "## Drill\n\n![](drill.png)\n\nA tool that makes holes.\n": {"Meaning"},
    "## Drill\n\n<p align='center'><img src='drill.png'></p>\n\nA tool that makes holes.\n": {"Meaning"},
    "## Tools\n\n- **Drill**: a tool that makes holes\n  ![](drill.png)\n- **Saw**: a tool that cuts\n": {"Meaning"},
    "## Tools\n\n- **Drill**: a tool that makes holes\n\n  ![](drill.png)\n- **Saw**: a tool that cuts\n": {"Meaning"},
    "## Tools\n\n- ![](drill.png): a drill\n- Saw: ![](saw.png)\n": {"Term"},
    "## Tools\n\n- Drill: ![](drill.png)\n- Saw: ![](saw.png)\n": {"Meaning"},
    "## Tools\n\n| Picture | Name |\n| --- | --- |\n| ![](drill.png) | drill |\n| ![](saw.png) | saw |\n": {"Term"},
    "## Tools\n\n| Name | Picture |\n| --- | --- |\n| drill | ![](drill.png) |\n| saw | ![](saw.png) |\n": {"Meaning"},
    "## Tools\n\nThe **drill** turns and makes holes into wood.\n\n![](drill.png)\n": {"Meaning"},
    "## Tools\n\n- one\n- two\n- three\n\n![](drill.png)\n": {"Text"},
    "## Three tools\n\n- one\n- two\n- three\n\n![](drill.png)\n": {"Text"},
}


@pytest.mark.parametrize(("text", "fields"), QUESTIONS.items())
def test_a_picture_is_on_the_side_that_it_belongs_to(notes: Path, text: str, fields: set[str]) -> None:
    """With the question that it is about, else with the answer; never in what is shown on demand."""
    assert side_of(build_folder(notes, f"# Shed\n\n{text}"), "drill") == fields


def test_words_of_a_picture_do_not_tell_the_answer(notes: Path) -> None:
    """A question's picture has no alternative text that holds the answer; other words stay."""
    text = "# Shed\n\n## Which tool is this?\n\n![{}](drill.png)\n\nA drill.\n"
    (telling,) = fields_of(build_folder(notes, text.format("my drill")))
    assert 'alt=""' not in telling["Term"]
    (telling,) = fields_of(build_folder(notes, text.format("A drill")))
    assert 'alt=""' in telling["Term"]


def test_the_same_question_about_two_pictures_is_two_notes(notes: Path) -> None:
    """They differ by their files, which may have one name; a picture with new content keeps its note."""
    question = "## Which tool is this?\n\n![]({})\n\nA {}.\n\n"
    text = "# Shed\n\n" + question.format("drill.png", "drill") + question.format("saw.png", "saw")
    built = build_folder(notes, text)
    assert len(built.notes) == 2
    assert DiagnosticCode.SAME_QUESTION not in {diagnostic.code for diagnostic in built.diagnostics}
    (notes / "ledger.jsonl").write_text(built.ledger_text, "utf-8")
    (notes / "saw.png").write_bytes(PNG + b"another saw")
    again = build_folder(notes, text, NOW + 1)
    assert [note.guid for note in again.notes] == [note.guid for note in built.notes]
    changed = [note.changed > before.changed for note, before in zip(again.notes, built.notes, strict=True)]
    assert changed == [False, True]


SOUNDS = {
    "- perro ![[perro.mp3]]: a dog\n- casa: a house\n": {"Term"},
    "- [perro](perro.mp3): a dog\n- casa: a house\n": {"Term"},
    "- dog: perro ![[perro.mp3]]\n- casa: a house\n": {"Meaning"},
    "| Word | Meaning | Sound |\n| --- | --- | --- |\n| perro | dog | ![](perro.mp3) |\n": {"Term"},
    "| Sound | Word | Meaning |\n| --- | --- | --- |\n| ![](perro.mp3) | perro | dog |\n": {"Term"},
    "| English | Spanish | Sound |\n| --- | --- | --- |\n| dog | perro | ![](perro.mp3) |\n": {"Meaning"},
    "| Word | Meaning |\n| --- | --- |\n| perro ![](perro.mp3) | dog |\n": {"Term"},
    "## Which animal is this?\n\n![[perro.mp3]]\n\nA dog.\n": {"Term"},
    "## How is perro spoken?\n\n<audio controls src='perro.mp3'></audio>\n": {"Meaning"},
}


@pytest.mark.parametrize(("text", "fields"), SOUNDS.items())
def test_a_sound_is_beside_its_word(notes: Path, text: str, fields: set[str]) -> None:
    """A card that asks backwards plays nothing with its question, and no card asks for a sound of a column."""
    built = build_folder(notes, f"# Words\n\n{text}")
    assert {field for field in side_of(built, "perro") if field != "Spare1"} == fields
    assert not any("[sound:" in fields["Clue"] for fields in fields_of(built))
    assert "Sound" not in {fields["MeaningLabel"] for fields in fields_of(built)}


@pytest.mark.parametrize(("name", "kind"), [("no.png", "picture"), ("no.mp3", "sound"), ("no.mp4", "video")])
def test_a_missing_file_is_named_as_what_it_is(notes: Path, name: str, kind: str) -> None:
    """In the message with its line, and as the reason why a block made no card."""
    built = build_folder(notes, f"# A\n\n## How does a bird sing?\n\n![[{name}]]\n")
    (missing,) = [diagnostic for diagnostic in built.diagnostics if diagnostic.code.startswith("missing-")]
    assert (missing.line, missing.message.split(";")[0]) == (5, f"{kind} {name} is not there")
    assert f"missing-{kind}" in {block.reason for block in built.skipped}


def test_files_are_limited_in_size(notes: Path) -> None:
    """A sound over 5 MB is a warning, as a picture is."""
    (notes / "perro.mp3").write_bytes(b"ID3" + bytes(6 * 2**20))
    built = build_folder(notes, "# A\n\n- perro ![[perro.mp3]]: a dog\n")
    (large,) = [diagnostic for diagnostic in built.diagnostics if diagnostic.code == DiagnosticCode.LARGE_MEDIA]
    assert large.message.startswith("sound perro.mp3 has 6 MB")


@pytest.mark.anki
def test_anki_imports_shows_and_plays_every_file(notes: Path, collection: Collection) -> None:
    """All files arrive, Anki's own check finds none that is missing or unused, and cards play them on their side."""
    built = build_folder(notes, VOCABULARY)
    assert pack(build_folder(notes, VOCABULARY).deck) == pack(built.deck)
    assert import_package(pack(built.deck), collection).new == len(built.notes)
    assert {path.name for path in Path(collection.media.dir()).iterdir()} == set(built.deck.media)
    assert len(built.deck.media) == 4
    check = collection.media.check()
    assert (list(check.missing), list(check.unused)) == ([], [])
    played = {}
    for guid, ordinal, card, *_ in cards(collection):
        rendered = collection.get_card(CardId(card)).render_output()
        term = next(fields["Term"].split("[")[0] for fields in fields_of(built) if fields["ID"] == guid)
        played[term, ordinal] = tuple(
            [tag.filename.split("-")[0] for tag in tags if isinstance(tag, SoundOrVideoTag)]
            for tags in (rendered.question_av_tags, rendered.answer_av_tags)
        )
    assert played["perro", 0] == (["perro"], [])
    assert played["perro", 1] == ([], ["perro"])
    assert played["gato", 1] == ([], ["gato"])
    assert played["How does a gull fly?", 0] == ([], ["gull"])
    gull = next(
        card
        for guid, _, card, *_ in cards(collection)
        if any(fields["ID"] == guid and fields["Term"] == "Gull" for fields in fields_of(built))
    )
    question, answer = rendered_sides(collection, gull)
    assert "<img" not in question
    assert 'width="80"' in answer


SPOKEN = (
    "# A\n\n| Word | Meaning |\n| --- | --- |\n| hola | a greeting of people |\n\n## Three\n\n- one\n- two\n- three\n"
)


@pytest.mark.anki
def test_anki_reads_fields_out_on_the_side_that_shows_them(collection: Collection) -> None:
    """An update brings speech to a deck without it: the note types stay the same, and no note is touched."""
    silent = build_notes(SPOKEN)
    spoken = rebuild(silent, SPOKEN, speak={"Term": "es_ES", "Meaning": "en_US", "Text": "en_GB"})
    assert import_package(pack(silent.deck), collection).new == 2
    assert import_package(pack(spoken.deck), collection) == ImportCounts(0, 0, 2, 0, 0)
    texts = {}
    for guid, ordinal, card, *_ in cards(collection):
        rendered = collection.get_card(CardId(card)).render_output()
        kind = next(row.kind for row in spoken.deck.rows if row.guid == guid)
        texts[kind, ordinal] = tuple(
            [(tag.lang, tag.field_text) for tag in tags if isinstance(tag, TTSTag)]
            for tags in (rendered.question_av_tags, rendered.answer_av_tags)
        )
    assert texts["pair", 0] == ([("es_ES", "hola")], [("en_US", "a greeting of people")])
    assert texts["pair", 1] == ([], [("es_ES", "hola")])
    (question,), (answer,) = texts["cloze", 0]
    assert "one" not in question[1]
    assert "one" in answer[1]
    fields = [(notetype.fields, [template.id for template in notetype.templates]) for notetype in silent.deck.notetypes]
    assert fields == [
        (notetype.fields, [template.id for template in notetype.templates]) for notetype in spoken.deck.notetypes
    ]


@pytest.mark.anki
def test_a_recorded_word_is_not_read_out(notes: Path, collection: Collection) -> None:
    """Anki would read the name of the file."""
    (notes / "deck.toml").write_text('[speak]\nTerm = "es_ES"\n', "utf-8")
    built = build_folder(notes, "# A\n\n- **perro** ![[perro.mp3]]: a dog that barks\n- **casa**: a house\n")
    import_package(pack(built.deck), collection)
    spoken = [
        tag.field_text
        for _, ordinal, card, *_ in cards(collection)
        for tag in collection.get_card(CardId(card)).render_output().question_av_tags
        if isinstance(tag, TTSTag) and not ordinal
    ]
    assert spoken == ["casa"]
