"""A newcomer's first minutes: what is said, and what each button of it does."""

import pytest

from tests.scenarios.watching import shown


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


async def test_where_the_bot_is_not_it_says_how_to_let_it_in(workspace, watch, bot):
    ada, bo = workspace.person("ada"), workspace.person("bo")
    channel_id = workspace.state.channel_named("fine-tuning").id
    await bo.command(channel_id, "/finetune")
    first = shown(await watch("bo").ephemeral(channel_id, "welcome.example"))
    between = await ada.open_dm(bo.user.id)
    await ada.command(between, "/finetune")
    private = shown(await watch("ada").ephemeral(between, "welcome.example"))

    assert "`/invite` and my name: <@" in first
    assert "Drop a" not in first
    assert "direct message between other people" in private


async def test_the_example_is_trained_on_by_the_way_of_any_file(workspace, watch, channel_id):
    ada, lin, eyes = workspace.person("ada"), workspace.person("lin"), watch("ada")
    greeting = await eyes.message(channel_id, "welcome.example", "A table (.csv, .xlsx)", "Check this file")
    await ada.click(greeting.ts, channel_id, "welcome.example")
    root = await eyes.message(channel_id, "tries the example", ada.user.id)
    report = await eyes.reply(channel_id, root.ts, "*Ready:*", "64 examples")
    await ada.click(report.ts, channel_id, "jobs.start")
    await ada.submit_view((await eyes.form()).id)
    await eyes.reply(channel_id, root.ts, "*marv*", "jobs.cancel")

    await ada.click(greeting.ts, channel_id, "welcome.example")
    again = await eyes.ephemeral(channel_id, "You have the example already")
    await lin.click(greeting.ts, channel_id, "welcome.example")
    await watch("lin").message(channel_id, "tries the example", lin.user.id)
    assert root.ts.replace(".", "") in shown(again)


async def test_there_is_an_example_for_every_use_and_each_is_a_dataset_of_its_own(workspace, watch, channel_id):
    ada, eyes = workspace.person("ada"), watch("ada")
    greeting = await eyes.message(channel_id, "welcome.more_examples")
    await ada.click(greeting.ts, channel_id, "welcome.more_examples")
    offered = await eyes.ephemeral(channel_id, "In Chinese", "A narrow task", "welcome.example.tea-house-zh")
    await ada.click(offered.ts, channel_id, "welcome.example.rooms-json")
    await ada.click(offered.ts, channel_id, "welcome.example.tea-house-zh")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    rooms = await eyes.message(dm, "tries the example `rooms-json.jsonl`", "become JSON")
    tea = await eyes.message(dm, "tries the example `tea-house-zh.jsonl`")

    await eyes.reply(dm, rooms.ts, "*Ready:*", "60 examples")
    await eyes.reply(dm, tea.ts, "*Ready:*", "56 examples")


async def test_the_example_of_a_private_answer_goes_to_a_direct_message_and_shows_on_the_home(workspace, watch, bot):
    bo, eyes = workspace.person("bo"), watch("bo")
    channel_id = workspace.state.channel_named("fine-tuning").id
    await bo.command(channel_id, "/finetune")
    first = await eyes.ephemeral(channel_id, "welcome.example")
    await bo.click(first.ts, channel_id, "welcome.example")
    told = await eyes.ephemeral(channel_id, "I've put it into our direct message")
    dm = await bo.open_dm(workspace.credentials.bot_user_id)
    root = await eyes.message(dm, "tries the example")
    assert root.ts.replace(".", "") in shown(told)
    assert sum("tries the example" in shown(message) for message in bo.messages(dm)) == 1
    await eyes.reply(dm, root.ts, "*Ready:*")
    await bo.open_home()

    home = await eyes.sees(lambda: bo.home(workspace.app.id))
    assert "✅ `marv` · 64 examples" in str(home.definition)


async def test_the_guide_names_the_price_and_the_end_dates(workspace, watch, channel_id):
    bo = workspace.person("bo")
    greeting = await watch("bo").message(channel_id, "welcome.guide")
    await bo.click(greeting.ts, channel_id, "welcome.guide")

    await watch("bo").ephemeral(channel_id, "Prompt first", "free with `smollm2-135m`", "2027-01-06", "welcome.example")
    await workspace.person("lin").command(channel_id, "/finetune", "建议")
    await watch("lin").ephemeral(channel_id, "先写好提示词", "welcome.example")


async def test_a_chosen_language_stands_above_that_of_slack_and_is_seen_at_once(workspace, watch, channel_id):
    ada, eyes = workspace.person("ada"), watch("ada")
    greeting = await eyes.message(channel_id, "welcome.language")
    await ada.click(greeting.ts, channel_id, "welcome.language")
    private = await eyes.ephemeral(channel_id, "试试示例")
    assert "Try the example" in shown(ada.message(channel_id, greeting.ts))

    await ada.command(channel_id, "/finetune", "jobs")
    await eyes.ephemeral(channel_id, "还没有任务")
    await ada.click(private.ts, channel_id, "welcome.language")
    await eyes.sees(
        lambda: "Try the example" in shown(next(e for e in ada.ephemerals(channel_id) if e.ts == private.ts))
    )

    await ada.open_home()
    home = await eyes.sees(lambda: ada.home(workspace.app.id))
    await ada.click_in_view(home.id, "welcome.language")
    await eyes.sees(lambda: "我的数据集" in str(ada.home(workspace.app.id).definition))
