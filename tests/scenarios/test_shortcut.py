"""'Check this file' on a message: asked for by hand, whatever the file is called and whoever shared it."""

from pathlib import Path

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


async def test_a_file_is_checked_where_the_bot_is_and_the_way_in_is_told_where_it_is_not(workspace, watch, bot):
    ada, lin = workspace.person("ada"), workspace.person("lin")
    channel_id = workspace.state.channel_named("fine-tuning").id
    dropped = await ada.share_file(channel_id, "marv.backup", MARV)
    await lin.use_shortcut("datasets.check", channel_id, dropped.ts)
    await watch("lin").ephemeral(channel_id, "`/invite`", "我还不在")

    await ada.invite(channel_id, workspace.credentials.bot_user_id)
    await lin.use_shortcut("datasets.check", channel_id, dropped.ts)
    await watch("lin").ephemeral(channel_id, "正在检查", "p" + dropped.ts.replace(".", ""))
    await watch("lin").reply(channel_id, dropped.ts, "`marv.backup`", "64 examples")


async def test_a_message_without_a_file_is_said_to_have_none(workspace, watch, dm):
    bo = workspace.person("bo")
    channel_id = workspace.state.channel_named("general").id
    said = await bo.post(channel_id, "no file here")
    await bo.use_shortcut("datasets.check", channel_id, said.ts)

    await watch("bo").ephemeral(channel_id, "This message has no file")
