"""One fault in a tool, a call or its answer: the code and severity that it must be told by, and the row of chat data."""

import copy

from tests.tuning.datasets.acceptance.good_rows import WEATHER, assistant, call, calling, result, tool_row, turns, user

_ASKED = user("Where is the spare key kept?")
_SAID = assistant("Under the third flower pot on the left.")


def _tool(**changes):
    tool = copy.deepcopy(WEATHER)
    tool["function"].update(changes)
    return tool


def _with_tools(*tools):
    return turns(_ASKED, _SAID, tools=list(tools))


_LOOSE = {"type": "object", "properties": {"city": {"type": "string"}}, "required": []}
_LEGACY = {"name": "get_weather", "description": "The weather.", "parameters": WEATHER["function"]["parameters"]}

TOOLS = [
    ("T001", "E", _with_tools({"name": "get_weather", "parameters": {"type": "object"}})),
    ("T001", "E", turns(_ASKED, _SAID, tools=WEATHER)),
    ("T001", "E", turns(_ASKED, _SAID, tools="get_weather")),
    ("T001", "E", _with_tools({"type": "function"})),
    ("T001", "E", _with_tools({"type": "retrieval", "function": WEATHER["function"]})),
    ("T002", "E", _with_tools(_tool(name="get weather"))),
    ("T002", "E", _with_tools(_tool(name="查天气"))),
    (
        "T002",
        "E",
        _with_tools(
            {
                "type": "function",
                "function": {"description": "No name.", "parameters": {"type": "object", "properties": {}}},
            }
        ),
    ),
    ("T002", "E", _with_tools(_tool(name="a" * 65))),
    ("T003", "E", tool_row() | {"tools": [WEATHER, WEATHER]}),
    ("T004", "E", _with_tools(*(_tool(name=f"tool_{n}") for n in range(129)))),
    ("T005", "E", _with_tools(_tool(parameters="city"))),
    ("T005", "E", _with_tools(_tool(parameters={"type": "strin"}))),
    ("T005", "E", _with_tools(_tool(parameters={"type": "object", "properties": {"city": {"type": "text"}}}))),
    ("T005", "E", _with_tools(_tool(parameters={"type": "object", "properties": [], "required": "city"}))),
    ("T005", "E", _with_tools(_tool(strict=True, parameters=_LOOSE))),
    ("T007", "E", tool_row(_ASKED, {"role": "assistant", "tool_calls": []})),
    ("T007", "E", tool_row(_ASKED, {"role": "assistant", "content": "One moment.", "tool_calls": {}})),
    ("T007", "E", tool_row({**_ASKED, "tool_calls": [call()]}, _SAID)),
    (
        "T008",
        "E",
        tool_row(
            _ASKED, calling({"type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}})
        ),
    ),
    (
        "T008",
        "E",
        tool_row(
            _ASKED,
            calling({"id": "call_1", "function": {"name": "get_weather", "arguments": '{"city": "Oslo"}'}}),
            result(),
            _SAID,
        ),
    ),
    (
        "T008",
        "E",
        tool_row(
            _ASKED, calling({"id": "call_1", "type": "function", "function": {"arguments": "{}"}}), result(), _SAID
        ),
    ),
    ("T008", "E", tool_row(_ASKED, calling({"id": "call_1", "type": "function"}), result(), _SAID)),
    ("T009", "E", tool_row(_ASKED, calling(call(), call()), result(), _SAID)),
    (
        "T009",
        "E",
        tool_row(_ASKED, calling(), result(), _SAID, user("And tomorrow?"), calling(), result(), assistant("Milder.")),
    ),
    ("T010", "E", tool_row(_ASKED, calling(call(arguments={"city": "Oslo"})), result(), _SAID)),
    (
        "T010",
        "E",
        tool_row(
            _ASKED, calling({"id": "call_1", "type": "function", "function": {"name": "get_weather"}}), result(), _SAID
        ),
    ),
    ("T011", "E", tool_row(_ASKED, calling(call(arguments="{'city': 'Oslo'}")), result(), _SAID)),
    ("T011", "E", tool_row(_ASKED, calling(call(arguments='["Oslo"]')), result(), _SAID)),
    ("T011", "E", tool_row(_ASKED, calling(call(arguments="")), result(), _SAID)),
    ("T011", "E", tool_row(_ASKED, calling(call(arguments='{"city": "Oslo"')), result(), _SAID)),
    ("T012", "E", tool_row(_ASKED, calling(call(name="get_wether")), result(), _SAID)),
    ("T012", "E", turns(_ASKED, calling(), result(), _SAID)),
    ("T013", "E", tool_row(_ASKED, calling(call(arguments='{"day": 1}')), result(), _SAID)),
    ("T013", "E", tool_row(_ASKED, calling(call(arguments='{"city": 5}')), result(), _SAID)),
    ("T013", "E", tool_row(_ASKED, calling(call(arguments='{"city": "Oslo", "day": 99}')), result(), _SAID)),
    ("T013", "E", tool_row(_ASKED, calling(call(arguments='{"city": "Oslo", "unit": "C"}')), result(), _SAID)),
    ("T014", "E", tool_row(_ASKED, calling(), {"role": "tool", "content": "7 C"}, _SAID)),
    ("T014", "E", tool_row(_ASKED, calling(), result(), result("8 C"), _SAID)),
    ("T015", "E", tool_row(_ASKED, calling(), _SAID)),
    ("T015", "E", tool_row(_ASKED, calling(call(), call("call_2")), result(), _SAID)),
    ("T016", "E", tool_row(_ASKED, result(), _SAID)),
    (
        "T018",
        "W",
        turns(
            _ASKED,
            assistant(None, function_call={"name": "get_weather", "arguments": '{"city": "Oslo"}'}),
            {"role": "function", "name": "get_weather", "content": "7 C"},
            _SAID,
            functions=[_LEGACY],
        ),
    ),
    ("T019", "E", turns(_ASKED, assistant(None, function_call={"arguments": "{}"}), functions=[_LEGACY])),
    (
        "T019",
        "E",
        turns(
            _ASKED,
            assistant(None, function_call={"name": "get_weather", "arguments": {"city": "Oslo"}}),
            functions=[_LEGACY],
        ),
    ),
    ("T020", "W", tool_row(_ASKED, calling(), result("Wind 7 knots, gusts 12, cloud base low. " * 40), _SAID)),
]
"""For a chat file."""
