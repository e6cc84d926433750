"""The confidence of cards: what takes points, the table, and which cards are too weak to be made."""

from __future__ import annotations

from inspect import getsource

import pytest

from benchmarks.confidence import PAGE, JudgedCard, fit, order_rate, read_cards, table_figures
from benchmarks.figures import figures_of
from studydeck.extraction import card_features, cloze_features, clue_features, list_features, path_features
from studydeck.extraction.card_features import features
from studydeck.extraction.confidence import confidence_table, least_confidence
from studydeck.extraction.engine import RULES
from studydeck.model.notes import MOST_CONFIDENCE
from studydeck.pipeline import Built
from tests.support.pipeline import build_notes, rebuild


def _features(markdown: str, *, ordinal: int | None = None) -> set[str]:
    """Return the features of the first card of notes, or of that with an ordinal."""
    for note in build_notes(markdown).notes:
        for number, card in enumerate(note.ordinals):
            if ordinal is None or card == ordinal:
                return set(features(note.draft, number))
    raise AssertionError("no such card")


@pytest.mark.parametrize(
    ("markdown", "feature"),
    [
        ("# Rivers\n\n- **Delta**: land where a river meets the sea\n", "rule: lists"),
        ("# Rivers\n\n- **Delta**: land where a river meets the sea\n", "answer: up to 12 words"),
        ("# Rivers\n\n## Lab 2\n\n- **Delta**: land where a river meets the sea\n", "path: an exercise"),
        ("# Flüsse\n\n## Praktikum 3\n\n- **Delta**: Land an der Mündung eines Flusses\n", "path: an exercise"),
        ("# 河流\n\n## 练习 要点\n\n- **三角洲**: 河口的陆地\n", "path: an exercise"),
        ("# Ríos\n\n## Ejemplo 3: el Nilo\n\n- **Delta**: tierra en la desembocadura\n", "path: an example"),
        ("# Rivers\n\n## Delta\n\nIt has land on both sides of each arm of the river.\n", "answer: refers back"),
        ("# Rivers\n\nThe Nile is **6650 km** long and flows to the north.\n", "blank: marked by the author"),
        ("# Rivers\n\nThe Nile is 6650 km long and flows to the north.\n", "blank: a number"),
        ("# Flüsse\n\n## Delta\n\nEin Delta ist Land an einer Mündung.\n", "heading: its answer begins with it"),
        (
            "# Rivers\n\n## Delta\n\nThe first engineers measured the land.\n",
            "heading: its answer does not name it",
        ),
        ("# Flod\n\n## (E-nivå)\n\nFloden når havet vid en mynning av sand.\n", "question: in brackets"),
        ("# Ríos\n\n## Caudal\n\nSustituyendo:\n\n$$ Q = A v $$\n", "question: a step of a derivation"),
        ("# Řeky\n\n## Průtok\n\nPoložme:\n\n$$ Q = A v $$\n", "question: a step of a derivation"),
        ("# Fiumi\n\n## Portata\n\nviene scritta in:\n\n$$ Q = A v $$\n", "question: a step of a derivation"),
        ("# 河流\n\n## 流量\n\n代入上式得：\n\n$$ Q = A v $$\n", "question: a step of a derivation"),
        (
            "# Rivers\n\n## Weir\n\n- Install the gate with the `crank` at noon\n- water\n",
            "sentence: a task",
        ),
        ("# Ríos\n\n## Caudal\n\n```r\nq <- a * v\n```\n", "figure: named by one word"),
        ("# Rivers\n\nThe Nile and the `Blue Nile` meet near Khartoum.\n", "blank: one of several"),
        ("# 河流\n\n尼罗河和`青尼罗河`在喀土穆汇合成一条大河。\n", "blank: one of several"),
        ("# Rivers\n\n- **Date**: 2024-03-05\n- **Length**: 12 km of the river\n", "answer: a day"),
        ("# Rivers\n\n- **Gauge access**: 9f3k2j4h5g6d7s8a\n- **Length**: 12 km\n", "answer: a key"),
        ("# Layers of the sun\n\nThe three layers:\n\n- core\n- mantle\n- crust\n", "item: of 3"),
        ("# Netz\n\n## Programme\n\n- nmap\n- htop\n- tmux neovim\n- vlc\n", "list: of commands"),
        ("# Mots\n\n## F\n\n- Fleuve\n- Fonte\n- la Forge\n- Fosse\n", "list: of an index"),
        ("# Sítě\n\n## Nástroje sítí\n\n- Nmap\n- Hydra\n- Burp\n- Maltego\n- apod.\n", "list: goes on"),
        ("# Réseaux\n\nOutils de test, par exemple:\n\n- Nmap\n- Hydra\n- Burp\n- Maltego\n", "list: goes on"),
        ("# Keys\n\n## Protocols\n\n- page → WebAuthn\n- key → CTAP\n- a → b\n- presence\n", "item: of a mixed list"),
        ("# Ríos\n\n## Contacto\n\n- **autor**: ana@rios.org\n- **mapa**: hoja 12\n", "answer: an e-mail address"),
        ("# Linux\n\n## Erste Schritte\n\n- **Farbe**: dunkel\n- **Ton**: aus\n", "path: the set-up of a machine"),
        ("# Sport\n\n## Einkaufsliste\n\n- Schuhe aus Leder\n- Ball aus Gummi\n", "path: what somebody has to do"),
        ("# Capteur\n\n## Tâches\n\n### Cuir\n\n- naturel\n- odorant\n", "path: what somebody has to do"),
        (
            "# Keys\n\nEach side of the exchange sends its number to the GPU of the other one.\n",
            "blank: shows no letters",
        ),
        ("# Keys\n\nAlice sends `A = (g ** a) mod n` to the other side.\n", "blank: an equation"),
        ("# Waves\n\n## Ranges\n\n- 8 to 30\n- 30 to 80\n- below 8\n", "item: shows no letters"),
        ("# Laptop setup\n\n## Écran\n\n- **Fond**: sombre\n- **Son**: coupé\n", "path: a set-up"),
    ],
)
def test_a_card_has_the_feature(markdown: str, feature: str) -> None:
    """Each feature is seen in a language that it does not depend on, or by its words in several."""
    assert feature in _features(markdown)


