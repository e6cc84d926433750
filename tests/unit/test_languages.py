"""The language of a deck: how it is known, and that its cards say nothing in another."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from studydeck.errors import BuildError
from studydeck.model.document import Source
from studydeck.model.html_text import plain_text
from studydeck.model.notes import Pair
from studydeck.model.traverse import plain
from studydeck.notetypes import note_types
from studydeck.notetypes.card_renderer import render_cards
from studydeck.notetypes.template_words import unknown_words, with_words
from studydeck.pipeline import extract_deck
from studydeck.text.card_words import CardWords, card_words
from studydeck.text.languages import language_of
from tests.support.pipeline import build_notes, rebuild
from tests.support.sample_decks import row, template_texts

PROSE = {
    "en": "The pot is a vessel that holds the tea, and it is made of clay or of steel.",
    "de": "Die Kanne ist ein Gefäß, das den Tee hält, und sie wird aus Ton oder aus Stahl gemacht.",
    "fr": "La théière est un récipient qui contient le thé, et elle est faite avec de la terre ou de l'acier.",
    "es": "La tetera es un recipiente que contiene el té, y está hecha de barro o de acero con una tapa.",
    "sv": "Kannan är ett kärl som håller teet, och den är gjord av lera eller av stål med ett lock.",
    "ru": "Чайник — это сосуд, в котором держат чай, и он сделан из глины или из стали.",
    "zh": "茶壶是盛茶的器皿，用陶土或者钢制成。",
    "ja": "ティーポットはお茶を入れる器で、陶器や鉄で作られる。",
    "ko": "찻주전자는 차를 담는 그릇으로 흙이나 쇠로 만든다.",
    "ar": "الإبريق هو وعاء الشاي الذي يصنع من الطين أو من الحديد في المصنع.",
    "th": "กาน้ำชาเป็นภาชนะที่ใส่น้ำชา",
    "hi": "चायदानी एक बर्तन है जिसमें चाय रखी जाती है।",
    "pl": "Czajnik to naczynie, w którym parzy się herbatę, i jest z gliny albo ze stali, ale nie z drewna.",
    "cs": "Konvice je nádoba, ve které se připravuje čaj, a je z hlíny nebo z oceli, ale není ze dřeva.",
    "sk": "Kanvica je nádoba, v ktorej sa pripravuje čaj, a je z hliny alebo z ocele, ale nie z dreva.",
    "da": "Kanden er et kar, som holder teen, og den er lavet af ler eller af stål, men ikke af træ.",
    "nb": "Kannen er et kar som holder teen, og den er laget av leire eller av stål, men hun er ikke av tre.",
    "fi": "Kannu on astia, jossa tee on, ja se on savea tai terästä, mutta ei ole puuta, koska se ei kestä.",
    "uk": "Чайник — це посуд, у якому заварюють чай, і він є з глини або зі сталі, але не з дерева.",
    "id": "Teko adalah wadah yang menyimpan teh, dan teko itu dibuat dari tanah liat atau baja, bukan kayu.",
    "hu": "A kanna egy edény, amely a teát tartja, és agyagból vagy acélból van, de nem fából, mert az nem jó.",
    "ro": "Ceainicul este un vas în care se ține ceaiul, și el este din lut sau din oțel, dar nu din lemn.",
    "el": "Η τσαγιέρα είναι ένα σκεύος που κρατά το τσάι, και είναι από πηλό ή από ατσάλι, όχι από ξύλο.",
    "he": "הקנקן הוא כלי שבו יש תה, והוא עשוי מחומר או מפלדה, אבל הוא לא עשוי מעץ כי זה לא טוב.",
    "ca": "La tetera és un recipient que conté el te, i és de fang o d'acer, però no és de fusta amb els altres.",
    "bg": "Чайникът е съд, в който се държи чаят, и той е от глина или от стомана, но не е от дърво.",
}
NOTES = "# A\n\n## B\n\n{}\n\n| C | D |\n| --- | --- |\n| E | F f |\n| G | H h |\n\n## J\n\n1. k\n2. l\n3. m\n"


@pytest.mark.parametrize(("language", "prose"), PROSE.items())
def test_the_language_of_a_deck_is_that_of_its_words(language: str, prose: str) -> None:
    """By its script, or by its most common words, also beside code."""
    assert language_of([prose]) == language
    assert language_of(["```c\nint a = f(x); return a;\n```\n", f"# {prose}\n\n{prose}\n"]) == language


def test_formulas_and_code_are_in_no_language() -> None:
    """ "det", "för" and "den" are Swedish words, but not in formulas and code."""
    formulas = "$\\det A = \\det B$, $$\\det \\det \\det$$ and \\det `det den som` here.\n"
    assert language_of([formulas * 9 + PROSE["en"]]) == "en"


def test_words_of_another_language_are_not_that_of_the_deck() -> None:
    """English notes on Japanese or Russian words are English."""
    assert language_of([f"{PROSE['en']}\n\n| 橋 | bridge |\n| 箸 | chopsticks |\n"]) == "en"
    assert language_of([f"{PROSE['en']}\n\n- вода: water\n- хлеб: bread\n"]) == "en"


def test_sentences_among_words_of_programs_show_their_language() -> None:
    """Chinese and Japanese notes name much in English; a list of words with their translations is no sentence."""
    chinese = (
        "`EventTarget` Window Interface 的 loading 和 unloading Resource 相关的事件，在 Document Object Model 发生。\n"
    )
    japanese = (
        "Query Builder は Object Relational Mapping の Eloquent Models よりも処理が速いので、よく使われている。\n"
    )
    assert [language_of([text * 6]) for text in (chinese, japanese)] == ["zh", "ja"]
    assert language_of(["| 橋 | bridge |\n| 图书馆 | library |\n| さようなら | goodbye to you |\n" * 3]) in {"", "en"}


def test_a_language_without_lists_is_none() -> None:
    """Neither English nor a neighbour is guessed for prose in Welsh or Kazakh; a few names are taken as English."""
    welsh = "Mae'r tebot yn llestr sy'n dal y te, ac fe'i gwneir o glai neu ddur. Mae ei gaead yn fach. "
    kazakh = "Шәйнек шай демдеуге арналған ыдыс, ол саздан немесе болаттан жасалады. Қақпағы кішкентай. "
    assert language_of([welsh * 12]) == language_of([kazakh * 12]) == ""
    assert language_of(["# Kettle\n\n- Pot: 5 l\n"]) == language_of([]) == "en"


@pytest.mark.parametrize("language", list(PROSE))
def test_a_card_says_nothing_in_another_language(language: str) -> None:
    """What templates and prompts add to the notes is in the language of the deck, which its text shows."""
    words, english = card_words(language), card_words("en")
    built = build_notes(NOTES.format(PROSE[language]))
    assert built.config.language == language
    types = {note_type.kind: note_type for note_type in built.deck.notetypes}
    shown = " ".join(
        plain_text(side)
        for packed in built.deck.rows
        for card in render_cards(packed, types[packed.kind], "Tea")
        for side in (card.question, card.answer)
    )
    assert words.ask_term("C") in shown
    assert words.count_items(3) in shown
    if language != "en":
        assert not re.search(rf"{english.term_question}|Which|\b{english.more}\b|1 of", shown)


@pytest.mark.parametrize(
    ("term", "asked"),
    [
        ("1789", "Which year?"),
        ("1914-1918", "Which year?"),
        ("14 July 1789", "Which date?"),
        ("Robespierre", "Which term is this?"),
        ("256", "Which term is this?"),
    ],
)
def test_a_backward_card_asks_for_a_year_or_a_date(term: str, asked: str) -> None:
    """A year is no term; its label is no content, so that no note that is packed counts as changed."""
    english = card_words("en")
    assert english.ask_term(english.label_of(term)) == asked
    assert CardWords().label_of("1789") == ""


def test_a_backward_card_of_a_timeline_asks_when() -> None:
    """Also in the field of the package, in the language of the deck."""
    notes = "# Französische Revolution\n\n- 1789: Erklärung der Menschenrechte\n- 1791: Flucht nach Varennes\n"
    built = build_notes(notes, language="de")
    assert {row.field_values()["TermLabel"] for row in built.deck.rows} == {"Jahr"}


def test_words_of_a_language_without_lists_are_signs() -> None:
    """Such a deck asks by signs; a region counts as its language."""
    assert card_words("") == card_words("cy") == CardWords()
    assert CardWords().ask_term("") == "?"
    assert CardWords().count_items(4) == "(1/4)"
    assert card_words("pt-BR") == card_words("pt") != CardWords()


def test_places_for_words_in_card_templates() -> None:
    """A label's question holds the field of its label; a place for no word is said with its line and the words."""
    assert (
        with_words("<b>%{term_label_question}</b> %{more} 5 %", card_words("es"))
        == "<b>¿Qué {{TermLabel}}?</b> Más 5 %"
    )
    assert [offset for offset, _ in unknown_words("%{more}\n%{moer}")] == [8]
    path = "pair/forwards.back.html"
    with pytest.raises(BuildError) as failed:
        note_types.load_note_types({**template_texts(), path: "{{FrontSide}}\n%{moer}"}, "deck")
    (diagnostic,) = failed.value.diagnostics
    assert (diagnostic.path, diagnostic.line) == (f"templates/{path}", 2)
    assert diagnostic.message.startswith("there is no word %{moer}; there are %{term_question}, ")


