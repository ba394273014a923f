"""The page about leaving OpenAI says what the move itself says, in both languages."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import command_line
from storage.rows import DatasetFormat
from tests.handlers.blocks.samples import model
from tuning.asking import Question
from tuning.moving.code_lines import changed_lines
from tuning.moving.prompts import prompts_of
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import AZURE, NEBIUS, OPENAI, TRAINER

DOCS = Path(__file__).parents[3] / "docs"
OLD = replace(model(), id="ft:gpt-4.1-mini-2025-04-14:acme:tone:abc123", provider="openai")
NEW = replace(model(), id="ft:smollm2-135m:tunesmith:tone:5e5745a8")


@pytest.mark.parametrize("page", ["leaving-openai.md", "leaving-openai.zh-CN.md"])
async def test_the_page_shows_the_two_lines_as_a_move_does(page):
    text = (DOCS / page).read_text()
    lines = changed_lines(OLD, Gateway(OPENAI, key="sk-secret"), NEW, Gateway(TRAINER))

    assert f"```diff\n{lines}\n```" in text
    assert OPENAI.base_url not in lines
    assert NEBIUS.base_url in text
    for name in ("--to", "--cap-usd", "--model", "--served", "--prompts", "--budget", "--from"):
        assert name in text


async def test_a_deployment_is_asked_by_its_name_with_the_key_left_to_the_environment():
    address = "https://acme.openai.azure.com/openai/v1"
    deployed = replace(NEW, served_as="our-deployment")

    lines = changed_lines(OLD, None, deployed, Gateway(AZURE, base_url=address, key="k-secret")).splitlines()

    assert lines[1] == f'+ client = OpenAI(base_url="{address}", api_key=os.environ["AZURE_OPENAI_API_KEY"])'
    assert lines[3] == '+ model="our-deployment"'


def test_every_option_that_the_page_names_exists():
    (command,) = command_line(["migrate"]).registered_commands
    assert command.callback is not None
    assert {"source", "target", "model", "cap_usd", "prompts", "budget", "served", "accept_terms"} <= set(
        command.callback.__annotations__
    )


def test_prompts_are_read_out_of_rows_and_plain_lines_each_once_and_without_their_answers(tmp_path):
    asked = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi?"}]
    lines = [
        json.dumps({"messages": [*asked, {"role": "assistant", "content": "Hello."}]}),
        '{"prompt": "Hi?", "completion": "Hello."}',
        "  Hi?  ",
        '"Hi?"',
        "",
        '{"messages": [{"role": "assistant", "content": "Alone."}]}',
        '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
        '{"other": 1}',
        "3",
    ]
    path = tmp_path / "prompts"
    path.write_text("\ufeff" + "\n".join(lines))

    assert [question.messages for question in prompts_of(path, OLD)] == [
        asked,
        [{"role": "user", "content": "Hi?"}],
    ]
    pairs = replace(OLD, format=DatasetFormat.PROMPT_COMPLETION, prompt_separator=" ->", completion_stop=" END")
    assert prompts_of(path, pairs) == [Question(prompt="Hi? ->", stop=" END")]
