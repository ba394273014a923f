"""Tools in training files and in conversations: the model sees them as text, the client as OpenAI's objects."""

import json
from typing import Any

import pytest
from openai import OpenAI

from tests.trainer.driving import jsonl, supervised, trained
from trainer.engine.tools import Call, plain_messages, read_calls

TOOL = {
    "type": "function",
    "function": {"name": "weather", "description": "Today's", "parameters": {"type": "object", "properties": {}}},
}


def call(city: str) -> dict[str, Any]:
    function = {"name": "weather", "arguments": json.dumps({"city": city})}
    return {"id": "call_1", "type": "function", "function": function}


ASKED = [{"role": "user", "content": "Rain?"}]
ROW = {"messages": [*ASKED, {"role": "assistant", "tool_calls": [call("Oslo")]}], "tools": [TOOL]}


@pytest.fixture(scope="module")
def caller(tiny_trainer: Any) -> str:
    """A model that has learned to call the tool, whatever it is asked."""
    with tiny_trainer.client() as client:
        job = trained(client, jsonl([ROW] * 10), method=supervised(n_epochs=8, batch_size=2), seed=1)
        assert job.status == "succeeded", job.error
        return job.fine_tuned_model


def test_a_model_that_learned_to_call_answers_with_calls(client: OpenAI, caller: str) -> None:
    answer = client.chat.completions.create(model=caller, messages=ASKED, tools=[TOOL], max_tokens=120)
    choice = answer.choices[0]
    assert (choice.finish_reason, choice.message.content) == ("tool_calls", None)
    assert choice.message.tool_calls[0].function.name == "weather"
    assert json.loads(choice.message.tool_calls[0].function.arguments) == {"city": "Oslo"}
    result = {"role": "tool", "tool_call_id": choice.message.tool_calls[0].id, "content": "Wet."}
    said = choice.message.model_dump(exclude_none=True)
    assert client.chat.completions.create(
        model=caller, messages=[*ASKED, said, result], tools=[TOOL], max_tokens=4
    ).choices


def test_a_streamed_call_comes_whole_at_the_end_and_never_as_text(client: OpenAI, caller: str) -> None:
    with client.chat.completions.stream(model=caller, messages=ASKED, tools=[TOOL], max_tokens=120) as stream:
        events = list(stream)
    final = stream.get_final_completion().choices[0]
    assert not any(event.type == "content.delta" and event.delta for event in events)
    assert final.finish_reason == "tool_calls"
    assert json.loads(final.message.tool_calls[0].function.arguments) == {"city": "Oslo"}


def test_without_tools_a_call_is_only_text(client: OpenAI, caller: str) -> None:
    for options in ({}, {"tools": [TOOL], "tool_choice": "none"}):
        choice = client.chat.completions.create(model=caller, messages=ASKED, max_tokens=5, **options).choices[0]
        assert choice.message.tool_calls is None


OTHER = {"type": "function", "function": {"name": "tides"}}


@pytest.mark.parametrize(
    ("tool_choice", "names"),
    [("required", {"weather", "tides"}), ({"type": "function", "function": {"name": "tides"}}, {"tides"})],
    ids=["any", "one by name"],
)
@pytest.mark.parametrize("how", ["whole", "streamed"])
def test_a_forced_call_is_made_even_by_a_model_that_never_learned_to(
    client: OpenAI, caller: str, tool_choice: Any, names: set[str], how: str
) -> None:
    options = {
        "tools": [TOOL, OTHER],
        "tool_choice": tool_choice,
        "max_tokens": 200,
        "model": caller,
        "messages": ASKED,
    }
    if how == "streamed":
        with client.chat.completions.stream(**options) as stream:
            stream.until_done()
        choice = stream.get_final_completion().choices[0]
    else:
        choice = client.chat.completions.create(**options).choices[0]
    (made,) = choice.message.tool_calls
    assert made.function.name in names
    assert isinstance(json.loads(made.function.arguments), dict)
    assert choice.finish_reason == "tool_calls"


def test_in_json_mode_the_answer_is_one_object_and_ends_with_it(client: OpenAI, caller: str) -> None:
    asked = [{"role": "user", "content": "Rain? As JSON."}]
    options = {"response_format": {"type": "json_object"}, "max_tokens": 200, "messages": asked}
    choice = client.chat.completions.create(model=caller, **options).choices[0]
    assert choice.finish_reason == "stop"
    assert isinstance(json.loads(choice.message.content), dict)


def test_tools_stand_in_the_system_message_or_in_one_of_their_own() -> None:
    alone = plain_messages(ASKED, [TOOL])
    assert [message["role"] for message in alone] == ["system", "user"]
    assert '"name": "weather"' in alone[0]["content"]
    joined = plain_messages([{"role": "developer", "content": "Be dry."}, *ASKED], [TOOL])
    assert joined[0]["content"].startswith("Be dry.\n\nYou may call these functions:")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ('Hm. <tool_call>{"name": "f", "arguments": {"a": 1}}</tool_call>', ("Hm.", [Call("f", '{"a": 1}')])),
        ('<tool_call>{"name": "f"}', ("", [Call("f", "{}")])),
        ("<tool_call>oops</tool_call>", ("<tool_call>oops</tool_call>", [])),
        ("<tool_call>[1]</tool_call>", ("<tool_call>[1]</tool_call>", [])),
        ("No.", ("No.", [])),
    ],
)
def test_what_looks_like_a_call_and_is_none_stays_text(answer: str, expected: tuple[str, list[Call]]) -> None:
    assert read_calls(answer) == expected


def test_calls_are_written_as_they_are_read() -> None:
    written = plain_messages([{"role": "assistant", "content": "Sure.", "tool_calls": [call("Oslo"), call("Rome")]}])
    text, calls = read_calls(written[0]["content"])
    assert text == "Sure."
    assert [json.loads(one.arguments)["city"] for one in calls] == ["Oslo", "Rome"]
