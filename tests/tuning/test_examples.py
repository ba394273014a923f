"""The example datasets: the good ones are good, and the one with mistakes has the mistakes that it teaches."""

import json
from datetime import date
from pathlib import Path

import pytest

from tuning.datasets.check import check
from tuning.datasets.options import CheckOptions

EXAMPLES = Path(__file__).parents[2] / "examples"


def report_on(name):
    return check([(EXAMPLES / name).read_bytes()], CheckOptions(name, date(2026, 11, 22)))


@pytest.mark.parametrize(
    ("name", "format_", "examples"),
    [
        ("marv.jsonl", "chat", 64),
        ("support-zh.jsonl", "chat", 20),
        ("weather-prompts.jsonl", "prompt_completion", 30),
    ],
)
def test_a_good_example_is_ready_without_a_warning_but_its_size(name, format_, examples) -> None:
    report = report_on(name)
    assert (report.format, report.examples, report.is_ready) == (format_, examples, True)
    assert {tally.code for tally in report.tallies} <= {"S002", "S003", "K001"}


def test_marvs_answers_are_short_and_no_question_comes_twice() -> None:
    rows = [json.loads(line) for line in (EXAMPLES / "marv.jsonl").read_text().splitlines()]
    questions = [row["messages"][1]["content"] for row in rows]
    assert len(set(questions)) == len(questions)
    assert max(len(row["messages"][2]["content"].split()) for row in rows) <= 25


def test_the_weather_prompts_have_a_separator_and_a_stop() -> None:
    report = report_on("weather-prompts.jsonl")
    assert (report.prompt_separator, report.completion_stop) == ("\n\n###\n\n", " END")


def test_the_chinese_example_is_chinese() -> None:
    assert report_on("support-zh.jsonl").han_share == 1


def test_every_mistake_is_found_on_its_line() -> None:
    report = report_on("marv-with-mistakes.jsonl")
    assert [(f.line, f.code) for f in report.findings if f.line and f.code != "S006"] == [
        (2, "C007"),
        (3, "C005"),
        (4, "F011"),
        (5, "C014"),
        (6, "C011"),
        (7, "F011"),
        (8, "F019"),
        (9, "C018"),
        (10, "F009"),
        (11, "F014"),
        (12, "C009"),
        (14, "F021"),
    ]
