"""Rules on the tools that a chat line declares."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tuning.datasets.evidence import as_written
from tuning.datasets.examples import ChatExample
from tuning.datasets.rules import Fault, rule
from tuning.datasets.tool_schemas import fault_of_schema

MOST_TOOLS = 128
"""OpenAI's API reference, chat completions, `tools`."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


@rule("T001")
def tool_malformed(example: ChatExample) -> Iterator[Fault]:
    """`tools` is a list of objects of type `function`, each with its function."""
    tools = example.row.get("tools", [])
    if not isinstance(tools, list):
        yield Fault("tools", evidence=as_written(tools), parameters={"t": 1})
        return
    for index, tool in enumerate(tools):
        if not (isinstance(tool, dict) and tool.get("type") == "function" and isinstance(tool.get("function"), dict)):
            yield Fault(f"tools[{index}]", evidence=as_written(tool), parameters={"t": index + 1})


@rule("T002")
def tool_name(example: ChatExample) -> Iterator[Fault]:
    """Names are letters, digits, `_` and `-`, up to 64."""
    for path, function in example.declared:
        name = function.get("name")
        if not (isinstance(name, str) and _NAME.fullmatch(name)):
            written = as_written(name) if name is not None else ""
            slug = _NOT_IN_NAMES.sub("_", written).strip("_")[:64] or "tool"
            yield Fault(f"{path}.name", evidence=written, parameters={"name": written, "slug": slug})


@rule("T003")
def tool_twice(example: ChatExample) -> Iterator[Fault]:
    """A call could mean either."""
    seen: set[str] = set()
    for path, function in example.declared:
        name = function.get("name")
        if isinstance(name, str) and name in seen:
            yield Fault(f"{path}.name", evidence=name, parameters={"name": name})
        elif isinstance(name, str):
            seen.add(name)


@rule("T004")
def too_many_tools(example: ChatExample) -> Iterator[Fault]:
    """OpenAI takes 128 tools a request."""
    for key in ("tools", "functions"):
        tools = example.row.get(key)
        if isinstance(tools, list) and len(tools) > MOST_TOOLS:
            yield Fault(key, parameters={"n": len(tools), "maximum": MOST_TOOLS})


@rule("T005")
def parameters_malformed(example: ChatExample) -> Iterator[Fault]:
    """Parameters are a JSON Schema of an object; a strict one closes every object and requires every property."""
    for path, function in example.declared:
        if "parameters" not in function:
            continue
        schema, name = function["parameters"], as_written(function.get("name") or "?")
        if fault := fault_of_schema(schema):
            parameters = {"name": name, "error": f"{fault.path}: {fault.rule}"}
            yield Fault(f"{path}.parameters", evidence=as_written(schema), parameters=parameters)
        elif function.get("strict") is True and (gap := _gap_in_strict(schema)):
            yield Fault(f"{path}.parameters", parameters={"name": name}, phrases={"error": f"schemas.{gap}"})


@rule("T018")
def old_functions(example: ChatExample) -> Iterator[Fault]:
    """`functions` and `function_call` were followed by `tools` and `tool_calls`."""
    if "functions" in example.row:
        yield Fault("functions")
        return
    for message in example.messages:
        if message.role == "function" or message.fields.get("function_call") is not None:
            yield Fault(message.path)
            return


def _gap_in_strict(schema: Mapping[str, Any]) -> str | None:
    """What a schema lacks to be strict (OpenAI's structured outputs guide), for it and the objects inside it."""
    waiting: list[Any] = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                required = part.get("required")
                if part.get("additionalProperties") is not False:
                    return "open"
                if not isinstance(required, list) or any(name not in required for name in properties):
                    return "optional"
            waiting.extend(value for value in part.values() if isinstance(value, dict | list))
    return None


RULES = (tool_malformed, tool_name, too_many_tools, old_functions, tool_twice, parameters_malformed)
"""For every chat line that may declare tools."""
