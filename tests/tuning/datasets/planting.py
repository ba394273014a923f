"""Planting one defect in a good file, and telling what the check says about it and nothing else."""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from tuning.datasets.check import check
from tuning.datasets.findings import Finding
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report

TODAY = date(2026, 11, 22)
SYSTEM = {"role": "system", "content": "You work at the desk of a small hotel. Answer briefly and politely."}
TOOL = {
    "type": "function",
    "function": {
        "name": "find_room",
        "description": "Looks for a free room.",
        "parameters": {
            "type": "object",
            "properties": {"guests": {"type": "integer"}, "kind": {"enum": ["single", "double"]}},
            "required": ["guests"],
        },
    },
}
PLACES = ("the harbour", "the old mill", "the cathedral", "the bus station", "the market hall", "the zoo", "the castle",
          "the opera", "the botanical garden", "the town museum")  # fmt: skip
HAN_PLACES = ("码头", "老磨坊", "大教堂", "汽车站", "菜市场", "动物园", "城堡", "歌剧院", "植物园", "博物馆")
WAYS = ("walk down the hill", "take tram four", "follow the river", "cross the square", "ask for a bicycle")
HAN_WAYS = ("沿着小山往下走", "坐四路电车", "顺着河边走", "穿过广场", "向前台借自行车")


def said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    """A row of the good file's kind with other messages."""
    return {"messages": [SYSTEM, *messages], **more}


def calling(
    arguments: Any = '{"guests": 2}', name: Any = "find_room", call_id: Any = "call_1", **more: Any
) -> dict[str, Any]:
    """An answer that calls a tool."""
    call = {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"role": "assistant", "content": None, "tool_calls": [call], **more}


def told(content: str = '{"room": 12}', call_id: Any = "call_1") -> dict[str, Any]:
    """What a tool answers."""
    return {"role": "tool", "tool_call_id": call_id, "content": content}


@cache
def good_rows() -> tuple[dict[str, Any], ...]:
    """Fifty valid chat rows: 25 English, 15 Chinese, 10 with tool calls. They must not be changed."""
    english = [
        chat(
            said("user", f"How do I get to {PLACES[n % 10]} from room {n + 100}?"),
            said("assistant", f"Leave by door {n % 7 + 1}, {WAYS[n % 5]}, and in {n + 3} minutes you are there."),
        )
        for n in range(25)
    ]
    chinese = [
        chat(
            said("user", f"从{n + 200}号房间去{HAN_PLACES[n % 10]}怎么走？"),
            said("assistant", f"请从{n % 5 + 1}号门出去，{HAN_WAYS[n % 5]}，大约{n + 4}分钟就到。"),
        )
        for n in range(15)
    ]
    tools = [
        chat(
            said("user", f"Is a room free for {n + 2} people near {PLACES[n]}?"),
            calling(json.dumps({"guests": n + 2})),
            told(json.dumps({"room": 300 + n})),
            said("assistant", f"Yes, room {300 + n} is free; shall I hold it for you until {n + 6} in the evening?"),
            tools=[TOOL],
        )
        for n in range(10)
    ]
    return tuple(row for triple in zip(english[:10], chinese[:10], tools, strict=True) for row in triple) + tuple(
        english[10:] + chinese[10:]
    )


def written(rows: Iterable[Any]) -> bytes:
    """Rows as lines; bytes and texts as they are."""
    return b"".join(_line(row) + b"\n" for row in rows)


def _line(row: Any) -> bytes:
    if isinstance(row, bytes):
        return row
    return row.encode() if isinstance(row, str) else json.dumps(row, ensure_ascii=False).encode()


def report_on(rows: Iterable[Any], **options: Any) -> Report:
    return check([written(rows)], CheckOptions(**{"file_name": "train.jsonl", "today": TODAY, **options}))


def planted(row: Any, at: int = 20, rows: tuple[Any, ...] | None = None, **options: Any) -> set[tuple[str, int | None]]:
    """The codes and lines that a good file gains by one more row at line `at + 1`."""
    good = good_rows() if rows is None else rows
    return gained((*good[:at], row, *good[at:]), good, **options)


def gained(rows: Iterable[Any], good: Iterable[Any] | None = None, **options: Any) -> set[tuple[str, int | None]]:
    """The codes and lines found in `rows` that the good file does not have."""
    usual = {finding.code for finding in report_on(good_rows() if good is None else good, **options).findings}
    return {(f.code, f.line) for f in report_on(rows, **options).findings if f.code not in usual}


def only(rows: Iterable[Any], code: str, **options: Any) -> Finding:
    """The one finding of a code."""
    (finding,) = [finding for finding in report_on(rows, **options).findings if finding.code == code]
    return finding
