"""An administrator looks through the provider's account and takes a job and a model of it into the team."""

import json

import pytest

from tests.scenarios.conftest import bot_settings
from tests.scenarios.watching import shown
from tests.tuning.scripted_host import ScriptedHost, served

TUNED = "ft:gpt-4.1-mini-2025-04-14:us:tone:abc123"


@pytest.fixture(name="account")
async def _account():
    """OpenAI as far as it is needed: 17 jobs, of which one has made a model."""
    host = ScriptedHost()
    host.jobs = [
        {"id": f"ftjob-{number:02}", "model": "gpt-4.1-mini-2025-04-14", "status": "running"} for number in range(17)
    ]
    host.jobs[16] |= {"status": "succeeded", "fine_tuned_model": TUNED, "created_at": 1_790_000_000}
    host.models = [
        {"id": "gpt-4.1-mini-2025-04-14", "shutdown_date": "2099-01-14"},
        {"id": TUNED, "created": 1_790_000_000},
    ]
    async with served(host.app()) as host.base_url:
        yield host


@pytest.fixture(name="settings")
def _settings(workspace, account, tmp_path):
    ada = workspace.person("ada").user.id
    return bot_settings(
        workspace, account.base_url, tmp_path, provider="openai", given_provider_key="sk-1", admins=(ada,)
    )


async def test_an_administrator_turns_pages_and_imports(workspace, watch, dm, account):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.command(dm, "/finetune", "jobs all")
    page = await eyes.ephemeral(dm, "every fine-tuning job in the account", "ftjob-16", "ftjob-02")
    assert "ftjob-01" not in shown(page)
    await ada.click(page.ts, dm, "account.jobs.next")
    second = await eyes.ephemeral(dm, "ftjob-01", "ftjob-00")
    await ada.click(second.ts, dm, "account.jobs.previous")
    first = await eyes.ephemeral(dm, "ftjob-16", "ftjob-02")

    await ada.click(first.ts, dm, "account.import_job", "openai ftjob-16")
    root = await eyes.message(dm, "follows the job", "ftjob-16")
    await eyes.reply(dm, root.ts, "✅ *tone-abc123*", TUNED)
    asked = await ada.post(dm, "Hi?", thread_ts=root.ts)
    await eyes.sees(
        lambda: [one for one in ada.replies(dm, root.ts) if one.ts > asked.ts and "An answer." in shown(one)]
    )

    await ada.command(dm, "/finetune", "models")
    listed = await eyes.ephemeral(dm, "Your model stops on 2099-01-14", "the provider says so of its base")
    assert "New OpenAI jobs end 2027-01-06" in shown(listed)
    await ada.click(listed.ts, dm, "models.plan")
    await eyes.ephemeral(dm, "One model has to move", "Its training file is fetched", "no provider that is set up")
    await ada.click(listed.ts, dm, "account.models")
    await eyes.ephemeral(dm, "one tuned model in the account", "your team knows it as `tone-abc123`")
    await ada.command(dm, "/finetune", "models gpt-3.5-turbo")
    await eyes.ephemeral(dm, "It was shut down on 2026-10-23", "cl100k_base", "16,385 tokens")


async def test_nobody_else_sees_the_account(workspace, watch, bot, account):
    lin, eyes = workspace.person("lin"), watch("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)

    await lin.command(dm, "/finetune", "任务 全部")
    refused = await eyes.ephemeral(dm, "TUNESMITH_ADMINS")

    assert "ftjob" not in json.dumps(refused.blocks)
    assert "GET /fine_tuning/jobs" not in account.calls
