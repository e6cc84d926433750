"""Which phrases of a sentence are asides, so that a cloze does not hide them."""

from __future__ import annotations

import pytest

from studydeck.extraction.blank_places import is_aside, is_joined_name
from studydeck.extraction.cloze_candidates import blanks
from studydeck.model.notes import SectionVocabulary
from studydeck.model.text_edits import text_of
from tests.support.pipeline import build_notes

BLANK = "____"
VOCABULARY = SectionVocabulary(frozenset(), frozenset(), False, frozenset())
ASIDES = (
    "A virtual machine (____) runs byte code: JVM",
    "Une interruption volontaire (____) est un acte médical: IVG",
    "图中A可以看做外观模型（____），然后左图表示顺序: Appearance model",
    "参与 ____ (块布局) 的内容，就被称为块级内容: block layout",
    "Tags such as bold, ____, and so on are inline: italic",
    "<a></a> , ____ , <span></span> 等: <em></em>",
    "水素、____、窒素などの気体: 酸素",
    "Filter wie Sobel, ____ usw. finden Kanten: Laplace",
    "Файлы ____, .tar и т. д. сжаты: .zip",
    "HTML, ____ 등을 배운다: CSS",
    "Instead of taking a ____ approach, we trace rays at random: recursive",
    "Contrairement aux ____, les mitochondries ont leur ADN: ribosomes",
    "I stället för ____ används koldioxid: freon",
    "用队列，而不是____来保存任务: 栈",
    "If you decide to use ____ you can also start the applet: NetworkManager",
    "När man skapar en klass i ____ kan den ärva: Python",
    "Per poter utilizzare il protocollo ____ ogni server ha una chiave: SSL",
    "如果你使用____，需要先安装驱动: CUDA",
    "The lower the ____ variance, the less is lost: V_2",
    "Aun así, el array ____: debe estar ordenado",
    "这个目标实现的过程就是____: 持续-》稳定-》有质量",
    "算法工程师，____，或者说是工程能力: 需要熟悉算法，也需要编程",
    "Sus ____ son la comodidad y la eficiencia: objetivos",
)
FACTS = (
    "Spartacus led the revolt (____) of the gladiators: 73 BC",
    "SAP stands for a service point (Service ____ Point) of a layer: Access",
    "La formation du ____ (cellule-œuf diploïde) suit la méiose: zygote",
    "Raft keeps its log in ____, which an etcd cluster replicates: BoltDB",
    "他的成绩是____等级: A",
    "Rays end by chance through ____, unlike in the recursive method: Russian roulette",
    "Heteroatome können anstelle von Wasserstoff als Ligand an ein ____ gebunden sein: Kohlenstoffatom",
    "Wenn der Term kleiner als ____ ist, arbeitet die Zelle galvanisch: 0",
    "If the key is pressed, the current flows to ____: GND",
    "Denota-se ____, sendo B a coluna que depende de A: A ->> B",
    "Cores are a stack of ____ to keep losses low: laminations that are oxidised",
    "其中，____和代码优化不是必须经过的阶段: 中间代码生成",
    "Ripples in a pool ____ the stone for seconds: remember",
    "The cell stores its ____ in the nucleus: DNA",
)


def parts(line: str) -> tuple[str, str, str]:
    """Return what is before the blank of a line, what it hides, and what is after it."""
    sentence, _, phrase = line.rpartition(": ")
    before, _, after = sentence.partition(BLANK)
    return before, phrase, after


@pytest.mark.parametrize("line", ASIDES)
def test_what_a_sentence_only_mentions_is_an_aside(line: str) -> None:
    """Glosses, items of open lists, contrasts, suppositions, symbols and clauses, in any language."""
    assert is_aside(*parts(line))


@pytest.mark.parametrize("line", FACTS)
def test_what_a_sentence_says_is_no_aside(line: str) -> None:
    """Years in brackets, conditions of the subject, notations, and what only looks like an aside."""
    assert not is_aside(*parts(line))


@pytest.mark.parametrize(
    "line", ["Load it with Keras or ____: PyTorch", "DBs und ____ sind privat: Redis", "MySQL和____都是数据库: Redis"]
)
def test_one_of_two_joined_names_is_not_forced(line: str) -> None:
    """Each of the two could be missing."""
    before, _, after = parts(line)
    assert is_joined_name(before, after)


