"""What can't be done is said, once, and leaves nothing in the log that looks like a fault of ours."""

import gc
import logging


async def test_a_refused_command_is_answered_and_logs_no_error(workspace, bot, watch, dm, caplog):
    ada = workspace.person("ada")
    with caplog.at_level(logging.WARNING):
        await ada.command(dm, "/finetune", "convert faq")
        await watch("ada").ephemeral(dm, "I know no dataset called `faq`", "mention me", "Check this file")
        await bot.slack.in_flight.drained()
        # asyncio tells of a task's lost exception when the task is collected.
        gc.collect()

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
