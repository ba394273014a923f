"""The snippets of the Chinese guide, dropped as they stand, with the sentences that a person reads about them."""

import json
from pathlib import Path

import pytest

from tuning.datasets.provider_facts import OPENAI
from tuning.datasets.wording import Wording
from tuning.texts import Texts

WEATHER = [
    {"role": "system", "content": "你是一个有帮助的助理。"},
    {"role": "user", "content": "今天天气怎么样?"},
    {"role": "assistant", "content": "今天天气晴朗,适合外出。"},
]
PRETTY = """{
"messages": [
{"role": "system", "content": "你是一个有帮助的助理。"},
{"role": "user", "content": "今天天气怎么样?"},
{"role": "assistant", "content": "今天天气晴朗,适合外出。"}
]
}
"""
MARV = [
    ("What's the capital of France?", "Paris, as if everyone doesn't know that already."),
    ("Who wrote 'Romeo and Juliet'?", "Oh, just some guy named William Shakespeare. Ever heard of him?"),
    ("How far is the Moon from Earth?", "Around 384,400 kilometers. Give or take a few, like that really matters."),
]
MARV_LINES = [
    {
        "messages": [
            {"role": "system", "content": "Marv is a factual chatbot that is also sarcastic."},
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    }
    for question, answer in MARV
]
PLACEHOLDERS = [{"prompt": "<prompt text>", "completion": "<ideal generated text>"}] * 3

_PRETTY_SAID = (
    "This is JSON, not JSON Lines: the rows are in one array or spread over several lines. "
    "Convert it, with the button below or with tunesmith convert at the command line, "
    "or write each example as one object on a line of its own."
)

SAID = {
    "the pretty-printed object": (
        PRETTY,
        [
            _PRETTY_SAID,
        ],
        [
            (
                "这是 JSON，不是 JSON Lines：数据写成了一个数组，或者一条样本占了多行。 "
                "请用下面的按钮或命令行的 tunesmith convert 转换，或者把每条样本写成一个对象，各占一行。"
            )
        ],
    ),
    "three Marv lines": (
        MARV_LINES,
        ["The file has 3 examples; OpenAI needs at least 10. Add 7 more, or try our 64 first: examples/marv.jsonl."],
        ["文件有 3 条样本，OpenAI 至少需要 10 条。 请再添加 7 条；也可以先试试我们的 64 条：examples/marv.jsonl。"],
    ),
    "the placeholder pairs": (
        PLACEHOLDERS,
        [
            "The file has 3 examples; OpenAI needs at least 10. Add 7 more, or try our 64 first: examples/marv.jsonl.",
            'Every prompt is "<prompt text>". Check which columns became prompt and completion.',
            'Every completion is "<ideal generated text>". Check which columns became prompt and completion.',
        ],
        [
            "文件有 3 条样本，OpenAI 至少需要 10 条。 请再添加 7 条；也可以先试试我们的 64 条：examples/marv.jsonl。",
            '所有 prompt 都是 "<prompt text>"。 请检查 prompt 和 completion 分别来自哪一列。',
            '所有 completion 都是 "<ideal generated text>"。 请检查 prompt 和 completion 分别来自哪一列。',
        ],
    ),
    "the Chinese weather dialogue on one line": (
        [{"messages": WEATHER}],
        ["The file has 1 example; OpenAI needs at least 10. Add 9 more, or try our 64 first: examples/marv.jsonl."],
        ["文件有 1 条样本，OpenAI 至少需要 10 条。 请再添加 9 条；也可以先试试我们的 64 条：examples/marv.jsonl。"],
    ),
}


@pytest.mark.parametrize("snippet", SAID)
def test_what_is_read_about_a_snippet_of_the_guide(checked, snippet) -> None:
    content, english, chinese = SAID[snippet]
    lines = content if isinstance(content, str) else [json.dumps(line, ensure_ascii=False) for line in content]
    report = checked(lines, provider=OPENAI)

    blocking = [finding for finding in report.findings if finding.severity == "E"]
    for language, expected in (("en", english), ("zh", chinese)):
        wording = Wording(Texts.load(), language)
        assert [f"{wording.message(one)} {wording.fix(one)}" for one in blocking] == expected


def test_the_weather_dialogue_has_nothing_wrong_but_its_number(checked) -> None:
    rows = [
        {
            "messages": [
                WEATHER[0],
                {"role": "user", "content": f"第{day}天天气怎么样?"},
                {"role": "assistant", "content": f"第{day}天天气晴朗,气温{day % 35}度,适合外出。"},
            ]
        }
        for day in range(60)
    ]

    assert [finding.code for finding in checked(rows, provider=OPENAI).findings if finding.severity == "E"] == []


def test_our_own_examples_are_as_many_as_is_said() -> None:
    examples = Path(__file__).parents[3] / "examples" / "marv.jsonl"

    assert len(examples.read_text().splitlines()) == 64
