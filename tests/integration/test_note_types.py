"""Card templates: valid folders give note types, and each fault is a diagnostic with file and line."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck.apkg.writer import pack
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.model import digests
from studydeck.model.anki import FIELDS, TEMPLATES
from studydeck.notetypes import note_types, template_grammar, template_parser
from tests.support.real_anki import cards, empty_cards, import_package, rendered_sides
from tests.support.sample_decks import TEMPLATES as TEMPLATES_OF_CLONE
from tests.support.sample_decks import deck, guid, row, template_texts

TEXTS = template_texts()
ROOT = Path(__file__).parents[2]


def with_change(path: str, old: str, new: str) -> dict[str, str]:
    """Return the templates with one text replaced; it must occur."""
    assert old in TEXTS[path]
    return {**TEXTS, path: TEXTS[path].replace(old, new, 1)}


def without(path: str) -> dict[str, str]:
    """Return the templates without one file."""
    return {name: text for name, text in TEXTS.items() if name != path}


def diagnostics_of(texts: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a folder of templates."""
    with pytest.raises(BuildError) as error:
        note_types.load_note_types(texts, "deck")
    return error.value.diagnostics


def test_the_templates_of_this_repository_are_valid() -> None:
    """The templates are two note types with the fields and card templates that the pipeline fills."""
    notetypes = note_types.load_note_types(TEXTS, "deck")
    assert [notetype.kind for notetype in notetypes] == ["pair", "cloze"]
    for notetype in notetypes:
        assert tuple(name for name, _ in notetype.fields) == FIELDS[notetype.kind]
        assert tuple(template.name for template in notetype.templates) == TEMPLATES[notetype.kind]
        assert notetype.css.startswith(TEXTS["common.css"])


# Learners have these ids. Anki compares the note types of an import by them: where one differs, is missing, is new or
# stands elsewhere, it skips every note that a learner already has, so that all updates are lost. A field that is no
# longer filled stays, and the spare ones are for what is needed later. The numbers of the deck and of its note types
# come from the deck's id; with others, a learner would get everything a second time.
FROZEN_DECK = 2567655979
FROZEN_NOTE_TYPES = {"pair": 1235469473846, "cloze": 1196560713317}
FROZEN = {
    "pair": {
        "ID": 5734753474773107826,
        "Term": 7266042145363654793,
        "Meaning": 4066695652768666378,
        "Clue": 7894599907093361981,
        "TermLabel": 5445803055044038549,
        "MeaningLabel": 1888541978648043786,
        "HeadingPath": 4924815957851025869,
        "Extra": 2572225891500135972,
        "Source": 3355072064179098300,
        "Typed": 8722082289507082748,
        "Spare1": 3299047188982705070,
        "Spare2": 2419207577521068017,
        "card Forwards": 4450352880682318931,
        "card Backwards": 7088308031975469187,
        "card Typed": 6886010503808154106,
    },
    "cloze": {
        "ID": 3918279437733637133,
        "Prompt": 4308661614711436199,
        "Text": 6637927942772558902,
        "HeadingPath": 1348339136981839483,
        "Extra": 8598160127895471664,
        "Source": 2007317634769620814,
        "Spare1": 2225114713929377276,
        "Spare2": 2366293454566937517,
        "card Cloze": 1669402912328437629,
    },
}


def test_ids_of_fields_and_card_templates_are_frozen() -> None:
    """Learners have these ids in this order, and in the note types of the bundled deck; a change costs all updates."""
    deck_id = tomllib.loads((ROOT / "notes" / "deck.toml").read_text("utf-8"))["id"]
    notetypes = note_types.load_note_types(TEXTS, deck_id)
    numbers = {
        notetype.kind: [*notetype.fields, *((f"card {template.name}", template.id) for template in notetype.templates)]
        for notetype in notetypes
    }
    assert numbers == {kind: list(ids.items()) for kind, ids in FROZEN.items()}
    assert {notetype.kind: notetype.id for notetype in notetypes} == FROZEN_NOTE_TYPES
    assert digests.deck_number(deck_id) == FROZEN_DECK


