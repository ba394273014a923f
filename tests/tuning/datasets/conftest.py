import json
from collections.abc import Callable
from datetime import date

import pytest

from tuning.datasets.check import check
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report

TODAY = date(2026, 11, 22)


@pytest.fixture
def checked() -> Callable[..., Report]:
    """Checks bytes, a text, or a list of lines; an item that is no text is written as JSON."""

    def run(content, file_name="train.jsonl", **options) -> Report:
        if isinstance(content, list):
            content = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in content)
        data = content if isinstance(content, bytes) else content.encode("utf-8")
        return check([data], CheckOptions(file_name, options.pop("today", TODAY), **options))

    return run


@pytest.fixture
def good_chat() -> Callable[[int], list[dict]]:
    """Valid chat rows, each different."""

    def rows(count: int) -> list[dict]:
        return [
            {
                "messages": [
                    {"role": "system", "content": "Marv is a factual chatbot that is also sarcastic."},
                    {"role": "user", "content": f"What comes after {number}?"},
                    {"role": "assistant", "content": f"{number + 1}. 数到 {number} 真不容易, well done."},
                ]
            }
            for number in range(count)
        ]

    return rows


@pytest.fixture
def good_prompts() -> Callable[[int], list[dict]]:
    """Valid rows with a prompt and a completion, each different."""
    return lambda count: [
        {"prompt": f"What comes after {number}?\n\n###\n\n", "completion": f" {number + 1} END"}
        for number in range(count)
    ]
