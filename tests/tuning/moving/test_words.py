"""What a comparison says to people, in both languages, and what it says nothing about."""

import pytest

from tuning.moving.results import scored
from tuning.moving.words import told_comparison
from tuning.texts import Texts

TEXTS = Texts.load()


def compared(pairs, expected="The parcel comes on Monday."):
    rows = [
        {"question": f"Question {number}?", "expected": expected, "old": old, "new": new}
        for number, (old, new) in enumerate(pairs)
    ]
    return {"source": "validation", "total": len(rows), "questions": rows}


RIGHT, WRONG = "The parcel comes on Monday.", "No idea."


@pytest.mark.parametrize(
    ("pairs", "english", "chinese"),
    [
        ([(WRONG, RIGHT)] * 12, "The new one is better", "新模型更好"),
        ([(RIGHT, WRONG)] * 12, "The new one is worse", "新模型更差"),
        ([(RIGHT, RIGHT)] * 12, "The new one is as good", "新模型不比旧模型差"),
        ([(RIGHT, WRONG), (WRONG, RIGHT)] * 6, "Which is better can't be told from 12 questions", "只凭 12 个问题"),
        ([(RIGHT, RIGHT)] * 4, "Which is better can't be told from 4 questions", "只凭 4 个问题"),
        ([(None, RIGHT)] * 12, "There is no verdict", "无法下结论"),
    ],
)
def test_the_verdict_is_a_sentence_that_both_languages_say(pairs, english, chinese):
    assert told_comparison(TEXTS, "en", compared(pairs))[0].startswith(english)
    assert told_comparison(TEXTS, "zh", compared(pairs))[0].startswith(chinese)


def test_the_numbers_stand_behind_it():
    (_, numbers) = told_comparison(TEXTS, "en", compared([(RIGHT, RIGHT), (WRONG, RIGHT)] * 8))
    assert "old 52, new 100; difference +47.9, 95 % interval +21.5 to +74.3" in numbers
    assert "16 questions" in numbers


def test_each_question_is_scored_only_where_there_is_an_answer_to_hold_it_against():
    rows = scored(compared([(RIGHT, WRONG), (None, RIGHT)]))
    assert [row.get("likeness") for row in rows] == [{"old": 1.0, "new": pytest.approx(0.02, abs=0.03)}, None]
    assert "likeness" not in scored(compared([(RIGHT, RIGHT)], expected=""))[0]