@pytest.mark.parametrize(
    ("lead_in", "clue"),
    [("Important notes", "land where a river meets the sea"), ("Wichtige Hinweise", "Land an der Mündung")],
)
def test_a_clue_below_what_is_no_name_is_weak(lead_in: str, clue: str) -> None:
    """The lead-in is shown as the subject, and is none."""
    markdown = f"# Rivers\n\n## A\n\n{lead_in}:\n\n- **Delta**: {clue}\n- **Meander**: a bend\n"
    assert "clue: below no name" in _features(markdown, ordinal=1)


@pytest.mark.parametrize(
    "markdown",
    [
        "# Rivers\n\n## Delta\n\nLand at the mouth of a river, which grows with its sand.\n",
        "# Flüsse\n\n## Delta\n\nDas Flussdelta wächst mit dem Sand, den der Strom bringt.\n",
    ],
)
def test_a_text_that_defines_its_heading_needs_no_name_rejected(markdown: str) -> None:
    """A phrase without a subject of its own, or a sentence that holds the name in another form."""
    assert "heading: its answer does not name it" not in _features(markdown)


@pytest.mark.parametrize(
    "step",
    [
        "👉 Now, add the `button` to the page behind the `form` tag.",
        "Let's try a `label` in front of the input of the form.",
        "Now, create a `label` in front of the input of the form.",
        "Jetzt fügen wir ein `label` vor dem Eingabefeld der Seite ein.",
        "Vergiss nicht, das `form` am Ende der Seite zu schließen.",
        "N'oubliez pas de fermer le `form` à la fin de la page.",
        "Intentemos añadiendo un `int` delante de la entrada del usuario.",
        "Proviamo a mettere una `label` davanti al campo del modulo.",
        "Não se esqueça de fechar o `form` no fim da página.",
        "Låt oss prova en `label` framför fältet i formuläret.",
        "Давайте добавим тег `label` перед полем ввода в форме.",
        "让我们在输入框前面添加一个 `label` 标签。",
        "入力欄の前に `label` タグを追加しましょう。",
        "دعونا نضيف الوسم `label` قبل حقل الإدخال في النموذج.",
    ],
)
def test_a_step_of_a_tutorial_is_not_asked_rejected(step: str) -> None:
    """It leads the reader through an example, whose details nobody learns."""
    assert not build_notes(f"# HTML\n\n## Forms of a page\n\n{step}\n\n{step}\n", min_confidence=None).notes


