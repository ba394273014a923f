"""What is kept of people's files, and how they get rid of it."""

from pathlib import Path

import pytest

from tests.scenarios.watching import shown

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


@pytest.fixture(name="dropped")
async def _dropped(workspace, watch, channel_id):
    """Ada's message with a file, answered by its report."""
    dropped = await workspace.person("ada").share_file(channel_id, "marv.jsonl", MARV)
    await watch("ada").reply(channel_id, dropped.ts, "jobs.start")
    return dropped


def _stored(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


async def test_a_dataset_is_listed_deleted_after_a_question_and_its_report_taken_back(
    workspace, watch, channel_id, dropped, tmp_path
):
    ada, eyes = workspace.person("ada"), watch("ada")
    assert len(_stored(tmp_path)) == 1
    await ada.command(channel_id, "/finetune", "datasets")
    listed = await eyes.ephemeral(channel_id, "*Your 1 dataset*", "marv.jsonl", "64 examples", "datasets.delete")
    await ada.click(listed.ts, channel_id, "datasets.delete")
    question = await eyes.ephemeral(channel_id, "Delete *marv*", "What stays is in Slack")
    await ada.click(question.ts, channel_id, "datasets.delete.yes")

    await eyes.ephemeral(channel_id, "*marv* is deleted: my copy, 1 version")
    report = await eyes.reply(channel_id, dropped.ts, "that stood here was deleted on")
    assert "jobs.start" not in shown(report)
    assert _stored(tmp_path) == []
    await ada.command(channel_id, "/finetune", "datasets")
    await eyes.ephemeral(channel_id, "No datasets yet")


async def test_others_see_it_and_cannot_delete_it(workspace, watch, channel_id, dropped):
    bo, eyes = workspace.person("bo"), watch("bo")
    await bo.command(channel_id, "/finetune", "datasets")
    listed = await eyes.ephemeral(channel_id, "*1 dataset of others*", "marv.jsonl")
    assert "datasets.delete" not in shown(listed)
    await bo.command(channel_id, "/finetune", "datasets delete marv")

    await eyes.ephemeral(channel_id, "or an administrator can delete it")


async def test_a_file_deleted_in_slack_makes_the_bot_ask_its_owner_once(
    workspace, watch, channel_id, dropped, tmp_path
):
    ada, eyes = workspace.person("ada"), watch("ada")
    [file_id] = dropped.file_ids
    await ada.delete_file(file_id)
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    question = await eyes.message(dm, "was deleted in Slack", "datasets.delete.yes")
    await ada.delete(channel_id, dropped.ts)
    await ada.click(question.ts, dm, "datasets.delete.yes")

    await eyes.message(dm, "*marv* is deleted")
    assert _stored(tmp_path) == []
    assert [shown(message) for message in ada.messages(dm) if "was deleted in Slack" in shown(message)] == []


async def test_a_message_deleted_with_its_file_makes_the_bot_ask_and_no_keeps_it(
    workspace, watch, channel_id, dropped, tmp_path
):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.delete(channel_id, dropped.ts)
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    question = await eyes.message(dm, "was deleted in Slack", "datasets.delete.no")
    await ada.click(question.ts, dm, "datasets.delete.no")

    await eyes.message(dm, "*marv* stays as it is")
    assert len(_stored(tmp_path)) == 1


async def test_in_chinese_too(workspace, watch, bot):
    lin, eyes = workspace.person("lin"), watch("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)
    dropped = await lin.share_file(dm, "marv.jsonl", MARV)
    await eyes.reply(dm, dropped.ts, "jobs.start")
    await lin.command(dm, "/finetune", "数据集")
    await eyes.ephemeral(dm, "*你的 1 个数据集*", "可以训练")
    await lin.command(dm, "/finetune", "数据集 删除 marv")
    question = await eyes.ephemeral(dm, "永久删除", "服务商那里的文件")
    await lin.click(question.ts, dm, "datasets.delete.yes")

    await eyes.ephemeral(dm, "已删除 *marv*")
