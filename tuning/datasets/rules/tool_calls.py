"""Rules on the calls of tools in a chat line: that they are whole, and are what the tools declare."""

import json
from collections import Counter
from collections.abc import Iterator

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.rules import Fault, rule
from tuning.datasets.tool_schemas import fault_of_arguments
from tuning.near import nearest


@rule("T007")
def calls_misplaced(example: ChatExample) -> Iterator[Fault]:
    """Only the assistant calls, and at least one tool."""
    for message in example.messages:
        calls = message.fields.get("tool_calls")
        if calls is None:
            continue
        if message.role and message.role != "assistant":
            yield _calls_fault(message, "calls.other_role")
        elif not isinstance(calls, list):
            yield _calls_fault(message, "calls.no_list")
        elif not calls:
            yield _calls_fault(message, "calls.empty")


@rule("T008")
def call_incomplete(example: ChatExample) -> Iterator[Fault]:
    """A call has an id, the type `function`, and the name of what it calls."""
    for call in example.calls:
        missing = [
            ("id", bool(call.id)),
            ("type", call.fields.get("type") == "function"),
            ("function.name", bool(call.name)),
        ]
        for name, is_there in missing:
            if not is_there:
                guess = {"id": f"call_{call.number}", "type": "function"}.get(name) or _only_tool(example)
                parameters: dict[str, str | int] = {
                    "m": call.message.number,
                    "call": call.number,
                    "field": name,
                    "guess": guess,
                }
                yield Fault(f"{call.path}.{name}", evidence=as_written(call.fields), parameters=parameters)
    for message in example.messages:
        calls = message.fields.get("tool_calls")
        for position, written in enumerate(calls if isinstance(calls, list) else ()):
            if not isinstance(written, dict):
                parameters = {"m": message.number, "call": position + 1, "field": "id", "guess": f"call_{position + 1}"}
                path = f"{message.path}.tool_calls[{position}]"
                yield Fault(path, evidence=as_written(written), parameters=parameters)


@rule("T009")
def call_id_twice(example: ChatExample) -> Iterator[Fault]:
    """Which call a result belongs to is told by the id alone."""
    seen: Counter[str] = Counter()
    for call in example.calls:
        seen[call.id] += bool(call.id)
        if seen[call.id] > 1:
            yield Fault(f"{call.path}.id", evidence=call.id, parameters={"id": call.id})


@rule("T010")
def arguments_not_a_string(example: ChatExample) -> Iterator[Fault]:
    """Arguments are JSON inside a string, as the model writes them."""
    for call in example.calls:
        if isinstance(call.function, dict) and not isinstance(call.function.get("arguments"), str):
            arguments = call.function.get("arguments")
            yield Fault(
                f"{call.path}.function.arguments",
                evidence=as_written(arguments),
                parameters={"m": call.message.number},
            )


@rule("T011")
def arguments_not_json(example: ChatExample) -> Iterator[Fault]:
    """The string holds one JSON object."""
    for call in example.calls:
        if call.arguments is None:
            continue
        try:
            value: object = json.loads(call.arguments)
        except (ValueError, RecursionError) as error:
            column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        else:
            if isinstance(value, dict):
                continue
            column = 1
        parameters: dict[str, str | int] = {"m": call.message.number, "column": column}
        yield Fault(f"{call.path}.function.arguments", evidence=call.arguments, parameters=parameters)


@rule("T012")
def tool_undeclared(example: ChatExample) -> Iterator[Fault]:
    """The model learns to call what the request offers; a legacy call is looked up among the functions."""
    names = [name for _, function in example.declared if isinstance(name := function.get("name"), str)]
    called = [(call.message, f"{call.path}.function.name", call.name) for call in example.calls]
    called += [(message, f"{message.path}.function_call.name", name) for message, name in example.old_calls]
    for message, path, name in called:
        if name and name not in names:
            near = nearest(name, names) or names[:1]
            phrases = {} if near else {"near": "calls.nothing_declared"}
            parameters: dict[str, str | int] = {"m": message.number, "name": name, "near": "".join(near[:1])}
            yield Fault(path, evidence=name, parameters=parameters, phrases=phrases)


@rule("T013")
def arguments_break_schema(example: ChatExample) -> Iterator[Fault]:
    """Arguments that the tool itself would refuse."""
    schemas = {
        function.get("name"): function.get("parameters")
        for _, function in reversed(example.declared)
        if _named(function)
    }
    for call in example.calls:
        arguments = call.parsed_arguments
        if arguments is None or call.name not in schemas:
            continue
        if fault := fault_of_arguments(schemas[call.name], arguments):
            parameters: dict[str, str | int] = {"m": call.message.number, "path": fault.path, "rule": fault.rule}
            yield Fault(f"{call.path}.function.arguments", evidence=call.arguments, parameters=parameters)


@rule("T019")
def old_call_malformed(example: ChatExample) -> Iterator[Fault]:
    """The older way of calling: one function, its name and its arguments, and results under the function's name."""
    for message in example.messages:
        call = message.fields.get("function_call")
        if call is not None and message.fields.get("tool_calls"):
            yield _calls_fault(message, "calls.both_ways", "function_call")
        elif call is not None and not _is_old_call(call):
            yield _calls_fault(message, "calls.old_incomplete", "function_call")
        if message.role == "function" and not isinstance(message.fields.get("name"), str):
            yield _calls_fault(message, "calls.function_without_name", "name")


def _is_old_call(call: object) -> bool:
    return isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), str)


def _named(function: object) -> bool:
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _only_tool(example: ChatExample) -> str:
    names = [name for _, function in example.declared if isinstance(name := function.get("name"), str)]
    return names[0] if len(names) == 1 else "?"


def _calls_fault(message: Message, what: str, key: str = "tool_calls") -> Fault:
    evidence = as_written(message.fields.get(key))
    return Fault(f"{message.path}.{key}", evidence=evidence, parameters={"m": message.number}, phrases={"what": what})


RULES = (
    calls_misplaced,
    call_incomplete,
    arguments_not_a_string,
    old_call_malformed,
    call_id_twice,
    arguments_not_json,
    tool_undeclared,
    arguments_break_schema,
)
"""For every chat line that may call tools."""