@pytest.mark.parametrize("markdown", ["- radio\n- visible light\n- others\n", "- 電波\n- 可視光線\n- その他\n"])
def test_an_item_for_all_others_is_not_asked(markdown: str) -> None:
    """It names nothing; those before it are asked."""
    built = build_notes(f"# Waves\n\n## Kinds of waves\n\n{markdown}", min_confidence=5)
    assert [len(note.ordinals) for note in built.notes] == [2]


def test_a_term_below_a_generic_heading_is_asked_by_itself() -> None:
    """The heading is only shown with it."""
    assert "question: a generic name" not in _features("# Notes\n\n- **Delta**: land at a mouth\n")


def test_what_was_asked_before_is_weak() -> None:
    """A phrase that a sentence before it hides, and a question with another answer in the same section."""
    twice = "# Ebb\n\n- The moon pulls the `water` of each sea.\n- The sun pulls the `water` of each sea less.\n"
    first, second = (note.draft.card_specs[0].confidence for note in build_notes(twice).notes)
    assert second < first - 2
    table = "# Tides\n\n- **Ebb**: the water falls\n\nThe moon.\n\n- **Ebb**: the sea goes back\n"
    assert all(note.draft.card_specs[0].confidence < 6 for note in build_notes(table).notes)


def _backward_cards(markdown: str) -> list[str]:
    """Return the terms that the cards of notes ask for, with the shipped threshold."""
    built = build_notes(markdown, min_confidence=None)
    return [
        note.draft.card_specs[number].phrase
        for note in built.notes
        for number, ordinal in enumerate(note.ordinals)
        if note.draft.kind == "pair" and ordinal == 1
    ]


@pytest.mark.parametrize(
    "markdown",
    [
        "# Bridges\n\n## Benefits of steel\n\n- **Strength**: carries the loads of a long span\n",
        "# Bridges\n\n## Steel vs concrete\n\n- **Weight**: a beam of steel has half the mass\n",
        "# Puentes\n\n## Ventajas del acero\n\n- **Resistencia**: soporta las cargas de una luz larga\n",
        "# Brücken\n\n## Vorteile von Stahl\n\n- **Festigkeit**: trägt die Lasten einer großen Spannweite\n",
        "# Мосты\n\n## Преимущества стали\n\n- **Прочность**: выдерживает нагрузки длинного пролёта\n",
        "# 桥\n\n## 钢的优点\n\n- **强度**：能承受大跨度桥梁的荷载\n",
        "# Ponti\n\n## Gru\n\n- **Braccio**: acciaio, traliccio leggero\n",
        "# Bridges\n\n## Cranes\n\n- **Bad**: most likely falls over in a storm\n",
        "# Kranar\n\n## Arm\n\n- **Ny**: byggd av stål som inte rostar\n",
        "# Bridges\n\n## Steel beams of bridges\n\n- **Girder**: steel beams of long bridges\n",
    ],
)
def test_no_remark_asks_for_its_term_rejected(markdown: str) -> None:
    """One of many properties, names in a row, a word that rates, and what the headings say already."""
    assert not _backward_cards(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "# Glossary\n\n- **Pier**: a support between the ends of a bridge\n",
        "# Bridges\n\n## Glossary\n\n- **Pier**: holds up the middle of a bridge\n- **Span**: reaches over the water\n",
        "# Plantes\n\n- Tige : soutient la plante\n- Fleur : produit les graines\n",
        "# Brücken\n\n## Begriffe\n\nPfeiler: eine Stütze zwischen den Enden einer Brücke\n",
        "# 植物\n\n- 茎：支撑植物\n- 花：产生种子\n",
        "# Мосты\n\n| Слово | Значение |\n|---|---|\n| опора | держит пролёт |\n| пролёт | часть моста |\n",
    ],
)
def test_a_plain_definition_asks_for_its_term(markdown: str) -> None:
    """Glossaries and tables of terms are learned in both directions, in any language."""
    assert _backward_cards(markdown)


@pytest.mark.parametrize(
    "markdown",
    [
        "# Boats\n\n## Ketch\n\nA sailing boat with two masts.\n",
        "## Werft\n\nEin Betrieb, der Schiffe baut und ausbessert.\n",
        "# Cours\n\n## Vitesse\n\nLe quotient $v = d / t$ de la distance et du temps.\n",
        "# Puertos\n\n| País | Puerto |\n|---|---|\n| [España](es) | [Vigo](vigo) |\n| [Perú](pe) | Callao |\n",
        "Keel: the lowest beam of a ship\n",
        "# Sails\n\n## Exam 2025\n\n- Jib: the sail in front of the mast\n",
    ],
)
def test_plain_notes_of_one_fact_are_asked(markdown: str) -> None:
    """A small file has little that makes a card surer, and its author wants the card."""
    assert build_notes(markdown).notes


