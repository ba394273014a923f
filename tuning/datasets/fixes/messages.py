"""Repairs of chat rows. None invents words: a row that lacks some is dropped, which is asked before."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from tuning.datasets.convert.mapping import proposed_mapping
from tuning.datasets.convert.records import Record
from tuning.datasets.convert.shapes import is_conversation, row_of
from tuning.datasets.evidence import as_written
from tuning.datasets.rules import Fault
from tuning.datasets.rules.chat_learning import TEMPLATE_MARKUP
from tuning.errors import CannotConvert

Row: TypeAlias = dict[str, Any]
RowFix: TypeAlias = Callable[[Row, Fault], Row | None]
"""The row without the fault; None drops it; the same row where only a person can help."""

_PART = re.compile(r"\.content\[(\d+)\]$")
_PLAIN_KEYS: Final = {"role", "content"}


def drop(_row: Row, _fault: Fault) -> None:
    """The row goes; the original version keeps it."""


def to_messages(row: Row, _fault: Fault) -> Row:
    """Another tool's row in OpenAI's words, where its keys tell which is which."""
    misspelt = next((key for key in row if key.strip().lower() == "messages"), "messages")
    if "messages" not in row and misspelt in row:
        return {"messages" if key == misspelt else key: value for key, value in row.items()}
    try:
        mapping = None if is_conversation(row) else proposed_mapping(row, is_by_name=True)
        return row_of(Record(0, row), mapping)[0]
    except CannotConvert:
        return row


def _without_key(row: Row, fault: Fault) -> Row:
    return {key: value for key, value in row.items() if key != fault.parameters["key"]}


def _message(change: Callable[[dict[str, Any], Fault], dict[str, Any] | None]) -> RowFix:
    """A repair of the one message that the fault numbers; None removes the message, and an empty row goes with it."""

    def fixed(row: Row, fault: Fault) -> Row | None:
        messages = list(row["messages"])
        at = int(fault.parameters["m"]) - 1
        changed = change(dict(messages[at]), fault)
        messages[at : at + 1] = [] if changed is None else [changed]
        return {**row, "messages": messages} if messages else None

    return fixed


def _remove_message_key(message: dict[str, Any], fault: Fault) -> dict[str, Any]:
    key = str(fault.parameters.get("key") or (fault.path or "").rpartition(".")[2])
    return {name: value for name, value in message.items() if name != key}


def _set(key: str, parameter: str) -> RowFix:
    return _message(lambda message, fault: {**message, key: fault.parameters[parameter]})


def _cut_tail(row: Row, fault: Fault) -> Row:
    return {**row, "messages": row["messages"][: -int(fault.parameters["n"])]}


def _blank(row: Row, fault: Fault) -> Row | None:
    """A blank system text may go alone; without a question or an answer there is no example."""
    is_system = row["messages"][int(fault.parameters["m"]) - 1].get("role") == "system"
    return _message(lambda _message, _fault: None)(row, fault) if is_system else None


def _one_system_first(row: Row, fault: Fault) -> Row:
    if fault.phrases["what"] == "chat.no_user_before_answer":
        return row
    systems = [message for message in row["messages"] if message.get("role") == "system"]
    others = [message for message in row["messages"] if message.get("role") != "system"]
    texts = [message.get("content") for message in systems]
    if not all(isinstance(text, str) for text in texts):
        return row
    return {**row, "messages": [{**systems[0], "content": "\n\n".join(texts)}, *others]}


def _merge_with_next(row: Row, fault: Fault) -> Row:
    messages = list(row["messages"])
    at = int(fault.parameters["m"]) - 1
    one, other = messages[at], messages[at + 1]
    contents = one.get("content"), other.get("content")
    if not (one.keys() == other.keys() == _PLAIN_KEYS and all(isinstance(text, str) for text in contents)):
        return row
    messages[at : at + 2] = [{**one, "content": "\n\n".join(contents)}]
    return {**row, "messages": messages}


def _learn_last(row: Row, _fault: Fault) -> Row:
    messages = list(row["messages"])
    last = max(at for at, message in enumerate(messages) if message.get("role") == "assistant")
    messages[last] = {**messages[last], "weight": 1}
    return {**row, "messages": messages}


def _not_trainable(row: Row, fault: Fault) -> Row | None:
    return _fix_part(row, fault) if _PART.search(fault.path or "") else _message(_remove_message_key)(row, fault)


def _fix_part(row: Row, fault: Fault) -> Row | None:
    """A part with a text becomes a text part, any other goes, and with its last part the row."""

    def change(message: dict[str, Any], fault: Fault) -> dict[str, Any]:
        parts, place = list(message["content"]), _PART.search(fault.path or "")
        if place:
            at = int(place[1])
            text = parts[at].get("text") if isinstance(parts[at], dict) else None
            is_repairable = isinstance(text, str) and parts[at].get("type") != "text"
            parts[at : at + 1] = [{"type": "text", "text": text}] if is_repairable else []
        return {**message, "content": parts}

    fixed = _message(change)(row, fault)
    is_empty = fixed is None or any(message.get("content") == [] for message in fixed["messages"])
    return None if is_empty else fixed


def _without_markup(message: dict[str, Any], _fault: Fault) -> dict[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        return {**message, "content": TEMPLATE_MARKUP.sub("", content).strip()}
    parts = [
        {**part, "text": TEMPLATE_MARKUP.sub("", part["text"]).strip()} if isinstance(part.get("text"), str) else part
        for part in content
    ]
    return {**message, "content": parts}


def _as_list(row: Row, _fault: Fault) -> Row | None:
    """One message without its list is wrapped; anything else in its place can't be read."""
    return {**row, "messages": [row["messages"]]} if isinstance(row["messages"], dict) else None


def _without_message(row: Row, fault: Fault) -> Row | None:
    messages = list(row["messages"])
    del messages[int(fault.parameters["m"]) - 1]
    return {**row, "messages": messages} if messages else None


CHAT_FIXES: Final[dict[str, RowFix]] = {
    "C001": to_messages,
    "C002": _as_list,
    "C003": drop,
    "C004": _without_message,
    "C005": _without_key,
    "C006": _set("role", "guess"),
    "C007": _set("role", "guess"),
    "C008": drop,
    "C009": drop,
    "C010": _message(lambda message, _: {**message, "content": as_written(message["content"])}),
    "C011": _blank,
    "C012": _fix_part,
    "C013": _fix_part,
    "C014": drop,
    "C015": _cut_tail,
    "C016": _one_system_first,
    "C017": _merge_with_next,
    "C018": _set("weight", "guess"),
    "C019": _message(_remove_message_key),
    "C020": _learn_last,
    "C021": _message(_remove_message_key),
    "C022": _set("name", "slug"),
    "C023": _not_trainable,
    "C024": lambda row, _: {**row, "parallel_tool_calls": True},
    "C025": _message(_without_markup),
}
