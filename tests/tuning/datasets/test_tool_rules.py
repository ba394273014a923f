"""Each rule on tools: a defect planted in a good file of English, Chinese and tool calls, and a near miss."""

import json

import pytest

from tests.tuning.datasets.planting import TOOL, calling, chat, gained, good_rows, only, planted, said, told

ASKED = said("user", "Is a room free near the lake?")
ANSWER = said("assistant", "Yes, room 12 is free from Monday on.")
OLD = {"role": "assistant", "content": None, "function_call": {"name": "find_room", "arguments": '{"guests": 2}'}}
OLD_RESULT = {"role": "function", "name": "find_room", "content": '{"room": 12}'}
OLD_TOOL = {**TOOL["function"], "description": "Looks for a free room."}


def tool(**changes):
    return {"type": "function", "function": {**TOOL["function"], **changes}}


def row(*messages, tools=(TOOL,), **more):
    return chat(ASKED, *messages, tools=list(tools), **more)


def called(call, *more):
    """A row whose call is changed."""
    return row({"role": "assistant", "content": None, "tool_calls": call if isinstance(call, list) else [call]}, *more)


CALL = calling()["tool_calls"][0]
GOOD = row(calling(), told(), ANSWER)
STRICT = {"type": "object", "properties": {"guests": {"type": "integer"}}, "required": ["guests"]}
OTHER = tool(name="find_table")
WITH_OTHER = row(calling(name="find_table", arguments='{"guests": 3}'), told(), ANSWER, tools=[TOOL, OTHER])

CASES = [
    ("T001", row(calling(), told(), ANSWER, tools=[TOOL, "find_table"]), GOOD),
    ("T001", row(calling(), told(), ANSWER, tools=[TOOL, {"type": "tool", "function": OTHER["function"]}]), GOOD),
    ("T001", chat(ASKED, ANSWER, tools={"find_room": 1}), chat(ASKED, ANSWER, tools=[])),
    ("T002", row(calling(name="find room"), told(), ANSWER, tools=[tool(name="find room")]), GOOD),
    ("T002", row(ANSWER, tools=[tool(name=None)]), row(ANSWER)),
    ("T003", row(calling(), told(), ANSWER, tools=[TOOL, TOOL]), WITH_OTHER),
    ("T005", row(ANSWER, tools=[tool(parameters={"type": "objekt"})]), row(ANSWER)),
    ("T005", row(ANSWER, tools=[tool(parameters=[])]), row(ANSWER)),
    ("T005", row(ANSWER, tools=[tool(parameters=STRICT, strict=True)]), row(ANSWER, tools=[tool(strict=False)])),
    ("T005", row(ANSWER, tools=[tool(parameters={**STRICT, "required": [], "additionalProperties": False}, strict=True)]), row(ANSWER)),
    ("T007", row({**ANSWER, "tool_calls": []}), row({**ANSWER, "tool_calls": None})),
    ("T007", row({**ANSWER, "tool_calls": {"id": "call_1"}}), GOOD),
    ("T007", chat({**ASKED, "tool_calls": [CALL]}, ANSWER, tools=[TOOL]), GOOD),
    ("T008", called({key: CALL[key] for key in ("type", "function")}), called(CALL)),
    ("T008", called({**CALL, "type": "tool"}), called(CALL)),
    ("T008", called({**CALL, "function": {"arguments": "{}"}}), called(CALL)),
    ("T008", called(["find_room"]), called(CALL)),
    ("T009", called([CALL, CALL], told(), ANSWER), called([CALL, {**CALL, "id": "call_2"}], told(), told(call_id="call_2"), ANSWER)),
    ("T010", row(calling(arguments={"guests": 2}), told(), ANSWER), GOOD),
    ("T011", row(calling(arguments="{'guests': 2}"), told(), ANSWER), GOOD),
    ("T011", row(calling(arguments="[2]"), told(), ANSWER), GOOD),
    ("T012", row(calling(name="find_rooms"), told(), ANSWER), GOOD),
    ("T012", chat(ASKED, calling(), told(), ANSWER), GOOD),
    ("T013", row(calling(arguments='{"guests": "two"}'), told(), ANSWER), GOOD),
    ("T013", row(calling(arguments='{"kind": "single"}'), told(), ANSWER), row(calling(arguments='{"guests": 1, "kind": "single"}'), told(), ANSWER)),
    ("T014", row(calling(), {"role": "tool", "content": "{}"}), row(calling(), told())),
    ("T014", row(calling(), told(), told(call_id="call_9"), ANSWER), GOOD),
    ("T014", row(calling(), told(), told(), ANSWER), GOOD),
    ("T015", row(calling(), said("user", "And?"), ANSWER), row(calling())),
    ("T015", called([CALL, {**CALL, "id": "call_2"}], told(), ANSWER), GOOD),
    ("T016", row(told(), ANSWER), GOOD),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wrong", "near_miss"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_defect_of_a_row_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    beside = {"T006", "T017", "C015", "Q012", "T012" if code == "T008" else ""}
    assert {one for one in planted(wrong) if one[0] not in beside} == {(code, 21)}
    assert {found for found, _ in planted(near_miss)} <= {"C015", "T006", "T017"}


OLD_CASES = [
    ("T018", chat(ASKED, OLD, OLD_RESULT, ANSWER, functions=[OLD_TOOL]), GOOD),
    ("T019", chat(ASKED, {**OLD, "function_call": {"name": "find_room", "arguments": {}}}, OLD_RESULT, ANSWER, functions=[OLD_TOOL]), chat(ASKED, OLD, OLD_RESULT, ANSWER, functions=[OLD_TOOL])),
    ("T019", chat(ASKED, {**OLD, "tool_calls": [CALL]}, told(), ANSWER, tools=[TOOL]), GOOD),
    ("T019", chat(ASKED, OLD, {"role": "function", "content": "12"}, ANSWER, functions=[OLD_TOOL]), chat(ASKED, OLD, OLD_RESULT, ANSWER, functions=[OLD_TOOL])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "wrong", "near_miss"), OLD_CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(OLD_CASES)]
)
def test_the_older_form_of_calls_is_told_and_judged(code, wrong, near_miss) -> None:
    assert (code, 21) in planted(wrong)
    assert {found for found, _ in planted(wrong)} <= {code, "T018", "T006"}
    assert code not in {found for found, _ in planted(near_miss)}


