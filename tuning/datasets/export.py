"""Rows in the shapes of other tools: ShareGPT's, Alpaca's and TRL's.

Sources: LLaMA-Factory's data README and TRL's "Dataset formats" (read 2026-11).
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import IO, Any, Final

from tuning.datasets.differences import filled_lines
from tuning.datasets.parsing import parse_line
from tuning.datasets.writing import line_of
from tuning.errors import CannotExport

Row = dict[str, Any]


class Shape(StrEnum):
    """What is written, one object a line."""

    SHAREGPT = "sharegpt"
    """`conversations` of `from` and `value`."""
    ALPACA = "alpaca"
    """`instruction`, `input`, `output`, `system`, and earlier turns in `history`."""
    TRL = "trl"
    """`messages`; for preferences `prompt`, `chosen` and `rejected`."""


_SPEAKERS: Final = {"system": "system", "user": "human", "assistant": "gpt"}
_PLAIN_KEYS: Final = {"role", "content"}
_PREFERENCE: Final = {"input", "preferred_output", "non_preferred_output"}


def export(chunks: Iterable[bytes], shape: Shape, target: IO[bytes]) -> int:
    """Write the rows of a JSON Lines file to `target` in another tool's shape. Returns how many.

    Raises:
        CannotExport: a line is no row, or holds something that the shape has no place for; it names the line.
    """
    rows = 0
    for line in filled_lines(chunks):
        row = parse_line(line.content).value
        if not isinstance(row, dict):
            raise CannotExport("no_row", line=line.number)
        target.write(line_of(_exported(_chat(row), shape, line.number)))
        rows += 1
    return rows


def _exported(row: Row, shape: Shape, line: int) -> Row:
    if shape is Shape.TRL:
        return _for_trl(row, line)
    messages = _plain_messages(row.get("messages"), line, shape)
    return _WRITERS[shape](messages, line)


def _chat(row: Row) -> Row:
    """A prompt with its completion is a conversation of one turn each."""
    if row.keys() == {"prompt", "completion"}:
        said = (("user", row["prompt"]), ("assistant", row["completion"]))
        return {"messages": [{"role": role, "content": text} for role, text in said]}
    return row


def _for_trl(row: Row, line: int) -> Row:
    if row.keys() == _PREFERENCE and isinstance(row["input"], Mapping):
        prompt = row["input"].get("messages")
        return {"prompt": prompt, "chosen": row["preferred_output"], "rejected": row["non_preferred_output"]}
    if not isinstance(row.get("messages"), list):
        raise CannotExport("no_messages", line=line)
    return row


def _plain_messages(messages: object, line: int, shape: Shape) -> list[Row]:
    """Who says what, in texts alone."""
    if not isinstance(messages, list) or not messages:
        raise CannotExport("no_messages", line=line)
    for message in messages:
        is_plain = isinstance(message, dict) and message.keys() == _PLAIN_KEYS and message["role"] in _SPEAKERS
        if not is_plain or not isinstance(message["content"], str):
            raise CannotExport("not_plain", line=line, shape=shape.value)
    return messages


def _for_sharegpt(messages: list[Row], _line: int) -> Row:
    turns = [{"from": _SPEAKERS[message["role"]], "value": message["content"]} for message in messages]
    return {"conversations": turns}


def _for_alpaca(messages: list[Row], line: int) -> Row:
    system = messages[0]["content"] if messages[0]["role"] == "system" else ""
    turns = messages[1:] if messages[0]["role"] == "system" else messages
    asked, answered = turns[::2], turns[1::2]
    alternates = [turn["role"] for turn in turns] == ["user", "assistant"] * (len(turns) // 2)
    if not turns or not alternates:
        raise CannotExport("not_alternating", line=line)
    history = [[one["content"], other["content"]] for one, other in zip(asked[:-1], answered[:-1], strict=True)]
    row: Row = {"instruction": asked[-1]["content"], "input": "", "output": answered[-1]["content"]}
    return row | ({"system": system} if system else {}) | ({"history": history} if history else {})


_WRITERS: Final[dict[Shape, Callable[[list[Row], int], Row]]] = {
    Shape.SHAREGPT: _for_sharegpt,
    Shape.ALPACA: _for_alpaca,
}