def test_no_other_heading_is_an_exercise_rejected() -> None:
    """A word that only begins like one, or stands in the text, makes no exercise."""
    assert "path: an exercise" not in _features("# Taskbar\n\n- **Delta**: land; an exercise of power\n")


def test_the_table_has_only_features_that_exist() -> None:
    """A row that no card can have would be a mistake of spelling."""
    source = "".join(
        [getsource(module) for module in (card_features, cloze_features, clue_features, list_features, path_features)]
    )
    rules = {name for name, _ in RULES} | {"statements", "verb_phrases"}
    for name in confidence_table().points:
        side, _, rest = name.partition(": ")
        known = rest.removesuffix(", backwards") in rules if side == "rule" else rest in source
        assert known, f"no card has the feature {name!r}"


def test_what_the_author_asked_for_is_sure() -> None:
    """A flashcard, and a card that a comment asks for, is made whatever its features are."""
    built = build_notes("# A\n\nDelta::land at a mouth\n\n- **Arm**: part of a delta <!-- deck: both-ways -->\n")
    assert len(built.notes) == 2
    assert {spec.confidence for note in built.notes for spec in note.draft.card_specs} == {MOST_CONFIDENCE}


WEAK = "# Rivers\n\n- **Delta**: land where a river meets the sea\n- **Theorem 2**: the Nile floods each year and\n"


def _weak(built: Built) -> list[str]:
    return [block.text for block in built.skipped if block.reason == "low-confidence"]


def test_weak_cards_are_listed_with_their_reason() -> None:
    """The block says the points, what took them, and the question."""
    points = min(note.draft.card_specs[0].confidence for note in build_notes(WEAK).notes)
    built = build_notes(WEAK, min_confidence=points + 1)
    assert len(built.notes) < len(build_notes(WEAK).notes)
    assert any(text.startswith(f"{points} (") for text in _weak(built))


def test_what_only_a_weak_card_would_show_is_listed() -> None:
    """Its headings, its whole answer, and the rest of a long one, each with its line."""
    rest = " ".join(f"The river number {number} carries sand and mud into the sea." for number in range(20))
    notes = f"# Rivers\n\n## Mouths\n\n- **Delta**: land at a mouth. {rest}\n- **Arm**: `part of a delta`\n"
    built = build_notes(notes, min_confidence=MOST_CONFIDENCE)
    assert not built.notes
    assert {(block.span.path, block.span.line) for block in built.skipped} >= {("notes.md", 5), ("notes.md", 6)}
    assert all(block.span.path for block in built.skipped)
    listed = " ".join(block.text for block in built.skipped)
    assert all(words in listed for words in ("part of a delta", "land at a mouth", "number 0 ", "Mouths"))


def test_a_packed_card_stays_below_a_threshold_of_the_tool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another table asks more: nobody loses a card that they have."""
    before = build_notes(WEAK)
    monkeypatch.setattr("studydeck.pipeline.least_confidence", lambda _setting: MOST_CONFIDENCE - 1)
    assert rebuild(before, WEAK).ledger_text == before.ledger_text
    assert not build_notes(WEAK).notes


def test_the_least_confidence_is_the_authors_or_that_of_the_table() -> None:
    """Zero is a setting like any other."""
    assert least_confidence(0) == 0
    assert least_confidence(None) == confidence_table().threshold


def test_the_page_has_the_figures_of_the_table() -> None:
    """Whoever changes a point runs the script again."""
    assert figures_of(PAGE).startswith(table_figures(read_cards())), "run python -m benchmarks.confidence --write"


def test_a_fit_finds_what_judges_refuse() -> None:
    """A feature of refused cards loses points, one of kept cards gains, and a strong prior moves neither."""
    cards = [
        JudgedCard(number % 4, verdict, (feature,))
        for number in range(40)
        for verdict, feature in (("junk", "weak"), ("good", "strong"))
    ]
    points = fit(cards, {}, 2)
    assert points["weak"] < 0 < points["strong"]
    assert order_rate(cards, points) == 1
    assert fit(cards, {"weak": 3}, 1e9)["weak"] == 3