def test_more_tools_than_a_request_may_have_are_an_error() -> None:
    many = [tool(name=f"tool_{n}") for n in range(129)]
    assert ("T004", 21) in planted(row(ANSWER, tools=many))
    assert "T004" not in {code for code, _ in planted(row(ANSWER, tools=many[1:]))}


def test_a_tool_with_two_schemas_and_one_without_description_are_named() -> None:
    varied = row(calling(), told(), ANSWER, tools=[tool(parameters={"type": "object"})])
    assert planted(varied) == {("T006", 21)}
    silent = row(
        calling(name="f", arguments="{}"), told(), ANSWER, tools=[{"type": "function", "function": {"name": "f"}}]
    )
    assert planted(silent) == {("T006", 21)}
    assert only([*good_rows(), silent], "T006").phrases == {"what": "tools.no_description"}
    assert ("T006", 1) in gained([varied, *good_rows()])  # The odd one out, though it comes first.
    assert planted(row(calling(), told(), ANSWER, tools=[tool(description="")])) == {("T006", 21)}
    assert planted(GOOD) == set()


def test_a_tool_that_no_row_calls_is_named() -> None:
    assert planted(row(calling(), told(), ANSWER, tools=[TOOL, OTHER])) == {("T017", 21)}
    assert planted(WITH_OTHER) == set()


def test_a_row_that_is_mostly_a_tools_answer_is_named() -> None:
    long = json.dumps({"rooms": [f"room {n}, quiet" for n in range(100)]})
    assert ("T020", 21) in planted(row(calling(), told(long), ANSWER))
    assert "T020" not in {code for code, _ in gained([*good_rows(), row(calling(), told(long[:200]), ANSWER)])}


def test_a_reference_to_the_network_and_a_pattern_that_runs_for_ever_are_not_tried() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x"}, "b": {"pattern": "^(a+)+$"}}}
    arguments = json.dumps({"a": 1, "b": "a" * 60 + "!"})
    assert planted(row(calling(arguments=arguments), told(), ANSWER, tools=[tool(parameters=schema)])) == {("T006", 21)}
    endless = {"$ref": "#"}
    assert planted(row(calling(), told(), ANSWER, tools=[tool(parameters=endless)])) == {("T006", 21)}


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [None], [3], [{}], [{"function": 3}], [{"id": [], "function": {"name": []}}]]
)
def test_whatever_stands_in_the_place_of_tools_or_calls_never_raises(value) -> None:
    planted(chat(ASKED, {**ANSWER, "tool_calls": value, "function_call": value}, tools=value, functions=value))
    planted(
        row(
            calling(),
            {"role": "tool", "tool_call_id": value, "content": value},
            tools=[tool(parameters=value, name=value)],
        )
    )
