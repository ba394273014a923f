"""What the start modal says before the start, and what is said after it."""

import json
from pathlib import Path

import pytest

from tests.scenarios.watching import shown

EXAMPLES = Path(__file__).parents[2] / "examples"
MARV = (EXAMPLES / "marv.jsonl").read_bytes()


@pytest.fixture(name="report")
async def _report(workspace, watch, dm):
    """Ada's report on marv.jsonl, in her direct message."""
    dropped = await workspace.person("ada").share_file(dm, "marv.jsonl", MARV)
    return await watch("ada").reply(dm, dropped.ts, "jobs.start")


def _selected(view, block_id):
    block = next(block for block in view.definition["blocks"] if block["block_id"] == block_id)
    return block["element"]["initial_option"]["value"]


async def test_the_modal_names_the_method_and_warns_of_a_validation_part_that_says_little(workspace, watch, dm, report):
    ada = workspace.person("ada")
    await ada.click(report.ts, dm, "jobs.start")
    form = await watch("ada").form()
    assert "Method: supervised" in json.dumps(form.definition)
    await ada.click_in_view(form.id, "jobs.changed.validation", "none")

    await watch("ada").sees(lambda: "🟡" in json.dumps(ada.view(form.id).definition, ensure_ascii=False))


async def test_a_start_on_the_app_home_is_said_by_direct_message(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.open_home()
    home = await eyes.sees(lambda: ada.home(workspace.app.id))
    await ada.click_in_view(home.id, "jobs.start")
    assert await ada.submit_view((await eyes.form()).id) == {}

    await eyes.message(dm, "*marv* is starting")


async def test_a_start_in_a_channel_without_the_bot_is_said_by_direct_message(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.command(workspace.state.channel_named("lab").id, "/finetune", "start marv")
    assert await ada.submit_view((await eyes.form()).id) == {}

    await eyes.message(dm, "*marv* is starting")


async def test_a_dataset_that_is_not_ready_is_not_silently_replaced_by_another(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    faulty = await ada.share_file(dm, "faulty.jsonl", (EXAMPLES / "marv-with-mistakes.jsonl").read_bytes())
    await eyes.reply(dm, faulty.ts, "*Not ready:")
    await ada.command(dm, "/finetune", "start faulty")

    await eyes.sees(lambda: any("faulty.jsonl" in json.dumps(view.definition) for view in ada.open_views()))


async def test_a_job_that_is_started_again_keeps_its_validation_and_settings(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.click(report.ts, dm, "jobs.start")
    entered = {
        "n_epochs": {"jobs.changed.n_epochs": "50"},
        "validation": {"jobs.changed.validation": "split:10"},
    }
    assert await ada.submit_view((await eyes.form()).id, entered) == {}
    await ada.command(dm, "/finetune", "cancel marv")
    over = await eyes.sees(
        lambda: next((reply for reply in ada.replies(dm, report.thread_ts) if "jobs.again" in shown(reply)), None)
    )
    await ada.click(over.ts, dm, "jobs.again")
    form = await eyes.form()

    assert _selected(form, "validation") == "split:10"
    assert '"initial_value": "50"' in json.dumps(form.definition)


async def test_everything_that_is_wrong_with_the_form_is_said_at_once_in_its_own_words(workspace, watch, dm, report):
    ada = workspace.person("ada")
    await ada.click(report.ts, dm, "jobs.start")
    entered = {
        "n_epochs": {"jobs.changed.n_epochs": "0"},
        "batch_size": {"batch_size": "-1"},
        "learning_rate_multiplier": {"learning_rate_multiplier": "0"},
        "suffix": {"suffix": "my model"},
        "seed": {"seed": "x"},
    }
    errors = await ada.submit_view((await watch("ada").form()).id, entered)

    assert errors.keys() == entered.keys()
    assert errors["n_epochs"].startswith("Epochs = 0")
    assert errors["learning_rate_multiplier"].startswith("Learning-rate multiplier = 0")
    assert "`" not in "".join(errors.values())


async def test_a_learning_rate_multiplier_that_nobody_can_mean_is_refused(workspace, watch, dm, report):
    ada = workspace.person("ada")
    await ada.click(report.ts, dm, "jobs.start")
    entered = {"learning_rate_multiplier": {"learning_rate_multiplier": "101"}}
    errors = await ada.submit_view((await watch("ada").form()).id, entered)

    assert "100 is the most" in errors["learning_rate_multiplier"]
