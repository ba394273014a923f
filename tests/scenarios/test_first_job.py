"""A person drops a file in a direct message, starts a job, watches it, and asks the tuned model."""

import json
from pathlib import Path

from tests.scenarios.watching import shown

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


async def test_from_a_dropped_file_to_an_answer_of_the_tuned_model(bot, workspace, watch, dm):
    ada, eyes = workspace.person("ada"), watch("ada")

    dropped = await ada.share_file(dm, "marv.jsonl", MARV)
    report = await eyes.reply(dm, dropped.ts, "*Ready:*", "64 examples", "`tiny-random`")

    await ada.click(report.ts, dm, "jobs.start")
    form = await eyes.form()
    assert "Price of training on 80 %" in json.dumps(form.definition)
    assert await ada.submit_view(form.id) == {}

    card = await eyes.reply(dm, dropped.ts, "✅ *marv*", "data_visualization", "ft:")
    await eyes.reply(dm, dropped.ts, "*marv* is ready", "billed")
    await eyes.reply(dm, dropped.ts, "base and tuned", "held-out examples")
    assert sum("data_visualization" in shown(reply) for reply in ada.replies(dm, dropped.ts)) == 1

    await ada.click(card.ts, dm, "models.code")
    await eyes.ephemeral(dm, "from openai import OpenAI", "curl")

    asked = await ada.post(dm, "What is the capital of France?", thread_ts=dropped.ts)
    answer = await eyes.sees(
        lambda: next(
            (reply for reply in ada.replies(dm, dropped.ts) if reply.ts > asked.ts and reply.user_id != ada.user.id),
            None,
        )
    )
    assert shown(answer)
