"""Remarks about a course: which sentences are such remarks, and where one stands in a sentence that says more."""

from __future__ import annotations

import pytest

from studydeck.text.course_remarks import is_course_date, is_remark, is_task_title, may_hold_remarks, remark_spans

REMARKS = """
Lecture 12, Wednesday 14:15
MATH 220 - lecture 3 (vector spaces), room 1.07, Monday
Tuesday 10:15, H3
Vorlesung 7, 3.5.2024, Hörsaal 2
Homework due Friday
essay to hand in by 3 June
no class on Thursday
Abgabe bis Dienstag
À rendre pour jeudi
The final exam is on 4 July at 9:00.
Klausur: 12. Juli
Next lecture: heaps
Nächste Woche: Mutationen
下周：细胞分裂
Instructor: Maria Lopez
Room: C 4.12
TODO ask the tutor
To do: draw the cycle
Read chapters 4 and 5
EXAM!!
important
très important !
重要
(3 points)
[Punkte: 2]
（5分）
""".strip().splitlines()
FACTS = """
Room 101 is the torture chamber of the Ministry of Love.
The midterm elections of 2010 gave the House to the Republicans.
The Apgar test is done at 1 and 5 minutes after birth.
Class 3 antiarrhythmics block potassium channels.
Due to the war of 1914 the border was closed.
Room: a part of a building with walls
Professor: the highest academic rank
Next week the embryo has three layers.
The test statistic is 3.5 on average.
In an exam of the heart the doctor listens at four places.
Todo cuerpo sumergido recibe un empuje de 10 N.
4. read page from disk
(3 points of a triangle)
A touchdown (6 points) is followed by a kick.
""".strip().splitlines()


@pytest.mark.parametrize("sentence", REMARKS)
def test_a_remark_about_the_course_is_known(sentence: str) -> None:
    """Where a course meets, what is due, and when an exam is, are no facts of its subject."""
    assert may_hold_remarks(sentence)
    assert is_remark(sentence)


@pytest.mark.parametrize("sentence", FACTS)
def test_a_fact_is_no_remark_rejected(sentence: str) -> None:
    """The same words in a statement of the subject are read as such."""
    assert not is_remark(sentence)
    assert remark_spans(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "fact"),
    [
        ("paging (IMPORTANT, was in last years exam!!)", "paging"),
        ("Extinction: the response fades (important!)", "Extinction: the response fades"),
        ("Recovery returns after a pause -> exam question", "Recovery returns after a pause"),
        ("Generalisation, prof said this will be on the midterm", "Generalisation"),
        ("For the exam: heat flows to the colder body.", "heat flows to the colder body."),
        ("Ein Gen liegt auf der DNA (klausurrelevant).", "Ein Gen liegt auf der DNA."),
        ("A heap is a tree EXAM!!", "A heap is a tree"),
        ("This was asked in the exam (important).", ""),
        ("光合作用发生在叶绿体（考点）", "光合作用发生在叶绿体"),
    ],
)
def test_a_remark_is_taken_out_of_a_fact(sentence: str, fact: str) -> None:
    """The rest of the sentence stays."""
    for start, end in reversed(remark_spans(sentence)):
        sentence = sentence[:start] + sentence[end:]
    assert sentence.strip() == fact


def test_headings_of_tasks_are_known() -> None:
    """Tasks are told by their whole title, homework by its first word."""
    assert all(map(is_task_title, ["to do", "todo", "homework for friday", "hausaufgaben", "待办事项"]))
    assert not any(map(is_task_title, ["to do a biopsy", "todo el mundo", "tasks of the liver"]))


def test_a_date_is_a_label_only_without_a_statement() -> None:
    """Beside "Room: 2.14", a short date is that of the course."""
    assert is_course_date("Date: 12 March 2024")
    assert not is_course_date("Date: the day on which the contract was signed by all of the parties")
