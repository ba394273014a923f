"""Whether more rows would help: three jobs from one form, and what they come to."""

import json

from openai import AsyncOpenAI

_NOUNS = ["apples", "bread", "coal", "doors", "eggs", "flour", "glass", "honey", "ink", "jam", "keys", "lamps", "milk"]
_PLACES = ["harbour", "station", "market", "tower", "bridge", "castle", "garden", "museum", "school", "library", "park"]
ROWS = [
    {
        "messages": [
            {"role": "user", "content": f"Who sells {noun} near the {place}, {number} minutes from here?"},
            {"role": "assistant", "content": f"At the {place} a stall has {noun} for {number + 2} coins."},
        ]
    }
    for number, (noun, place) in enumerate((noun, place) for noun in _NOUNS for place in _PLACES * 2)
]
_ENTERED = {
    "n_epochs": {"jobs.changed.n_epochs": "1"},
    "batch_size": {"batch_size": "16"},
    "validation": {"jobs.changed.validation": "curve:20"},
}


def _file(rows):
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


async def _form(ada, eyes, dm, name, rows):
    dropped = await ada.share_file(dm, name, _file(rows))
    report = await eyes.reply(dm, dropped.ts, "jobs.start")
    await ada.click(report.ts, dm, "jobs.start")
    return dropped.ts, await eyes.form()


async def test_a_learning_curve_is_three_jobs_whose_validation_losses_are_compared(
    workspace, watch, bot, dm, trainer_url
):
    ada, eyes = workspace.person("ada"), watch("ada")
    thread_ts, form = await _form(ada, eyes, dm, "stalls.jsonl", ROWS)
    await ada.click_in_view(form.id, "jobs.changed.validation", "curve:20")
    await eyes.sees(lambda: "Three jobs" in json.dumps(ada.view(form.id).definition) or None)
    assert await ada.submit_view(form.id, _ENTERED) == {}

    await eyes.reply(dm, thread_ts, "Learning curve, validation loss", "25 %", "50 %", "100 %", "From half to all")

    async with AsyncOpenAI(base_url=trainer_url, api_key="none") as client:
        newest, *others = (await client.fine_tuning.jobs.list(limit=10)).data
        jobs = [newest, *(job for job in others if job.validation_file == newest.validation_file)]
        files = {one.id: one for one in (await client.files.list()).data}
    assert len(jobs) == 3
    sizes = sorted(files[one.training_file].bytes for one in jobs)
    assert 1.8 < sizes[1] / sizes[0] < 2.2
    assert 1.8 < sizes[2] / sizes[1] < 2.2


async def test_a_learning_curve_on_few_rows_is_refused_at_its_field(workspace, watch, bot, dm):
    ada, eyes = workspace.person("ada"), watch("ada")
    _, form = await _form(ada, eyes, dm, "few.jsonl", ROWS[:30])

    refused = await ada.submit_view(form.id, _ENTERED)

    assert refused["validation"].startswith("A learning curve needs 200 examples or more, this dataset has 30")
