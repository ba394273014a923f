"""A file of preferences, from its report to the tuned model: the method that its rows ask for, all the way."""

import json

from openai import AsyncOpenAI

from tests.scenarios.watching import shown

_WORDS = [
    "apples",
    "bread",
    "coal",
    "doors",
    "eggs",
    "flour",
    "glass",
    "honey",
    "ink",
    "jam",
    "keys",
    "lamps",
    "milk",
    "nails",
    "oil",
    "paper",
]
PAIRS = "".join(
    json.dumps(
        {
            "input": {"messages": [{"role": "user", "content": f"Where do I find {word} in shop {number}?"}]},
            "preferred_output": [{"role": "assistant", "content": f"Gladly: {word} are in aisle {number}."}],
            "non_preferred_output": [{"role": "assistant", "content": f"Look for {word} yourself, number {number}."}],
        }
    )
    + "\n"
    for number, word in enumerate(_WORDS)
).encode()
MARV = b"".join(
    json.dumps(
        {"messages": [{"role": "user", "content": f"{word}?"}, {"role": "assistant", "content": f"{word}!"}]}
    ).encode()
    + b"\n"
    for word in _WORDS
)
REASONING = b"".join(
    json.dumps({"messages": [{"role": "user", "content": f"How many {word}?"}], "answer": word}).encode() + b"\n"
    for word in _WORDS
)


def _blocks(view):
    return {block["block_id"]: block for block in view.definition["blocks"]}


async def test_preferences_are_trained_by_their_own_method_and_compared(workspace, watch, bot, dm, trainer_url):
    ada, eyes = workspace.person("ada"), watch("ada")
    chat = await ada.share_file(dm, "plain.jsonl", MARV)
    await eyes.reply(dm, chat.ts, "jobs.start")
    dropped = await ada.share_file(dm, "pairs.jsonl", PAIRS)
    report = await eyes.reply(dm, dropped.ts, "jobs.start")
    await ada.click(report.ts, dm, "jobs.start")
    form = await eyes.form()
    assert "Preferences (DPO)" in str(_blocks(form)["method"])
    assert "auto = 0.1" in str(_blocks(form)["beta"])
    assert "auto = 0.2" in str(_blocks(form)["learning_rate_multiplier"])
    assert "free" in str(_blocks(form)["price"])

    # Another dataset brings another method, and the first one its own again.
    offered = {one["text"]["text"]: one["value"] for one in _blocks(form)["dataset"]["element"]["options"]}
    of_chat, of_pairs = (next(id_ for label, id_ in offered.items() if name in label) for name in ("plain", "pairs"))
    await ada.click_in_view(form.id, "jobs.changed.dataset", of_chat)
    await eyes.sees(lambda: "beta" not in _blocks(ada.view(form.id)) or None)
    assert "Supervised" in str(_blocks(ada.view(form.id))["method"])
    await ada.click_in_view(form.id, "jobs.changed.dataset", of_pairs)
    await eyes.sees(lambda: "beta" in _blocks(ada.view(form.id)) or None)
    refused = await ada.submit_view(form.id, {"beta": {"beta": "3"}})
    assert refused["beta"].startswith("Beta = 3")
    assert await ada.submit_view(form.id, {"beta": {"beta": "0.3"}}) == {}

    card = await eyes.reply(dm, dropped.ts, "preferences (DPO)", "beta 0.3", "of the held-out pairs", "0.693", "ready")
    async with AsyncOpenAI(base_url=trainer_url, api_key="none") as client:
        job = (await client.fine_tuning.jobs.list(limit=1)).data[0]
    assert (job.method.type, job.method.dpo.hyperparameters.beta) == ("dpo", 0.3)
    assert "data_visualization" in shown(card)
    compared = await eyes.reply(dm, dropped.ts, "from the held-out examples", "in the dataset: Gladly")
    assert "Where do I find" in shown(compared)


async def test_a_job_on_preferences_that_is_started_again_keeps_its_beta(workspace, watch, bot, dm):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(dm, "pairs.jsonl", PAIRS)
    report = await eyes.reply(dm, dropped.ts, "jobs.start")
    await ada.click(report.ts, dm, "jobs.start")
    entered = {"beta": {"beta": "0.3"}, "n_epochs": {"jobs.changed.n_epochs": "50"}}
    assert await ada.submit_view((await eyes.form()).id, entered) == {}
    await ada.command(dm, "/finetune", "cancel pairs")
    over = await eyes.reply(dm, dropped.ts, "jobs.again")
    await ada.click(over.ts, dm, "jobs.again")

    assert _blocks(await eyes.form())["beta"]["element"]["initial_value"] == "0.3"


async def test_rows_for_reinforcement_are_told_what_can_be_done_with_them(workspace, watch, bot, dm):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(dm, "logic.jsonl", REASONING)
    report = await eyes.reply(dm, dropped.ts, "jobs.start")
    await ada.click(report.ts, dm, "jobs.start")

    told = "no provider set up here trains by it"
    await eyes.sees(lambda: any(told in json.dumps(view.definition) for view in ada.open_views()) or None)
