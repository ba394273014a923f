"""Ada's models at OpenAI stop. She moves one whose training file is there, and one whose file is gone."""

import json

import pytest

from tests.scenarios.conftest import bot_settings
from tests.scenarios.watching import shown
from tests.tuning.moving.conftest import OLD, OldHost, jsonl
from tests.tuning.scripted_host import served

LOST = OLD.replace("tone", "lost")


@pytest.fixture(name="closing")
async def _closing():
    host = OldHost()
    host.jobs.append(
        host.jobs[0] | {"id": "ftjob-lost", "fine_tuned_model": LOST, "training_file": "file-lost", "method": None}
    )
    host.models.append({"id": LOST, "created": 1_790_000_001})
    host.answer = lambda body: f"Well, {body['messages'][-1]['content']}"
    async with served(host.app()) as host.base_url:
        yield host


@pytest.fixture(name="settings")
def _settings(workspace, trainer_url, closing, tmp_path):
    ada = workspace.person("ada").user.id
    old = {"further_providers": ("openai",), "openai_url": closing.base_url, "openai_key": "sk-1"}
    return bot_settings(workspace, trainer_url, tmp_path, admins=(ada,), **old)


async def press(person, dm, message, action_id, words):
    """Press the button of the row that shows the words, which may stand in the block before it."""
    texts = [json.dumps(block, ensure_ascii=False) for block in message.blocks]
    at = next(index for index, text in enumerate(texts) if words in text)
    block = next(one for one in message.blocks[at:] if f'"{action_id}' in json.dumps(one))
    await person.click(message.ts, dm, action_id, block_id=block["block_id"])


async def import_job(ada, eyes, dm, job_id):
    """Take a job of the account into the team; the first message of its thread."""
    await ada.command(dm, "/finetune", "jobs all openai")
    await press(ada, dm, await eyes.ephemeral(dm, job_id), "account.import_job", job_id)
    root = await eyes.message(dm, "follows the job", job_id)
    await eyes.reply(dm, root.ts, "✅")
    return root.ts


async def begin(ada, eyes, dm, name):
    """Press Move in a model's row, and then the way to the trainer."""
    await ada.command(dm, "/finetune", "models")
    listed = await eyes.ephemeral(dm, "models stop on 2027-01-14", "Plan the move", name)
    await press(ada, dm, listed, "models.move", name)
    ways = await eyes.ephemeral(dm, f"*{name}* · stops on 2027-01-14", "no end announced", "docs/leaving-openai.md")
    await ada.click(ways.ts, dm, "moves.begin.trainer")


async def test_two_models_of_a_provider_that_closes_are_moved_from_their_rows(workspace, watch, dm, closing):
    ada, eyes = workspace.person("ada"), watch("ada")
    kept, lost = [await import_job(ada, eyes, dm, job_id) for job_id in ("ftjob-old", "ftjob-lost")]

    await begin(ada, eyes, dm, "tone-123def")
    await eyes.reply(dm, kept, "tone-123def.jsonl", "20")
    done = await eyes.reply(dm, kept, "tone-123def: moved", "Well, Question number")
    assert f'- model="{OLD}"' in shown(done).replace("\\", "")

    await begin(ada, eyes, dm, "lost-123def")
    gone = await eyes.reply(dm, lost, "The training file of *lost-123def* is gone at OpenAI")
    prompts = jsonl({"prompt": f"What of number {number}?"} for number in range(11))
    dropped = await ada.share_file(dm, "prompts.jsonl", prompts)
    await eyes.reply(dm, dropped.ts, "*Not ready: 2 things")
    await ada.click(gone.ts, dm, "moves.offer")
    form = await eyes.form()
    assert "OpenAI's terms for businesses" in json.dumps(form.definition)
    asked_before = len(closing.asked)
    errors = await ada.submit_view(form.id, {"budget": {"budget": "5"}})
    assert (list(errors), len(closing.asked)) == (["terms"], asked_before)
    assert await ada.submit_view(form.id, {"terms": {"terms": ["accepted"]}}) == {}
    await eyes.reply(dm, lost, "lost-123def-answers.jsonl")
    await eyes.reply(dm, lost, "lost-123def: moved")
    await eyes.reply(dm, lost, "11 prompts asked", "spent")
