"""Repairs of rows with an input and two answers."""

from typing import Any, Final

from tuning.datasets.fixes.messages import Row, RowFix, drop, to_messages
from tuning.datasets.rules import Fault


def _in_our_words(row: Row, fault: Fault) -> Row:
    """Another tool's pair; where its shape isn't known, the one key that the fault found under another name."""
    converted, near = to_messages(row, fault), str(fault.parameters["near"])
    if converted != row or near not in row:
        return converted
    return {str(fault.parameters["key"]) if key == near else key: value for key, value in row.items()}


def _without_key(row: Row, fault: Fault) -> Row:
    key = str(fault.parameters["key"])
    if key.startswith("input."):
        inside = {name: value for name, value in row["input"].items() if name != key.removeprefix("input.")}
        return {**row, "input": inside}
    return {name: value for name, value in row.items() if name != key}


def _wrapped_input(row: Row, _fault: Fault) -> Row:
    asked = row["input"]
    if isinstance(asked, str) and asked.strip():
        asked = [{"role": "user", "content": asked}]
    return {**row, "input": {"messages": asked}} if isinstance(asked, list) and asked else row


def _one_message(row: Row, fault: Fault) -> Row:
    side = str(fault.parameters["side"])
    output: Any = row[side]
    if isinstance(output, str):
        output = [{"role": "assistant", "content": output}]
    elif isinstance(output, dict):
        output = [output]
    is_repairable = isinstance(output, list) and output and isinstance(output[-1], dict)
    return {**row, side: output[-1:]} if is_repairable else row


def _as_assistant(row: Row, fault: Fault) -> Row:
    side = str(fault.parameters["side"])
    return {**row, side: [{**row[side][0], "role": "assistant"}]}


def _without_answer(row: Row, _fault: Fault) -> Row | None:
    messages = row["input"]["messages"][:-1]
    return {**row, "input": {**row["input"], "messages": messages}} if messages else None


PREFERENCE_FIXES: Final[dict[str, RowFix]] = {
    "P001": _in_our_words,
    "P002": _wrapped_input,
    "P003": _without_key,
    "P004": _one_message,
    "P005": _as_assistant,
    "P006": drop,
    "P007": drop,
    "P008": _without_answer,
    "P010": drop,
}