def test_ids_are_unique_and_unchanged() -> None:
    """Every field and template has a unique id, the same as in released decks."""
    notetypes = note_types.load_note_types(TEXTS, "deck")
    numbers = [number for notetype in notetypes for _, number in notetype.fields]
    numbers += [template.id for notetype in notetypes for template in notetype.templates]
    assert len(set(numbers)) == len(numbers) == 24
    # The ledger keeps these digests.
    assert [digests.schema_digest(notetype) for notetype in notetypes] == ["eca1263b1b04edfc", "ad03bfb96be27a2a"]


def test_two_decks_never_share_a_note_type() -> None:
    """Note types of two decks differ in id and name, and so do the kinds of one deck."""
    numbers = {digests.notetype_number(f"deck {n}", kind) for n in range(2000) for kind in FIELDS}
    assert len(numbers) == 4000
    assert all(10**12 <= number < 1.3 * 10**12 for number in numbers)
    assert all(digests.notetype_number(f"deck {n}", "cloze") % 2 for n in range(9))  # and those of a pair are even
    assert not any(digests.notetype_number(f"deck {n}", "pair") % 2 for n in range(9))
    names = {notetype.name for deck_id in ("a", "b") for notetype in note_types.load_note_types(TEXTS, deck_id)}
    assert len(names) == 4
    assert all(re.fullmatch(r"Studydeck (pair|cloze) \([0-9a-f]{6}\)", name) for name in names)


def test_appearance_and_schema_digests_follow_their_inputs() -> None:
    """A new style changes only the appearance digest; a moved field changes the schema digest."""
    pair, _ = note_types.load_note_types(TEXTS, "deck")
    restyled, reworded = (
        replace(pair, css=""),
        note_types.load_note_types(
            with_change("pair/forwards.front.html", "%{meaning_label_question}", "{{MeaningLabel}}:"), "deck"
        )[0],
    )
    assert (
        len({digests.appearance_digest(pair), digests.appearance_digest(restyled), digests.appearance_digest(reworded)})
        == 3
    )
    assert len({digests.schema_digest(pair), digests.schema_digest(restyled), digests.schema_digest(reworded)}) == 1
    swapped = replace(pair, fields=(pair.fields[1], pair.fields[0], *pair.fields[2:]))
    assert digests.schema_digest(swapped) != digests.schema_digest(pair)
    assert digests.appearance_digest(replace(pair, changed=9)) == digests.appearance_digest(pair)


