"""The word lists: how their files are written, and that phrases of several words stay whole."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from studydeck.patterns import lazy_pattern
from studydeck.text import word_list_files
from studydeck.text.card_words import CardWords
from studydeck.text.labels import is_label
from studydeck.text.names import is_generic, is_lead_word, starts_like_task
from studydeck.text.normalize import normalize
from studydeck.text.phrases import Phrases
from studydeck.text.word_list_files import phrases

ROOT = Path(__file__).parents[2]
# The lists that a language needs for its notes to be read as English ones are, and its cards to speak it.
NEEDED = frozenset(
    """
    generic_names empty_names lead_words note_words criterion_heads boilerplate_titles placeholders missing_meanings
    example_openings example_introductions reference_places negations eras months question_labels answer_labels
    explanation_labels true_or_false open_labels open_stems position_words ordinal_words callout_titles play_labels
    pointing_words list_announcements card_term_question card_term_label_question card_meaning_label_question card_more
    card_item_count card_report card_code card_year card_date
    """.split()
)
NEEDED_WITH_SPACES = frozenset(
    """
    abbreviations anaphoric_openings clause_openings common_words count_words defining_verbs finite_verbs
    name_conjunctions premises reference_verbs sentence_verbs
    """.split()
)
NEEDED_WITHOUT_SPACES = frozenset(
    """
    anaphoric_stems question_endings unspaced_conjunctions unspaced_defining_verbs unspaced_sentence_verbs
    """.split()
)
WITHOUT_SPACES = ("ja", "th", "zh")
# Korean writes spaces, but its particles and verbs are endings, and no full stop ends an abbreviation.
NEEDED_IN_KOREAN = NEEDED_WITH_SPACES.difference(["abbreviations", "defining_verbs", "sentence_verbs"]).union(
    NEEDED_WITHOUT_SPACES.difference(["unspaced_conjunctions"])
)
# Read by structure, but for what they have.
INCOMPLETE = frozenset("bg ca da el fi he hi hu id nb ro sk th tr uk vi".split())
FOLDER = ROOT / "studydeck" / "text" / "word_lists"
FILES = sorted(FOLDER.glob("*.toml"))


def listed(path: Path) -> dict[str, list[str]]:
    """Return the lists of a file, each as its lines."""
    return {name: text.splitlines() for name, text in tomllib.loads(path.read_text("utf-8")).items()}


def used_names() -> set[str]:
    """Return the names of the lists that the package asks for."""
    calls = re.compile(
        r"\b(?:phrases|phrase_set|alternatives|Phrases|languages_by_word|\w+_by_language)"
        r"\(((?:['\"]\w+['\"](?:, )?)+)\)"
    )
    modules = [path.read_text("utf-8") for path in (ROOT / "studydeck").rglob("*.py")]
    asked = {name for text in modules for names in calls.findall(text) for name in re.findall(r"\w+", names)}
    return asked | {f"card_{name}" for name in CardWords.__struct_fields__}


@pytest.mark.parametrize("name", ["Set", "Key", "Time", "Space", "Works", "Common", "Cases", "Points", "Practices"])
def test_a_word_of_a_generic_phrase_is_a_term(name: str) -> None:
    """Part of "Set up" or "Key points" names a subject of its own."""
    assert not is_generic(name)


@pytest.mark.parametrize("name", ["Set up", "Key points", "Time complexity", "How it works", "Use cases", "Use"])
def test_a_generic_phrase_stays_generic(name: str) -> None:
    """The phrase as a whole names no subject."""
    assert is_generic(name)


LABELS = (
    "Theorem 2.3", "Lemma", "Case 1", "Case A", "Def. 5.1", "Key benefits", "(advanced)", "Beweis", "Satz 4", "Übung",
    "Théorème", "À retenir", "Cas 2", "Ejercicio 3", "Otra opción", "Corollario importante", "Teo 5.1", "Desvantagens",
    "Följdsats", "Fall 2", "Twierdzenie", "Przypadek 2", "Zápis", "Запомнить", "Случай 2", "优点", "例 3", "情况二",
    "证明", "メリット", "장점", "مثال", "Voordelen",
)  # fmt: skip
TERMS = (
    "Case", "Step function", "Fall", "Satz", "Type A", "Extended", "EXP", "Correlation", "Tweelingen", "Group 2",
    "Key management", "Theorem of Bayes", "Rule of three", "Fact table", "Übungsleiter", "Cas particulier",
    "Paso de cebra", "特征值", "例外", "証明書", "Layer 2", "Vitamin (water soluble)",
)  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_a_label_names_a_part_or_an_attribute(name: str) -> None:
    """A label can be numbered, or stand beside a word such as "key"."""
    assert is_label(name)


@pytest.mark.parametrize("name", TERMS)
def test_a_term_is_no_label(name: str) -> None:
    """What only begins with a label, or would be one with a number, is a term."""
    assert not is_label(name)


def test_a_word_of_a_lead_in_is_a_term() -> None:
    """Part of "for instance" can be a term; the phrase cannot."""
    assert not is_lead_word("Instance")
    assert is_lead_word("For instance")
    assert is_lead_word("See also")


def test_a_noun_is_a_task_only_before_other_words() -> None:
    """A heading "Set" names a thing, a heading "Set a policy" says what to do."""
    assert not starts_like_task("Set")
    assert starts_like_task("Set a policy")


def test_every_list_of_the_files_is_read() -> None:
    """The files are TOML in the one form that the package reads."""
    for path in FILES:
        for name, lines in listed(path).items():
            assert set(lines) <= set(word_list_files.phrases(name)), f"{path.stem}: {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_one_phrase(path: Path) -> None:
    """No line is empty, holds spaces at its ends, or repeats another line of its list."""
    for name, lines in listed(path).items():
        assert [line for line in lines if not line or line != line.strip()] == [], name
        assert len(lines) == len(set(lines)), name


@pytest.mark.parametrize(
    "name",
    ["generic_names", "empty_names", "lead_words", "boilerplate_titles", "criterion_heads", "structural_labels"],
)
def test_names_are_in_normal_form(name: str) -> None:
    """What is compared with a name in normal form is written in normal form, or it would never match."""
    assert [phrase for phrase in word_list_files.phrases(name) if phrase != normalize(phrase)] == []


def test_english_describes_every_list_and_every_list_is_used() -> None:
    """en.toml holds every list, each below a comment, and no list is left over or missing."""
    names = {name for path in FILES for name in listed(path)}
    english = (ROOT / "studydeck" / "text" / "word_lists" / "en.toml").read_text("utf-8")
    assert set(re.findall(r"^# .+\n(\w+) = '''$", english, re.MULTILINE)) == names == used_names()
    assert all(word_list_files.phrases(name) for name in names)


def missing_lists(path: Path) -> frozenset[str]:
    """Return the names of the lists that a language needs and its file lacks."""
    of_script = NEEDED_WITHOUT_SPACES if path.stem in WITHOUT_SPACES else NEEDED_WITH_SPACES
    needed = NEEDED.union(NEEDED_IN_KOREAN if path.stem == "ko" else of_script)
    return needed.difference(name for name, lines in listed(path).items() if lines)


def test_a_language_has_every_list_that_it_needs() -> None:
    """A new file is complete; of the older ones, those that are not are known. English grammar has lists of its own."""
    missing = {path.stem: missing_lists(path) for path in FILES if path.stem != "en"}
    assert {stem: names for stem, names in missing.items() if names and stem not in INCOMPLETE} == {}
    assert {stem for stem in INCOMPLETE if not missing[stem]} == set(), "complete now: take it off the list"


WORD_BY_WORD = ("finite_verbs", "anaphoric_openings", "example_words", "clause_openings", "name_particles")


@pytest.mark.parametrize("name", WORD_BY_WORD)
def test_words_that_are_found_inside_of_texts_are_no_english_words(name: str) -> None:
    """All languages apply together: "war" of German would make a sentence of "World War"."""
    english = {*listed(FOLDER / "en.toml")["common_words"], "war", "hat", "son", "hay", "era", "sera", "fort", "gift"}
    foreign = {word for path in FILES if path.stem != "en" for word in listed(path).get(name, ())}
    assert foreign & english == set()


def test_lists_of_all_languages_apply_together() -> None:
    """A list holds the phrases of every language that has it, once each."""
    assert {"advantages", "vorteile", "ventajas", "优点"} <= word_list_files.phrase_set("generic_names")
    assert word_list_files.phrases("name_particles").count("de") == 1


def test_alternatives_prefer_the_longer_phrase() -> None:
    """A phrase is matched as a whole although another one is its beginning; its signs are literal."""
    assert re.match(word_list_files.alternatives_of("link_prefixes"), "see also")[0] == "see also"  # type: ignore[index]  # None fails the test
    assert not re.fullmatch(word_list_files.alternatives_of("note_words"), "nxbx")
    in_pattern = lazy_pattern(rf"{word_list_files.alternatives('link_prefixes', 'note_words')}!")
    assert [bool(in_pattern.fullmatch(string)) for string in ("see also!", "n.b.!", "nxbx!")] == [True, True, False]


def test_an_unknown_list_is_an_error_rejected() -> None:
    """A misspelt name is found at once."""
    with pytest.raises(KeyError, match="generic_nmaes"):
        word_list_files.phrases("generic_nmaes")


@pytest.mark.parametrize("name", ["example_openings", "placeholders", "note_words", "numbered_labels", "premises"])
def test_a_phrase_is_found_at_the_start_of_a_string(name: str) -> None:
    """The cheap test before a pattern of hundreds of phrases refuses none of them, in any case, behind signs."""
    found = Phrases(name)
    assert [phrase for phrase in phrases(name) if not found.may_begin(f"({phrase.capitalize()}")] == []
    assert not found.may_begin("Zebras are striped")


def test_a_phrase_does_not_begin_a_longer_word_rejected() -> None:
    """An "a" is a label, but "Accounting" begins with none; scripts without spaces tell no words apart."""
    labels = Phrases("answer_labels")
    assert labels.may_begin("A: water")
    assert not labels.may_begin("Accounting")
    assert labels.may_begin("答案是水")
