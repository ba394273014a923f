import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import openai
import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, chat_rows, jsonl, trained

HELLO = [{"role": "user", "content": "Hello"}]


def test_a_stream_says_what_the_whole_answer_says(client: OpenAI) -> None:
    ask = client.chat.completions.create
    whole = ask(model="tiny-random", messages=HELLO, max_tokens=12)
    chunks = list(
        ask(model="tiny-random", messages=HELLO, max_tokens=12, stream=True, stream_options={"include_usage": True})
    )
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert streamed == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_text_completion_streams_as_well(client: OpenAI, tiny_trainer: RunningTrainer) -> None:
    whole = client.completions.create(model="tiny-random", prompt="Once", max_tokens=8)
    # The client's type for a chunk has no null finish_reason, although OpenAI sends it: so validation is left out.
    with OpenAI(base_url=tiny_trainer.url, api_key="any") as lenient:
        chunks = list(lenient.completions.create(model="tiny-random", prompt="Once", max_tokens=8, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "length"]
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (4, 8)


def test_without_a_temperature_the_answer_is_always_the_same(client: OpenAI) -> None:
    answers = {
        client.completions.create(model="tiny-random", prompt="Once", max_tokens=10).choices[0].text for _ in range(3)
    }
    assert len(answers) == 1


def test_a_seed_repeats_what_chance_chose_and_another_seed_does_not(client: OpenAI) -> None:
    def sampled(seed: int) -> str:
        answer = client.completions.create(
            model="tiny-random", prompt="Once", max_tokens=20, temperature=1.5, seed=seed
        )
        return answer.choices[0].text

    assert sampled(1) == sampled(1) != sampled(2)


def test_the_smallest_nucleus_is_the_greedy_answer(client: OpenAI) -> None:
    ask = client.completions.create
    greedy = ask(model="tiny-random", prompt="Once", max_tokens=10)
    nucleus = ask(model="tiny-random", prompt="Once", max_tokens=10, temperature=1, top_p=1e-9)
    assert nucleus.choices[0].text == greedy.choices[0].text


def test_several_answers_have_a_seed_each_and_come_whole_or_streamed(client: OpenAI) -> None:
    ask = partial(client.chat.completions.create, model="tiny-random", messages=HELLO, max_tokens=6, temperature=1.5)
    whole = ask(n=3, seed=5)
    assert [choice.index for choice in whole.choices] == [0, 1, 2]
    texts = [choice.message.content for choice in whole.choices]
    assert len(set(texts)) == 3
    assert texts[1] == ask(seed=6).choices[0].message.content
    assert whole.usage.completion_tokens == 18
    streamed = ["", "", ""]
    for chunk in ask(n=3, seed=5, stream=True):
        streamed[chunk.choices[0].index] += chunk.choices[0].delta.content or ""
    assert streamed == texts


def test_log_probabilities_name_each_token_and_the_likeliest_in_its_place(client: OpenAI) -> None:
    ask = partial(client.chat.completions.create, model="tiny-random", messages=HELLO, max_tokens=4)
    told = ask(logprobs=True, top_logprobs=3).choices[0].logprobs.content
    assert [len(one.top_logprobs) for one in told] == [3] * 4
    assert all(one.logprob == one.top_logprobs[0].logprob < 0 for one in told)
    assert bytes(value for one in told for value in one.bytes).decode("utf-8", "replace") == (
        ask().choices[0].message.content
    )
    chunks = [chunk.choices[0].logprobs for chunk in ask(logprobs=True, stream=True)]
    assert [one.logprob for chunk in chunks if chunk for one in chunk.content] == [one.logprob for one in told]
    assert ask().choices[0].logprobs is None


def test_text_completions_tell_log_probabilities_in_their_older_form(client: OpenAI) -> None:
    ask = partial(client.completions.create, model="tiny-random", max_tokens=3)
    choices = ask(prompt=["Once", "Twice"], logprobs=2).choices
    assert [choice.index for choice in choices] == [0, 1]
    told = choices[0].logprobs
    assert (len(told.tokens), len(told.token_logprobs), [len(top) for top in told.top_logprobs]) == (3, 3, [2, 2, 2])
    assert told.text_offset[0] == 0
    assert choices[1].text == ask(prompt="Twice").choices[0].text


def test_more_answers_than_one_request_may_have_are_refused(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="9 prompts with 2 answers each") as refused:
        client.completions.create(model="tiny-random", prompt=["a"] * 9, n=2)
    assert refused.value.param == "n"


def test_a_bias_forbids_a_token(client: OpenAI) -> None:
    ask = partial(client.completions.create, model="tiny-random", prompt="Once", max_tokens=1, logprobs=0)
    first = ask().choices[0].logprobs.token_logprobs
    assert ask(logit_bias={str(token): -100 for token in range(128)}).choices[0].logprobs.token_logprobs != first


def test_an_answer_ends_before_a_stop_sequence(client: OpenAI) -> None:
    job = trained(client, jsonl(chat_rows(12, answer="one two three")), hyperparameters={"n_epochs": 20})
    messages = chat_rows(1)[0]["messages"][:2]
    whole = client.chat.completions.create(model=job.fine_tuned_model, messages=messages).choices[0]
    cut = client.chat.completions.create(model=job.fine_tuned_model, messages=messages, stop=["two", "never"]).choices[
        0
    ]
    assert (whole.message.content, whole.finish_reason) == ("one two three", "stop")
    assert (cut.message.content, cut.finish_reason) == ("one ", "stop")


def test_a_limit_ends_an_answer_for_its_length(client: OpenAI) -> None:
    for limit in ({"max_tokens": 3}, {"max_completion_tokens": 3}):
        answer = client.chat.completions.create(model="tiny-random", messages=HELLO, **limit)
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens == 3


def test_answers_at_the_same_time_are_not_mixed_up(client: OpenAI) -> None:
    def ask(prompt: str) -> str:
        return client.completions.create(model="tiny-random", prompt=prompt, max_tokens=15).choices[0].text

    prompts = [f"Prompt number {number}" for number in range(32)]
    with ThreadPoolExecutor(32) as threads:
        together = list(threads.map(ask, prompts))
    assert together == [ask(prompt) for prompt in prompts]


def test_a_conversation_may_carry_text_parts_and_developer_messages(client: OpenAI) -> None:
    ask = client.chat.completions.create
    plain = ask(model="tiny-random", messages=[{"role": "system", "content": "Dry."}, *HELLO], max_tokens=5)
    parts = [
        {"role": "developer", "content": "Dry."},
        {"role": "user", "content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]},
    ]
    assert ask(model="tiny-random", messages=parts, max_tokens=5).choices == plain.choices


@pytest.mark.parametrize(
    ("arguments", "param"),
    [
        pytest.param({"n": 17}, "n", id="too many answers"),
        pytest.param({"temperature": 3}, "temperature", id="too hot"),
        pytest.param({"presence_penalty": 3}, "presence_penalty", id="penalty"),
        pytest.param({"logit_bias": {"260": 1}}, "logit_bias", id="a token that does not exist"),
        pytest.param({"tool_choice": "required"}, "tool_choice", id="a forced call without tools"),
        pytest.param({"tool_choice": "any"}, "tool_choice", id="an unknown choice"),
        pytest.param({"response_format": {"type": "json_object"}}, "messages", id="JSON that nobody asked for"),
        pytest.param({"response_format": {"type": "json_schema"}}, "response_format.type", id="a schema"),
        pytest.param({"tools": []}, "tools", id="tools"),
        pytest.param({"messages": []}, "messages", id="no messages"),
        pytest.param({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", id="content"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(client: OpenAI, arguments: dict[str, object], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(**{"model": "tiny-random", "messages": HELLO, **arguments})
    assert refused.value.param == param


def test_a_prompt_longer_than_the_context_is_refused_with_both_numbers(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"1024 tokens.*2000 in the prompt") as refused:
        client.completions.create(model="tiny-random", prompt="x" * 2000)
    assert refused.value.code == "context_length_exceeded"


def test_an_answer_without_a_limit_fits_into_what_is_left_of_the_context(client: OpenAI) -> None:
    answer = client.completions.create(model="tiny-random", prompt="x" * 1020)
    assert answer.usage.total_tokens == 1024


def test_an_unknown_model_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.chat.completions.create(model="ft:tiny-random:tunesmith::nowhere", messages=HELLO)
    assert refused.value.code == "model_not_found"


def test_tokens_are_counted_as_training_counts_them(client: OpenAI) -> None:
    chat = {"messages": [{"role": "user", "content": "ab"}, {"role": "assistant", "content": "xyz"}]}
    muted = {"messages": [*chat["messages"], {"role": "assistant", "content": "no", "weight": 0}]}
    text = {"prompt": "ab", "completion": "é"}
    body = {"model": "tiny-random", "examples": [chat, muted, text]}
    counted = client.post("/token_counts", body=json.loads(json.dumps(body)), cast_to=dict[str, object])
    one_turn = len("user\nab\n") + 2 + len("assistant\nxyz") + 2
    assert counted == {
        "object": "token_counts",
        "tokens": [one_turn, one_turn + len("\nassistant\nno") + 2, 2 + 2 + 1],
        "trained_tokens": [4, 4, 3],
    }