PAIR, CLOZE = "pair/notetype.toml", "cloze/notetype.toml"
FRONT, BACK = "pair/forwards.front.html", "pair/forwards.back.html"
BAD = {
    "definition missing": (without(PAIR), f"{PAIR}: .*missing"),
    "template missing": (without(BACK), f"{PAIR}:55: .*forwards.back.html is missing"),
    "style missing": (without("cloze/style.css"), "cloze/style.css: .*missing"),
    "toml broken": (with_change(PAIR, 'name = "Clue"', "name = Clue"), f"{PAIR}:20: .*invalid TOML"),
    "toml cut off": (with_change(CLOZE, 'back = "cloze.back.html"', "back ="), f"{CLOZE}:4[0-9]: .*invalid TOML"),
    "id of text": (with_change(PAIR, "id = 5734753474773107826", 'id = "x"'), f"{PAIR}:7: .*Expected `int`"),
    "key unknown": (with_change(PAIR, 'name = "Typed"', 'sticky = true\nname = "Typed"'), f"{PAIR}:43: .*sticky"),
    "field lost": (
        with_change(PAIR, '[[fields]]\nname = "Clue"\nid = 7894599907093361981\n', ""),
        f"{PAIR}:20: .*ID, Term",
    ),
    "field added": (
        with_change(CLOZE, "[[templates]]", '[[fields]]\nname = "X"\nid = 1\n\n[[templates]]'),
        f"{CLOZE}:39: ",
    ),
    "field renamed": (with_change(PAIR, '"Meaning"', '"Sense"'), f"{PAIR}:15: .*Anki skips"),
    "last field lost": (
        with_change(CLOZE, '[[fields]]\nname = "Spare2"\nid = 2366293454566937517\n', ""),
        f"{CLOZE}:31: ",
    ),
    "template renamed": (with_change(CLOZE, 'name = "Cloze"', 'name = "Hidden"'), f"{CLOZE}:39: .*must be Cloze"),
    "id twice": (
        with_change(PAIR, "7266042145363654793", "5734753474773107826"),
        f"{PAIR}:11: .*Term needs a unique id",
    ),
    "id lost": (with_change(PAIR, "id = 7266042145363654793", "id = 0"), f"{PAIR}:11: .*Term needs a unique id"),
    "id too long": (with_change(PAIR, "7266042145363654793", str(2**63)), f"{PAIR}:11: .*Term needs a unique id"),
    "field unknown": (with_change(FRONT, "{{Term}}", "{{Word}}"), f"{FRONT}:4: .*no field 'Word'"),
    "field unknown behind a filter": (with_change(FRONT, "{{Term}}", "{{text:Word}}"), f"{FRONT}:4: .*no field 'Word'"),
    "section unknown": (with_change(BACK, "{{#Extra}}", "{{#More}}"), f"{BACK}:5: .*no field 'More'"),
    "front within a front": (with_change(FRONT, "{{Term}}", "{{FrontSide}}"), f"{FRONT}:4: .*FrontSide"),
    "section open": (with_change(FRONT, "{{/HeadingPath}}", ""), f"{FRONT}:2: .*HeadingPath.* never closed"),
    "section closed twice": (
        with_change(FRONT, "{{/HeadingPath}}", "{{/HeadingPath}}{{/HeadingPath}}"),
        f"{FRONT}:2: .*does not close",
    ),
    "sections crossed": (
        with_change(FRONT, "{{/HeadingPath}}", "{{#Term}}{{/HeadingPath}}{{/Term}}"),
        f"{FRONT}:2: .*does not close",
    ),
    "brace open": (with_change(FRONT, "{{Term}}", "{{Term}"), f"{FRONT}:4: "),
    "brace alone": (
        with_change(FRONT, "%{meaning_label_question}", "{{MeaningLabel}} }}?"),
        f"{FRONT}:5: .*is unmatched",
    ),
    "brace open at the end": ({**TEXTS, FRONT: TEXTS[FRONT] + "{{Term"}, f"{FRONT}:8: .*is unmatched"),
    "no field": ({**TEXTS, FRONT: "<p>What is it?</p>"}, f"{FRONT}:1: .*shows no field"),
    "cloze shows all": (
        with_change("cloze/cloze.front.html", "cloze:Text", "Text"),
        "cloze.front.html:1: .*cloze:Text",
    ),
    "cloze in a pair": (with_change(FRONT, "{{Term}}", "{{cloze:Term}}"), f"{FRONT}:4: .*only a cloze"),
    "script": (with_change(BACK, "<hr", "<script>1</script><hr"), f"{BACK}:2: .*script"),
    "handler": (with_change(BACK, "<hr", "<hr onclick='x()'"), f"{BACK}:2: .*script"),
    "remote picture": (with_change(BACK, "<hr", '<img src="https://x.org/a.png"><hr'), f"{BACK}:2: .*network"),
    "picture without scheme": (with_change(BACK, "<hr", "<img src=//x.org/a.png><hr"), f"{BACK}:2: .*network"),
    "remote style": (with_change(BACK, "<hr", '<link rel="x" href="http://x.org/a.css"><hr'), f"{BACK}:2: .*network"),
    "remote font": (
        {**TEXTS, "pair/style.css": "a {}\nb { src: url( 'https://x/f') }"},
        "pair/style.css:2: .*network",
    ),
    "import": ({**TEXTS, "common.css": '\n@import "a.css";'}, "common.css:2: .*@import"),
}


@pytest.mark.parametrize(("texts", "message"), BAD.values(), ids=BAD)
def test_a_template_fault_is_an_error_rejected(texts: dict[str, str], message: str) -> None:
    """Each fault in a template is an error with file and line."""
    diagnostics = diagnostics_of(texts)
    assert re.match(f"templates/(pair/|cloze/)?{message}", str(diagnostics[0]))
    assert {diagnostic.severity for diagnostic in diagnostics} == {"error"}


def test_only_the_faulty_kind_is_reported() -> None:
    """A kind without faults has no diagnostics."""
    assert [diagnostic.path for diagnostic in diagnostics_of(without(CLOZE))] == [f"templates/{CLOZE}"]


def test_an_empty_folder_reports_each_kind() -> None:
    """A folder without templates has one diagnostic for each kind."""
    assert [diagnostic.path for diagnostic in diagnostics_of({})] == [f"templates/{PAIR}", f"templates/{CLOZE}"]


