"""Good templates become note types; each bad folder is one problem, with its file and line."""

from __future__ import annotations

import re

import pytest
from anki.collection import Collection
from msgspec.structs import replace

from studydeck.apkg.writer import pack
from studydeck.diagnostics import Diagnostic
from studydeck.errors import BuildError
from studydeck.model import digests
from studydeck.model.anki import FIELDS, TEMPLATES
from studydeck.notetypes import note_types, template_grammar
from tests.support.real_anki import cards, empty_cards, import_package
from tests.support.real_anki import faces as rendered
from tests.support.sample_decks import deck, guid, row, template_texts

TEXTS = template_texts()


def change(path: str, old: str, new: str) -> dict[str, str]:
    """Give the templates with one text changed; what is not there cannot be changed."""
    assert old in TEXTS[path]
    return {**TEXTS, path: TEXTS[path].replace(old, new, 1)}


def without(path: str) -> dict[str, str]:
    """Give the templates without one file."""
    return {name: text for name, text in TEXTS.items() if name != path}


def wrong_with(texts: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Give what is wrong with a folder of templates."""
    with pytest.raises(BuildError) as stopped:
        note_types.load_note_types(texts, "deck")
    return stopped.value.diagnostics


def test_the_templates_are_good() -> None:
    """The templates of this repository are two note types with the fields and templates that the street fills."""
    notetypes = note_types.load_note_types(TEXTS, "deck")
    assert [notetype.kind for notetype in notetypes] == ["pair", "cloze"]
    for notetype in notetypes:
        assert tuple(name for name, _ in notetype.fields) == FIELDS[notetype.kind]
        assert tuple(template.name for template in notetype.templates) == TEMPLATES[notetype.kind]
        assert notetype.css.startswith(TEXTS["common.css"])


def test_ids_never_repeat_and_never_changed() -> None:
    """Every field and template has an id of its own, and the one that learners have."""
    notetypes = note_types.load_note_types(TEXTS, "deck")
    numbers = [number for notetype in notetypes for _, number in notetype.fields]
    numbers += [template.id for notetype in notetypes for template in notetype.templates]
    assert len(set(numbers)) == len(numbers) == 24
    # Learners have these. Whoever needs to change this line loses them all their updates.
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


def test_look_follows_what_is_seen_and_schema_what_is_kept() -> None:
    """A new style moves the look alone; a moved field moves the schema."""
    pair, _ = note_types.load_note_types(TEXTS, "deck")
    restyled, reworded = (
        replace(pair, css=""),
        note_types.load_note_types(change("pair/forwards.front.html", "}}?", "}}:"), "deck")[0],
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
    "recipe missing": (without(PAIR), f"{PAIR}: .*missing"),
    "face missing": (without(BACK), f"{PAIR}:55: .*forwards.back.html is missing"),
    "style missing": (without("cloze/style.css"), "cloze/style.css: .*missing"),
    "toml broken": (change(PAIR, 'name = "Clue"', "name = Clue"), f"{PAIR}:20: .*invalid TOML"),
    "toml cut off": (change(CLOZE, 'back = "cloze.back.html"', "back ="), f"{CLOZE}:4[0-9]: .*invalid TOML"),
    "id of text": (change(PAIR, "id = 5734753474773107826", 'id = "x"'), f"{PAIR}:7: .*Expected `int`"),
    "key unknown": (change(PAIR, 'name = "Typed"', 'sticky = true\nname = "Typed"'), f"{PAIR}:43: .*sticky"),
    "field lost": (change(PAIR, '[[fields]]\nname = "Clue"\nid = 7894599907093361981\n', ""), f"{PAIR}:20: .*ID, Term"),
    "field added": (change(CLOZE, "[[templates]]", '[[fields]]\nname = "X"\nid = 1\n\n[[templates]]'), f"{CLOZE}:39: "),
    "field renamed": (change(PAIR, '"Meaning"', '"Sense"'), f"{PAIR}:15: .*Anki skips"),
    "last field lost": (change(CLOZE, '[[fields]]\nname = "Spare2"\nid = 2366293454566937517\n', ""), f"{CLOZE}:31: "),
    "template renamed": (change(CLOZE, 'name = "Cloze"', 'name = "Hidden"'), f"{CLOZE}:39: .*must be Cloze"),
    "id twice": (change(PAIR, "7266042145363654793", "5734753474773107826"), f"{PAIR}:11: .*Term needs a unique id"),
    "id lost": (change(PAIR, "id = 7266042145363654793", "id = 0"), f"{PAIR}:11: .*Term needs a unique id"),
    "id too long": (change(PAIR, "7266042145363654793", str(2**63)), f"{PAIR}:11: .*Term needs a unique id"),
    "field unknown": (change(FRONT, "{{Term}}", "{{Word}}"), f"{FRONT}:4: .*no field 'Word'"),
    "field unknown behind a filter": (change(FRONT, "{{Term}}", "{{text:Word}}"), f"{FRONT}:4: .*no field 'Word'"),
    "section unknown": (change(BACK, "{{#Extra}}", "{{#More}}"), f"{BACK}:5: .*no field 'More'"),
    "front within a front": (change(FRONT, "{{Term}}", "{{FrontSide}}"), f"{FRONT}:4: .*FrontSide"),
    "section open": (change(FRONT, "{{/HeadingPath}}", ""), f"{FRONT}:2: .*HeadingPath.* never closed"),
    "section closed twice": (
        change(FRONT, "{{/HeadingPath}}", "{{/HeadingPath}}{{/HeadingPath}}"),
        f"{FRONT}:2: .*does not close",
    ),
    "sections crossed": (
        change(FRONT, "{{/HeadingPath}}", "{{#Term}}{{/HeadingPath}}{{/Term}}"),
        f"{FRONT}:2: .*does not close",
    ),
    "brace open": (change(FRONT, "{{Term}}", "{{Term}"), f"{FRONT}:4: "),
    "brace alone": (change(FRONT, "}}?", "}} }}?"), f"{FRONT}:5: .*is unmatched"),
    "brace open at the end": ({**TEXTS, FRONT: TEXTS[FRONT] + "{{Term"}, f"{FRONT}:8: .*is unmatched"),
    "no field": ({**TEXTS, FRONT: "<p>What is it?</p>"}, f"{FRONT}:1: .*shows no field"),
    "cloze shows all": (change("cloze/cloze.front.html", "cloze:Text", "Text"), "cloze.front.html:1: .*cloze:Text"),
    "cloze in a pair": (change(FRONT, "{{Term}}", "{{cloze:Term}}"), f"{FRONT}:4: .*only a cloze"),
    "script": (change(BACK, "<hr", "<script>1</script><hr"), f"{BACK}:2: .*script"),
    "handler": (change(BACK, "<hr", "<hr onclick='x()'"), f"{BACK}:2: .*script"),
    "picture from afar": (change(BACK, "<hr", '<img src="https://x.org/a.png"><hr'), f"{BACK}:2: .*network"),
    "picture without scheme": (change(BACK, "<hr", "<img src=//x.org/a.png><hr"), f"{BACK}:2: .*network"),
    "style from afar": (change(BACK, "<hr", '<link rel="x" href="http://x.org/a.css"><hr'), f"{BACK}:2: .*network"),
    "font from afar": (
        {**TEXTS, "pair/style.css": "a {}\nb { src: url( 'https://x/f') }"},
        "pair/style.css:2: .*network",
    ),
    "import": ({**TEXTS, "common.css": '\n@import "a.css";'}, "common.css:2: .*@import"),
}


@pytest.mark.parametrize(("texts", "message"), BAD.values(), ids=BAD)
def test_a_bad_folder_is_one_problem_rejected(texts: dict[str, str], message: str) -> None:
    """Whatever is wrong in a template is an error with its file and line."""
    diagnostics = wrong_with(texts)
    assert re.match(f"templates/(pair/|cloze/)?{message}", str(diagnostics[0]))
    assert {diagnostic.severity for diagnostic in diagnostics} == {"error"}


def test_a_bad_kind_is_said_alone() -> None:
    """Of a kind that is good nothing is said."""
    assert [diagnostic.path for diagnostic in wrong_with(without(CLOZE))] == [f"templates/{CLOZE}"]


def test_an_empty_folder_says_what_is_missing() -> None:
    """A folder without templates is a problem for each kind."""
    assert [diagnostic.path for diagnostic in wrong_with({})] == [f"templates/{PAIR}", f"templates/{CLOZE}"]


def test_what_is_allowed_is_no_problem() -> None:
    """Links that one follows by hand, hints, tags and Anki's own sections are fine."""
    text = '{{#c1}}a{{/c1}}<a href="https://x.org">one = 1</a> {{hint:Extra}} {{Tags}} {{ cloze : Text }}'
    fields = frozenset(FIELDS["cloze"])
    assert [*template_grammar.unreadable(text, fields, is_cloze=True), *template_grammar.forbidden(text)] == []
    assert list(template_grammar.hides_nothing(text, "Text")) == []


def test_the_shared_styles_may_be_missing() -> None:
    """An author may style each kind alone."""
    assert len(note_types.load_note_types({name: text for name, text in TEXTS.items() if "/" in name}, "deck")) == 2


def visible(face: str) -> str:
    """Give the words of a rendered face."""
    return " ".join(re.sub(r"<[^>]*>", " ", face).split())


@pytest.mark.anki
def test_a_pair_asks_in_both_directions(collection: Collection) -> None:
    """Forwards asks the term for its aspect, backwards the meaning for its term, without the trail."""
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
    forwards, backwards = (rendered(collection, card) for _, _, card, _, _ in cards(collection))
    assert visible(forwards[0]) == "AWS Translate Use case?"
    assert visible(forwards[1]) == "AWS Translate Use case? automatic translation More since 2017 ai.md"
    assert visible(backwards[0]) == "Use case automatic ___ Which service?"
    assert visible(backwards[1]) == "Use case automatic ___ Which service? Translate AWS More since 2017 ai.md"


@pytest.mark.anki
def test_a_bare_pair_asks_for_its_meaning_and_its_term(collection: Collection) -> None:
    """A pair of a term and a meaning alone is still a question and an answer."""
    import_package(pack(deck(row(1, ordinals=(0, 1), Term="T", Meaning="M", Clue="C"))), collection)
    shown = [tuple(visible(face) for face in rendered(collection, card)) for _, _, card, _, _ in cards(collection)]
    assert shown == [("T", "T M"), ("C Which term is this?", "C Which term is this? T")]


@pytest.mark.anki
def test_a_typed_card_compares_what_was_typed(collection: Collection) -> None:
    """The typed card asks with a box, and its back compares once."""
    import_package(pack(deck(row(1, ordinals=(0, 2), Typed="answer"))), collection)
    question, answer = rendered(collection, cards(collection)[1][2])
    assert "[[type:Typed]]" in question
    assert answer.count("[[type:Typed]]") == 1


@pytest.mark.anki
def test_a_card_without_its_field_is_blank_to_anki(collection: Collection) -> None:
    """A card whose field is empty is one that Anki offers to delete."""
    import_package(pack(deck(row(1, ordinals=(0, 1, 2)), row(2, ordinals=(0, 1), Clue="two?"))), collection)
    found = {card: (name, ordinal) for name, ordinal, card, _, _ in cards(collection)}
    assert sorted(found[card] for card in empty_cards(collection)) == [(guid(1), 1), (guid(1), 2)]


@pytest.mark.anki
def test_a_cloze_masks_only_on_its_front(collection: Collection) -> None:
    """The style masks below .question: the class stands on the front of a cloze alone."""
    text = '<ol class="mask-following"><li>{{c1::one}}</li><li>{{c2::two}}</li></ol>'
    sequence = row(
        1, "cloze", ordinals=(0, 1), Text=text, Prompt="Steps", HeadingPath="AWS", Extra="why", Source="a.md"
    )
    import_package(pack(deck(sequence)), collection)
    question, answer = rendered(collection, cards(collection)[0][2])
    assert visible(question) == "AWS Steps [...] two"
    assert visible(answer) == "AWS Steps one two More why a.md"
    assert '<span class="cloze-inactive" data-ordinal="2">two</span>' in question
    assert 'class="face question"' in question
    assert "question" not in answer  # the style masks below .question alone


def test_the_back_begins_with_the_front() -> None:
    """The question stays where it is when the answer shows: the back repeats the front, letter by letter."""
    for kind, name in (("pair", "forwards"), ("pair", "backwards")):
        assert TEXTS[f"{kind}/{name}.back.html"].startswith("{{FrontSide}}\n")
    typed = TEXTS["pair/typed.front.html"].removeprefix("{{#Typed}}\n").removesuffix("{{/Typed}}\n")
    assert TEXTS["pair/typed.back.html"].startswith(typed)
    cloze = TEXTS["cloze/cloze.front.html"].replace(" question", "").removesuffix("</div>\n")
    assert TEXTS["cloze/cloze.back.html"].startswith(cloze)


COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
GROUNDS, LINES = {"paper", "sheet", "tint", "mark"}, {"line"}
LEGIBLE = 4.5  # https://www.w3.org/TR/WCAG22/#contrast-minimum


def themes() -> tuple[dict[str, str], dict[str, str]]:
    """Read the colours of day and night, by name, from the rules that set them."""
    day: dict[str, str] = {}
    night: dict[str, str] = {}
    for name in note_types.SHARED_STYLES:
        for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", TEXTS[name]):
            (night if ".nightMode" in selector else day).update(COLOUR.findall(body))
    return day, night


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", themes(), ids=["day", "night"])
def test_every_text_is_legible_on_every_ground(colours: dict[str, str]) -> None:
    """Every colour of text has the contrast of WCAG AA on every ground, also where they meet by chance."""
    texts = colours.keys() - GROUNDS - LINES
    assert len(texts) == 12
    poor = {
        (text, ground): ratio
        for text in texts
        for ground in GROUNDS
        if (ratio := contrast(colours[text], colours[ground])) < LEGIBLE
    }
    assert poor == {}


def test_contrast_is_measured_as_defined() -> None:
    """Black on white is 21; #777777 on white, a known near miss, is not legible."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#777777") == pytest.approx(4.478, abs=0.001)


def test_day_and_night_name_the_same_colours() -> None:
    """No colour is forgotten by night, and none stands in a rule without a name but the white below pictures."""
    day, night = themes()
    assert day.keys() == night.keys() > GROUNDS | LINES
    note_types = {name: text for name, text in TEXTS.items() if not name.startswith("preview/")}
    styles = "".join(text for name, text in note_types.items() if name.endswith(".css"))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", COLOUR.sub("", styles)) == ["#ffffff"]
    assert set(re.findall(r"var\(--([\w-]+)", styles)) == day.keys()
