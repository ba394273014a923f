"""Repairs of tools, their calls and their results in chat rows."""

import json
from collections.abc import Iterator
from typing import Any, Final

from tuning.datasets.careful_parsing import UNREADABLE
from tuning.datasets.fixes.messages import Row, RowFix
from tuning.datasets.fixes.whole_lines import repaired
from tuning.datasets.rules import Fault


def _wrapped_tool(row: Row, fault: Fault) -> Row:
    if not isinstance(row["tools"], list | dict):
        return row
    tools = row["tools"] if isinstance(row["tools"], list) else [row["tools"]]
    at = int(fault.parameters["t"]) - 1
    changed = [_as_tool(tool) if index == at else tool for index, tool in enumerate(tools)]
    return {**row, "tools": changed} if changed != row["tools"] else row


def _as_tool(tool: object) -> object:
    """What only lacks its wrapping: a function by itself, or one of another type."""
    if not isinstance(tool, dict):
        return tool
    if isinstance(tool.get("function"), dict):
        return {**tool, "type": "function"}
    function = {key: value for key, value in tool.items() if key != "type"}
    return {"type": "function", "function": function} if isinstance(tool.get("name"), str) else tool


def _first_of_name(row: Row, _fault: Fault) -> Row:
    kept: dict[object, Any] = {}
    for tool in row["tools"]:
        function = tool.get("function") if isinstance(tool, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        kept.setdefault(name if isinstance(name, str) else id(tool), tool)
    return {**row, "tools": list(kept.values())}


def _in_message(row: Row, fault: Fault, changes: dict[str, Any]) -> Row:
    """The row with some keys of the message that the fault numbers set anew; None takes a key away."""
    messages = list(row["messages"])
    at = int(fault.parameters["m"]) - 1
    changed = {**messages[at], **changes}
    messages[at] = {key: value for key, value in changed.items() if key not in changes or value is not None}
    return {**row, "messages": messages}


def _calls(row: Row, fault: Fault) -> list[Any]:
    calls: list[Any] = list(row["messages"][int(fault.parameters["m"]) - 1]["tool_calls"])
    return calls


def _completed_call(row: Row, fault: Fault) -> Row:
    calls, at = _calls(row, fault), int(fault.parameters["call"]) - 1
    field, guess = str(fault.parameters["field"]), str(fault.parameters["guess"])
    call = calls[at]
    if not isinstance(call, dict):
        return row
    if field == "function.name":
        if guess == "?":
            return row
        function = call.get("function")
        calls[at] = {**call, "function": {**(function if isinstance(function, dict) else {}), "name": guess}}
    else:
        calls[at] = {**call, field: _free_id(row, guess) if field == "id" else guess}
    return _in_message(row, fault, {"tool_calls": calls})


def _free_id(row: Row, wanted: str) -> str:
    taken, number, free = json.dumps(row["messages"]), 1, wanted
    while f'"{free}"' in taken:
        number += 1
        free = f"{wanted}_{number}"
    return free


def _serialised_arguments(row: Row, fault: Fault) -> Row:
    return _in_message(row, fault, {"tool_calls": [_with_text(call) for call in _calls(row, fault)]})


def _with_text(call: Any) -> Any:  # noqa: ANN401 - whatever stands in the list.
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or isinstance(function.get("arguments"), str):
        return call
    arguments = function.get("arguments")
    written = "{}" if arguments is None else json.dumps(arguments, ensure_ascii=False)
    return {**call, "function": {**function, "arguments": written}}


def _mended_arguments(row: Row, fault: Fault) -> Row:
    calls = _calls(row, fault)
    for at, call in enumerate(calls):
        function = call.get("function") if isinstance(call, dict) else None
        arguments = function.get("arguments") if isinstance(function, dict) else None
        value = repaired(arguments) if isinstance(arguments, str) and not _is_object(arguments) else UNREADABLE
        if function is not None and value is not UNREADABLE:
            calls[at] = {**call, "function": {**function, "arguments": json.dumps(value, ensure_ascii=False)}}
    return _in_message(row, fault, {"tool_calls": calls})


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _linked_result(row: Row, fault: Fault) -> Row:
    only = str(fault.parameters["only"])
    return _in_message(row, fault, {"tool_call_id": only}) if only else row


def _without_message(row: Row, fault: Fault) -> Row | None:
    messages = list(row["messages"])
    del messages[int(fault.parameters["m"]) - 1]
    return {**row, "messages": messages} if messages else None


def _migrated(row: Row, _fault: Fault) -> Row:
    """`functions` and `function_call` as `tools` and `tool_calls`, results linked to the last call of their function."""
    functions = row.get("functions")
    if "functions" in row and ("tools" in row or not isinstance(functions, list)):
        return row
    messages = list(_with_tool_calls(row["messages"])) if isinstance(row.get("messages"), list) else row.get("messages")
    kept = {key: value for key, value in row.items() if key not in {"functions", "messages"}}
    tools = {"tools": [{"type": "function", "function": one} for one in functions]} if functions else {}
    return {"messages": messages, **kept, **tools}


def _with_tool_calls(messages: list[Any]) -> Iterator[Any]:
    last_call: dict[object, str] = {}
    for number, message in enumerate(messages, start=1):
        call = message.get("function_call") if isinstance(message, dict) else None
        if isinstance(call, dict) and not message.get("tool_calls"):
            last_call[call.get("name")] = f"call_{number}"
            kept = {key: value for key, value in message.items() if key != "function_call"}
            yield {**kept, "tool_calls": [{"id": f"call_{number}", "type": "function", "function": call}]}
        elif isinstance(message, dict) and message.get("role") == "function" and message.get("name") in last_call:
            kept = {key: value for key, value in message.items() if key not in {"role", "name"}}
            yield {"role": "tool", "tool_call_id": last_call[message["name"]], **kept}
        else:
            yield message


TOOL_FIXES: Final[dict[str, RowFix]] = {
    "T001": _wrapped_tool,
    "T003": _first_of_name,
    "T007": lambda row, fault: _in_message(row, fault, {"tool_calls": None}),
    "T008": _completed_call,
    "T010": _serialised_arguments,
    "T011": _mended_arguments,
    "T014": _linked_result,
    "T016": _without_message,
    "T018": _migrated,
}
