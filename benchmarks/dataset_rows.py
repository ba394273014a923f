"""Chat rows for measuring the check: mixed English, Chinese, code and tool calls, drawn by a seed.

The text comes from what every installation has: the standard library's own documentation and source for English and
code, and the product's Chinese catalogue. Rows repeat paragraphs, but hardly ever whole conversations.
"""

import inspect
import json
import random
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tuning.texts import Texts

_MODULES = ("argparse", "asyncio.tasks", "calendar", "collections", "csv", "datetime", "decimal", "difflib", "email.message",
            "fractions", "heapq", "inspect", "json.decoder", "logging", "pathlib", "random", "statistics", "string",
            "subprocess", "tarfile", "textwrap", "threading", "turtle", "typing", "unittest.case", "zipfile")  # fmt: skip
_SYSTEMS = (
    "You are a helpful assistant. Answer briefly, precisely and politely.",
    "你是一名助手，请简短、准确、礼貌地回答。",
)
_TOOL = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Looks a word up.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
    },
}


def rows(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """`count` valid rows; the same seed gives the same ones."""
    draw = random.Random(seed)  # noqa: S311 - rows for a measurement are no secret.
    english, chinese, code = _english(), _chinese(), _code()
    for number in range(count):
        kind = draw.randrange(10)
        source = english if kind < 5 else chinese if kind < 8 else code
        yield _row(draw, source, number, with_tool=kind == 0, is_chinese=source is chinese)


def lines(count: int, seed: int = 7) -> Iterator[bytes]:
    """The rows as lines; every other one is written with escapes, as Python's json does by default."""
    for number, row in enumerate(rows(count, seed)):
        yield json.dumps(row, ensure_ascii=bool(number % 2)).encode() + b"\n"


def _row(draw: random.Random, source: list[str], number: int, *, with_tool: bool, is_chinese: bool) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "system", "content": _SYSTEMS[is_chinese]}]
    for turn in range(draw.randint(1, 3)):
        question = f"{_said(draw, source, 1, 3)} ({number}.{turn})"
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": _said(draw, source, 2, 8)}]
    if not with_tool:
        return {"messages": messages}
    call = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": json.dumps({"word": "line"})}}
    messages[-1:] = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": _said(draw, source, 1, 1)},
        messages[-1],
    ]
    return {"messages": messages, "tools": [_TOOL]}


def _said(draw: random.Random, source: list[str], fewest: int, most: int) -> str:
    return "\n".join(draw.choice(source) for _ in range(draw.randint(fewest, most)))


def _english() -> list[str]:
    docs = [inspect.getdoc(thing) or "" for module in _MODULES for thing in vars(import_module(module)).values()]
    sentences = {" ".join(part.split()) for doc in docs for part in re.split(r"(?<=[.!?])\s|\n\n", doc)}
    return sorted(sentence for sentence in sentences if 30 < len(sentence) < 400)


def _chinese() -> list[str]:
    texts = Texts.load()
    return sorted({text for key in texts.keys("zh") for text in texts.forms("zh", key) if len(text) > 8})


def _code() -> list[str]:
    sources = [inspect.getsource(import_module(module)) for module in _MODULES]
    blocks = [block.strip("\n") for source in sources for block in re.split(r"\n\s*\n", source)]
    return sorted({block for block in blocks if 40 < len(block) < 600})