@pytest.mark.parametrize("line", ["cough, fever and ____ spots: Koplik", "log in via ____ and wait: SSH"])
def test_a_conjunction_before_other_words_joins_no_names(line: str) -> None:
    """A name beside a verb or a common noun stands alone."""
    before, _, after = parts(line)
    assert not is_joined_name(before, after)


@pytest.mark.parametrize(
    "sentence",
    [
        "Como ejemplo, se podría encontrar un elemento entre 1000 elementos muy rápido.",
        "V následujícím příkladu vidíme celkem 20 prvků jednoho pole v paměti.",
    ],
)
def test_data_of_an_example_is_not_chosen(sentence: str) -> None:
    """What an example made up is no fact."""
    assert blanks(text_of(sentence), VOCABULARY) == []


def chosen(line: str, around: tuple[str, ...] = ()) -> list[str]:
    """Return the phrases that a line of Markdown hides, which stands among other lines below a heading."""
    built = build_notes("# Notes of a lecture\n\n" + "\n\n".join((line, *around)) + "\n")
    return [spec.phrase for note in built.notes if note.draft.span.line == 3 for spec in note.draft.card_specs]


@pytest.mark.parametrize(
    "sentence",
    [
        "The scanner sends the report to the server **directly** during the first pass of the night.",
        "Les acteurs doivent être des personnes qui interagissent **directement** avec le système entier.",
        "Det sikrer at alle penetrationstests kører **allerede** under integration og leverance af koden.",
        "Champ de la structure Foo est **non** accessible depuis un autre module de la bibliothèque.",
        "Nel caso in cui il messaggio **non** arrivi a destinazione, uno dei server comunica un errore.",
        "Der Server schickt den Bericht **bereits** während der ersten Prüfung an den Betreiber.",
    ],
)
def test_an_adverb_or_a_negation_is_not_hidden(sentence: str) -> None:
    """Whoever marked it for its sound asks for nothing."""
    word = sentence.split("**")[1]
    assert word not in chosen(sentence)
    assert chosen(sentence.replace("**", "==")) == [word]


def test_what_most_lines_around_name_is_not_hidden() -> None:
    """Everybody would guess the topic; a name that is told once is hidden."""
    around = (
        "Amazon offers to run tables of routes for the customer at no further cost.",
        "Each bucket of Amazon belongs to one region and holds any number of objects.",
        "Later versions of an object are kept by Amazon until the customer deletes them.",
    )
    assert chosen("When you create a network of your own, Amazon writes a table of routes for it.", around) == []
    assert chosen("When you create a network of your own, Terraform writes a table of routes for it.", around) == [
        "Terraform"
    ]
    marked = "When you create a network of your own, **Amazon** writes a table of routes for it."
    assert chosen(marked, around) == ["Amazon"]


@pytest.mark.parametrize(
    "sentence",
    [
        "The resolver answers for HTTPS / SVCB / Berkeley / MX as it does for every other record of a zone.",
        "水素、ヘリウム、Neon、Argonなどではなく、空気の主な成分は別の気体である。",
    ],
)
def test_one_of_several_names_in_a_row_is_not_hidden(sentence: str) -> None:
    """Each of them could be missing, whatever stands between them."""
    assert chosen(sentence) == []


def test_words_of_the_title_are_not_hidden_in_another_row() -> None:
    """A phrase of which two thirds are shown is told by the title."""
    notes = "# Pictures with Cuda and Numba\n\n"
    notes += "Large matrices are filtered by **Cuda beside Numba** on each node of the network.\n"
    assert build_notes(notes).notes == ()
    (note,) = build_notes(notes.replace("# Pictures with Cuda", "# Pictures with Java")).notes
    assert [spec.phrase for spec in note.draft.card_specs] == ["Cuda beside Numba"]


def test_the_number_of_a_line_is_not_hidden() -> None:
    """It counts lines; a range at the start is a fact."""
    assert chosen("(A, B) 3-3 A uniform interface tells how the resources of a server are reached by clients.") == []
    assert chosen("3-3 A uniform interface tells how the resources of the server are reached by clients.") == []
    assert chosen("12 weeks are needed until the larva of the beetle leaves the wood of the tree.") == ["12 weeks"]
