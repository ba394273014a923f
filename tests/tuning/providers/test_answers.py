"""Answers of models, as they are streamed."""

import pytest

from tuning.errors import ModelNotReady, ProviderConfused, ProviderRefused


async def collected(stream):
    return [piece async for piece in stream]


async def test_an_answer_arrives_in_the_pieces_in_which_it_was_sent(gateway, host):
    messages = [{"role": "user", "content": "Hi"}]

    assert await collected(gateway.stream_chat("ft:smol", messages, temperature=0)) == ["An a", "nswe", "r."]
    assert host.asked[0]["messages"] == messages
    assert host.asked[0]["temperature"] == 0


async def test_a_completion_is_asked_with_its_stop(gateway, host):
    assert "".join(await collected(gateway.stream_completion("ft:smol", "Rain ->", stop=" END"))) == "An answer."
    assert (host.asked[0]["prompt"], host.asked[0]["stop"]) == ("Rain ->", " END")


async def test_a_model_that_is_not_served_yet_is_not_ready(gateway, host, answers):
    host.then("POST /chat/completions", answers.refusal(404, "model_not_found"))

    with pytest.raises(ModelNotReady, match="ft:smol"):
        await collected(gateway.stream_chat("ft:smol", []))


async def test_an_error_in_the_middle_of_an_answer_is_raised(gateway, host, answers):
    rows = ['{"choices": [{"delta": {"content": "Half"}}]}', '{"error": {"message": "Out of memory.", "code": null}}']
    host.then("POST /chat/completions", answers.server_sent(rows, is_endless=False))
    stream = gateway.stream_chat("ft:smol", [])

    assert await anext(stream) == "Half"
    with pytest.raises(ProviderRefused, match="Out of memory"):
        await anext(stream)


async def test_a_stream_that_is_a_web_page_is_called_what_it_is(gateway, host, answers):
    host.then("POST /chat/completions", answers.html)

    with pytest.raises(ProviderConfused):
        await collected(gateway.stream_chat("ft:smol", []))
