"""Each rule on two files side by side: a leak planted in a good pair, and a near miss."""

import pytest

from tests.tuning.datasets.planting import TODAY, chat, good_rows, said, written
from tuning.datasets.check import examine
from tuning.datasets.options import CheckOptions
from tuning.datasets.pairs import with_held_out

TRAINING, HELD_OUT = good_rows()[:38], good_rows()[38:]


def examined(rows, name="train.jsonl"):
    return examine([written(rows)], CheckOptions(name, TODAY))


def between(training, held_out=HELD_OUT, **options):
    """What is found between two files, with lines and severities."""
    report = with_held_out(examined(training), examined(held_out, "validation.jsonl"), **options)
    return {(f.code, f.line, f.severity) for f in report.findings if f.code.startswith("V")}


def reworded(row, answer, *more):
    return {"messages": [*row["messages"][:-1], said("assistant", answer), *more]}


FIRST = HELD_OUT[0]
LEAKS = [
    ("V001", "E", FIRST, reworded(good_rows()[0], "Just walk.")),
    ("V001", "E", {"messages": [{**m, "content": f" {m['content']}\n"} for m in FIRST["messages"]]}, chat(said("user", "Hi"), said("assistant", "Oh, hello."))),
    ("V002", "E", reworded(FIRST, "Ask somebody on the way, they will know."), reworded(good_rows()[0], "Ask somebody.")),
    ("V002", "W", chat(said("user", f"{FIRST['messages'][1]['content']} "[1:]), FIRST["messages"][2]), good_rows()[3]),
    ("V003", "W", {"messages": [*FIRST["messages"], said("user", "And back?"), said("assistant", "The same way.")]}, chat(*good_rows()[0]["messages"][1:], said("user", "And back?"), said("assistant", "The same way."))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "severity", "leak", "near_miss"), LEAKS, ids=[f"{c[0]}-{n}" for n, c in enumerate(LEAKS)]
)
def test_a_leak_is_reported_on_the_training_line_and_a_near_miss_is_not(code, severity, leak, near_miss) -> None:
    assert between([*TRAINING[:9], leak, *TRAINING[9:]]) == {(code, 10, severity)}
    assert between([*TRAINING[:9], near_miss, *TRAINING[9:]]) == set()


def test_rows_that_name_their_thread_are_kept_together() -> None:
    ours = {**good_rows()[0], "thread_ts": "17.5"}
    assert ("V003", 1, "W") in between([ours, *TRAINING[1:]], [*HELD_OUT, {**good_rows()[1], "thread_ts": "17.5"}])
    assert between([ours, *TRAINING[1:]], [*HELD_OUT, {**reworded(FIRST, "Fly.")}]) == set()


def test_the_same_file_and_another_format_are_told_at_once() -> None:
    prompts = [{"prompt": f"{n}?", "completion": f" {n}."} for n in range(12)]
    assert between(TRAINING, TRAINING) == {("V006", None, "E")}
    assert between(TRAINING, prompts) == {("V004", None, "E")}


def test_a_split_of_our_own_names_its_seed() -> None:
    assert between(TRAINING, split=(38, 12, 7)) == {("V007", None, "I")}


def numbered(count, first=0, words=1):
    """Rows that differ from each other."""
    return [
        chat(said("user", f"Ticket {n}?"), said("assistant", f"{n}: {'sorry, ' * words}come in."))
        for n in range(first, first + count)
    ]


@pytest.mark.parametrize(
    ("changed", "is_unlike"), [(numbered(30, 100, words=9), True), (numbered(30, 100, words=1), False)]
)
def test_a_held_out_file_of_other_lengths_is_named(changed, is_unlike) -> None:
    assert (("V005", None, "W") in between(numbered(60), changed)) is is_unlike


def test_a_held_out_file_of_another_language_is_named() -> None:
    chinese = [row for row in good_rows() if "房间" in row["messages"][1]["content"]]
    english = [row for row in good_rows() if "room" in row["messages"][1]["content"]]
    assert ("V005", None, "W") in between(english, chinese)
    assert between(english[:20], english[20:]) == set()
