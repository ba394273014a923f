"""The example datasets: the good ones are good, and the one with mistakes has the mistakes that it teaches."""

import json
from collections import Counter
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
        ("tea-house-zh.jsonl", "chat", 56),
        ("rooms-json.jsonl", "chat", 60),
        ("orders-json-zh.jsonl", "chat", 60),
        ("returns-policy.jsonl", "chat", 57),
        ("travel-policy-zh.jsonl", "chat", 53),
        ("ticket-labels.jsonl", "chat", 54),
        ("ticket-labels-zh.jsonl", "chat", 54),
        ("support-zh.jsonl", "chat", 20),
        ("weather-prompts.jsonl", "prompt_completion", 30),
    ],
)
def test_a_good_example_is_ready_without_a_warning_but_its_size(name, format_, examples) -> None:
    report = report_on(name)
    assert (report.format, report.examples, report.is_ready) == (format_, examples, True)
    assert {tally.code for tally in report.tallies} <= {"S002", "S003", "K001", "Q013"}
    assert report.count("W") == (name == "support-zh.jsonl") + (name == "weather-prompts.jsonl")


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


@pytest.mark.parametrize("name", ["tea-house-zh", "orders-json-zh", "travel-policy-zh", "ticket-labels-zh"])
def test_a_chinese_example_is_chinese_throughout(name) -> None:
    assert report_on(f"{name}.jsonl").han_share == 1


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("rooms-json", ["date", "start", "minutes", "people", "equipment"]),
        ("orders-json-zh", ["商品", "数量", "单位", "日期", "地址", "备注"]),
    ],
)
def test_the_answers_of_a_format_example_keep_their_format_and_to_what_was_said(name, keys) -> None:
    rows = [json.loads(line)["messages"] for line in (EXAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for _, asked, answered in rows:
        answer = json.loads(answered["content"])
        assert list(answer) == keys
        assert all(str(value) in asked["content"] for value in answer.values() if isinstance(value, int))


@pytest.mark.parametrize(
    ("name", "separator", "labels"),
    [
        ("ticket-labels", " - ", {"billing", "technical", "shipping", "account", "other"}),
        ("ticket-labels-zh", "：", {"账单", "技术", "物流", "账户", "其他"}),
    ],
)
def test_the_labels_of_a_narrow_example_are_even(name, separator, labels) -> None:
    rows = [json.loads(line)["messages"] for line in (EXAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines()]
    counted = Counter(answer["content"].partition(separator)[0] for *_, answer in rows)
    assert counted.keys() == labels
    assert max(counted.values()) - min(counted.values()) <= 1
