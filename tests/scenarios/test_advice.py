"""Before anybody tunes: a prompt is tried on ten rows, the answers are marked, and the advice follows."""

import json
from pathlib import Path

import pytest

from tests.scenarios.watching import shown

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(name="report")
async def _report(workspace, watch, dm):
    """Ada's report on marv.jsonl, in her direct message."""
    dropped = await workspace.person("ada").share_file(dm, "marv.jsonl", (EXAMPLES / "marv.jsonl").read_bytes())
    return await watch("ada").reply(dm, dropped.ts, "jobs.start")


async def test_a_prompt_that_gets_nine_of_ten_is_advised_to_stay_a_prompt(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.command(dm, "/finetune", "advise")
    page = await eyes.ephemeral(dm, "Advice on marv", "A101 · ", "A201", "A301", "A401", "A503", "tiny-random")
    await ada.click(page.ts, dm, "advise.try")
    form = await eyes.form()
    assert "free · tiny-random" in json.dumps(form.definition, ensure_ascii=False)
    assert await ada.submit_view(form.id, {"prompt": {"prompt": "Answer in one word. <!channel>"}}) == {}
    trial = await eyes.reply(dm, report.thread_ts, "10 answers of the base model beside yours", "0 of 10 marked")
    assert "<!channel>" not in shown(trial)

    for row in range(10):
        await ada.click(trial.ts, dm, "advise.bad" if row == 3 else "advise.good", block_id=f"advise.row.{row}")
    await eyes.reply(dm, report.thread_ts, "Don't fine-tune yet: the prompt got 9 of 10", "A102", "jobs.start")
    await ada.click(trial.ts, dm, "advise.bad", block_id="advise.row.4")
    told = await eyes.reply(dm, report.thread_ts, "Prepare data: the prompt got only 8 of 10", "Start anyway")

    await ada.click(told.ts, dm, "advise.plan")
    await eyes.ephemeral(dm, "Advice on marv", "the prompt got only 8 of 10", "Try another prompt")
    await ada.click(told.ts, dm, "jobs.start")
    await eyes.form()


async def test_a_trial_goes_with_its_dataset_whose_rows_it_shows(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.click(report.ts, dm, "advise.plan")
    page = await eyes.ephemeral(dm, "Advice on marv")
    await ada.click(page.ts, dm, "advise.try")
    await ada.submit_view((await eyes.form()).id, {"prompt": {"prompt": "Be kind."}})
    trial = await eyes.reply(dm, report.thread_ts, "0 of 10 marked")
    await ada.command(dm, "/finetune", "datasets")
    await ada.click((await eyes.ephemeral(dm, "datasets.delete")).ts, dm, "datasets.delete")
    await ada.click((await eyes.ephemeral(dm, "datasets.delete.yes")).ts, dm, "datasets.delete.yes")

    taken_back = await eyes.sees(lambda: next(iter(_deleted(ada.replies(dm, report.thread_ts), trial.ts)), None))
    assert "answers of the base model" not in shown(taken_back)


def _deleted(replies, ts):
    return [reply for reply in replies if reply.ts == ts and "was deleted" in reply.text]