def test_allowed_syntax_has_no_diagnostics() -> None:
    """Links, hints, tags and Anki's special sections are allowed."""
    text = '{{#c1}}a{{/c1}}<a href="https://x.org">one = 1</a> {{hint:Extra}} {{Tags}} {{ cloze : Text }}'
    fields = frozenset(FIELDS["cloze"])
    assert [
        *template_grammar.template_faults(text, fields, is_cloze=True),
        *template_grammar.forbidden_content(text),
    ] == []
    assert list(template_grammar.missing_cloze(text, "Text")) == []


def test_a_comment_holds_no_fields() -> None:
    """Anki replaces nothing in a comment, so its fields are neither faults nor the field that a template needs."""
    comment = "<!-- {{Word}} {{#Extra}} {{cloze:Text}} {{ -->"
    fields = frozenset(FIELDS["cloze"])
    assert list(template_grammar.template_faults(comment + "{{cloze:Text}}", fields, is_cloze=True)) == []
    faults = list(template_grammar.template_faults(comment, fields, is_cloze=True))
    assert faults == [(0, "the template shows no field")]
    assert len(list(template_grammar.missing_cloze(comment, "Text"))) == 1


def test_a_template_is_parsed_into_a_tree() -> None:
    """Tags carry their offsets, sections their content, and filters the order in which they apply."""
    tree = template_parser.parse("a{{^X}}{{hint:text:Y}}{{/X}}<!-- {{Z}} -->")
    field = template_parser.Tag(7, 22, "", "Y", ("text", "hint"))
    assert tree.nodes == ("a", template_parser.Section("X", True, ("", field, "")), "<!-- {{Z}} -->")
    assert [(tag.start, tag.sign, tag.name) for tag in tree.tags] == [(1, "^", "X"), (7, "", "Y"), (22, "/", "X")]


def test_the_shared_styles_are_optional() -> None:
    """A folder without common.css is valid."""
    assert len(note_types.load_note_types({name: text for name, text in TEXTS.items() if "/" in name}, "deck")) == 2


def text_of_side(html: str) -> str:
    """Return the text of a rendered side."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.anki
def test_a_pair_asks_in_both_directions(collection: Collection) -> None:
    """The forward card asks for the meaning, the backward card for the term, without the heading path."""
    full = row(
        1,
        ordinals=(0, 1),
        Term="Translate",
        Meaning="automatic translation",
        Clue="automatic ___",
        MeaningLabel="Use case",
        TermLabel="service",
        HeadingPath="AWS",
        Extra="since 2017",
        Source="ai.md",
    )
    import_package(pack(deck(full)), collection)
    forwards, backwards = (rendered_sides(collection, card) for _, _, card, _, _ in cards(collection))
    assert text_of_side(forwards[0]) == "AWS Translate Use case?"
    assert text_of_side(forwards[1]) == "AWS Translate Use case? automatic translation More since 2017 ai.md"
    assert text_of_side(backwards[0]) == "Use case automatic ___ Which service?"
    assert text_of_side(backwards[1]) == "Use case automatic ___ Which service? Translate AWS More since 2017 ai.md"


@pytest.mark.anki
def test_a_pair_without_other_fields_has_question_and_answer(collection: Collection) -> None:
    """A pair with only a term, a meaning and a clue gives complete cards."""
    import_package(pack(deck(row(1, ordinals=(0, 1), Term="T", Meaning="M", Clue="C"))), collection)
    sides = [
        tuple(text_of_side(side) for side in rendered_sides(collection, card)) for _, _, card, _, _ in cards(collection)
    ]
    assert sides == [("T", "T M"), ("C Which term is this?", "C Which term is this? T")]


@pytest.mark.anki
def test_a_typed_card_compares_what_was_typed(collection: Collection) -> None:
    """The typed card has an input, and its back compares once."""
    import_package(pack(deck(row(1, ordinals=(0, 2), Typed="answer"))), collection)
    question, answer = rendered_sides(collection, cards(collection)[1][2])
    assert "[[type:Typed]]" in question
    assert answer.count("[[type:Typed]]") == 1


@pytest.mark.anki
def test_a_card_without_its_field_is_empty_in_anki(collection: Collection) -> None:
    """Anki offers to delete a card whose field is empty."""
    import_package(pack(deck(row(1, ordinals=(0, 1, 2)), row(2, ordinals=(0, 1), Clue="two?"))), collection)
    identities = {card: (name, ordinal) for name, ordinal, card, _, _ in cards(collection)}
    assert sorted(identities[card] for card in empty_cards(collection)) == [(guid(1), 1), (guid(1), 2)]


@pytest.mark.anki
def test_a_cloze_masks_only_on_its_front(collection: Collection) -> None:
    """The style masks below .question, a class that only the front of a cloze has."""
    text = '<ol class="mask-following"><li>{{c1::one}}</li><li>{{c2::two}}</li></ol>'
    sequence_row = row(
        1, "cloze", ordinals=(0, 1), Text=text, Prompt="Steps", HeadingPath="AWS", Extra="why", Source="a.md"
    )
    import_package(pack(deck(sequence_row)), collection)
    question, answer = rendered_sides(collection, cards(collection)[0][2])
    assert text_of_side(question) == "AWS Steps [...] two"
    assert text_of_side(answer) == "AWS Steps one two More why a.md"
    assert '<span class="cloze-inactive" data-ordinal="2">two</span>' in question
    assert 'class="face question"' in question
    assert "question" not in answer  # the style masks only below .question


def test_the_back_begins_with_the_front() -> None:
    """The back repeats the front exactly, so that the question does not move when the answer is shown."""
    for kind, name in (("pair", "forwards"), ("pair", "backwards")):
        assert TEXTS[f"{kind}/{name}.back.html"].startswith("{{FrontSide}}\n")
    typed = TEXTS["pair/typed.front.html"].removeprefix("{{#Typed}}\n").removesuffix("{{/Typed}}\n")
    assert TEXTS["pair/typed.back.html"].startswith(typed)
    cloze = TEXTS["cloze/cloze.front.html"].replace(" question", "").removesuffix("</div>\n")
    assert TEXTS["cloze/cloze.back.html"].startswith(cloze)


COLOUR_DEFINITION = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
BACKGROUNDS, LINES = {"paper", "sheet", "tint", "mark"}, {"line"}
MIN_CONTRAST = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum


def themes() -> tuple[dict[str, str], dict[str, str]]:
    """Return the colours of light and dark mode by name."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for name in note_types.SHARED_STYLES:
        for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", TEXTS[name]):
            (dark if ".nightMode" in selector else light).update(COLOUR_DEFINITION.findall(body))
    return light, dark