def test_templates_of_a_language() -> None:
    """The same row asks in the language of the note types."""
    pair = note_types.load_note_types(template_texts(), "deck", "de")[0]
    (card,) = render_cards(row(1, ordinals=(1,), Clue="holds tea", Extra="x"), pair, "Tee")
    assert plain_text(card.answer).split() == "holds tea Welcher Begriff ist das? Term 1 Mehrx".split()


@pytest.mark.parametrize(
    "remark", ["Merke: Tee zieht drei Minuten.", "注意：水太热会使茶变苦。", "مثال: الشاي الأخضر مر."]
)
def test_a_remark_that_was_asked_as_a_pair_keeps_its_card(remark: str) -> None:
    """It is asked no more, and offered to the ledger, so that an upgrade takes no card from learners."""
    extracted = extract_deck([Source("tea.md", f"# Tea\n\n## Pots\n\n- a: b c d\n- e: f g h\n\n{remark}\n")])
    label = remark.replace("：", ":").partition(":")[0]
    offered = [draft for draft in extracted.drafts if isinstance(draft.body, Pair) and plain(draft.body.term) == label]
    assert [draft.legacy_only for draft in offered] == [True]


def test_words_on_cards_change_only_before_a_release_and_with_their_notes() -> None:
    """Before a release the language follows the notes, and lists that show it change; then it stays."""
    items = "# Jahr\n\n## Die vier Jahreszeiten\n\n- Frühling\n- Sommer\n- Herbst\n- Winter\n"
    german = items + "\n## Licht\n\nDas Licht ist eine Welle, die von der Sonne kommt und auf die Erde fällt.\n" * 9
    english = items + "\n## Light\n\nThe light is a wave that comes from the sun and falls on the earth.\n" * 40
    built = build_notes(german)
    assert built.config.language == built.ledger.language == "de"
    edited = rebuild(built, english)
    assert edited.config.language == "en"
    lists = [next(note for note in each.notes if note.draft.rule == "enumerations") for each in (built, edited)]
    assert lists[0].guid == lists[1].guid
    assert lists[0].changed < lists[1].changed
    assert rebuild(edited, english).ledger_text == edited.ledger_text
    released = replace(
        built, ledger_text=built.ledger_text.replace('"release":null', '"release":{"version":"1.0.0","time":1}')
    )
    assert rebuild(released, english).config.language == "de"
