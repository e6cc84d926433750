"""What a topic of a Japanese or Korean sentence is asked."""

from __future__ import annotations

import pytest

from studydeck.text.topic_questions import topic_question


@pytest.mark.parametrize(
    ("rest", "question"),
    [
        ("ポインターを返す", "何を返すか？"),
        ("Docker imageからつくられる。", "何からつくられるか？"),
        ("メモリの内容を保持", "何を保持するか？"),
        ("JVMに依存する", "何に依存するか？"),
        ("メモリを管理する装置である。", "何か？"),
        ("무결성을 보장함", " 무엇을 보장하는가?"),
        ("3-way handshake 과정을 거친다.", " 무엇을 거치는가?"),
        ("파일을 읽는다", " 무엇을 읽는가?"),
        ("패킷을 버렸다", " 무엇을 버렸는가?"),
        ("연결을 맺지 않음", " 무엇을 맺지 않는가?"),
        ("메모리를 관리합니다.", " 무엇을 관리합니까?"),
        ("이벤트 기반 런타임이다.", " 무엇인가?"),
        # No object that the verb alone asks for.
        ("無視して等号を結ぶ。", ""),
        ("不要で、誰でも利用できます", ""),
        ("関数の途中で停止できる", ""),
        ("연결을 성립하기 위해서 과정을 거친다.", ""),
        ("값을 크다", ""),
        ("", ""),
    ],
)
def test_a_topic_is_asked_for_the_object_of_its_verb(rest: str, question: str) -> None:
    """In the form of the verb that asks."""
    assert topic_question(rest) == question


def test_a_person_is_asked_for_by_who() -> None:
    """Of an author nobody asks what they are."""
    assert topic_question("夏目漱石である。", "この作品の作者は") == "誰か？"