def contrast(colour: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as defined by WCAG."""
    darker, lighter = sorted((luminance(colour), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", themes(), ids=["light", "dark"])
def test_every_text_colour_has_contrast_on_every_background(colours: dict[str, str]) -> None:
    """Every text colour has the contrast of WCAG AA on every background, whether they are combined or not."""
    texts = colours.keys() - BACKGROUNDS - LINES
    assert len(texts) == 12
    insufficient = {
        (text, background): ratio
        for text in texts
        for background in BACKGROUNDS
        if (ratio := contrast(colours[text], colours[background])) < MIN_CONTRAST
    }
    assert insufficient == {}


def test_contrast_is_computed_as_defined() -> None:
    """Black on white is 21; #777777 on white is just below the minimum."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.478, abs=0.001)


def test_light_and_dark_define_the_same_colours() -> None:
    """Dark mode defines every colour, and no rule uses an unnamed colour except white behind pictures."""
    light, dark = themes()
    assert light.keys() == dark.keys() > BACKGROUNDS | LINES
    card_texts = {name: text for name, text in TEXTS.items() if not name.startswith("preview/")}
    styles = "".join(text for name, text in card_texts.items() if name.endswith(".css"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", COLOUR_DEFINITION.sub("", styles)) == ["#ffffff"]
    assert set(re.findall(r"var\(--([\w-]+)", styles)) == light.keys()


@pytest.mark.parametrize("installed", [False, True], ids=["clone", "wheel"])
def test_built_in_templates_are_found(tmp_path: Path, installed: bool) -> None:
    """A wheel has its templates in the package, whatever lies beside it; a clone has them beside the package."""
    package = tmp_path / "studydeck"
    shutil.copytree(Path(note_types.__file__).parents[1], package, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "templates").mkdir()
    if installed:
        shutil.copytree(TEMPLATES_OF_CLONE, package / "templates")
    code = "from studydeck import storage; print(storage.TEMPLATES)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-B", "-c", code]  # the copy of the package is neither measured nor cached
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert Path(result.stdout.strip()) == (package if installed else tmp_path) / "templates"
