"""A provider that takes the upload and then refuses the job, as OpenAI does with organisations it no longer serves."""

import json
from pathlib import Path

import pytest

from tests.scenarios.conftest import bot_settings
from tests.tuning.misbehaviour import refusal
from tests.tuning.scripted_host import ScriptedHost, served

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


@pytest.fixture(name="closed")
async def _closed():
    host = ScriptedHost()
    host.then("POST /fine_tuning/jobs", refusal(403, "training_not_available", "OpenAI is winding down fine-tuning"))
    async with served(host.app()) as host.base_url:
        yield host


@pytest.fixture(name="settings")
def _settings(workspace, trainer_url, closed, tmp_path):
    return bot_settings(
        workspace,
        closed.base_url,
        tmp_path,
        provider="openai",
        given_provider_key="sk-1",
        further_providers=("trainer",),
        TUNESMITH_TRAINER_URL=trainer_url,
    )


async def test_the_same_settings_are_offered_at_another_provider(workspace, watch, dm, closed):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(dm, "marv.jsonl", MARV)
    report = await eyes.reply(dm, dropped.ts, "gpt-4.1-mini", "`tiny-random`")
    await ada.click(report.ts, dm, "jobs.start")
    assert await ada.submit_view((await eyes.form()).id, {"n_epochs": {"jobs.changed.n_epochs": "2"}}) == {}

    card = await eyes.reply(dm, dropped.ts, "OpenAI no longer lets this organisation train", "jobs.elsewhere.trainer")
    await ada.click(card.ts, dm, "jobs.elsewhere.trainer")
    form = await eyes.form()

    shown = {block["block_id"]: block.get("element", block) for block in form.definition["blocks"]}
    assert shown["model"]["initial_option"]["value"] == "trainer:tiny-random"
    assert shown["n_epochs"]["initial_value"] == "2"
    assert "isn't offered there" in json.dumps(form.definition)
    assert closed.calls.count("POST /fine_tuning/jobs") == 1
    assert await ada.submit_view(form.id) == {}
    await eyes.reply(dm, dropped.ts, "*marv-2*", "Tunesmith Trainer")
