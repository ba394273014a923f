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
    assert "Supervised: it learns" in json.dumps(form.definition)
    assert "Price of training on 80 % of the rows" in json.dumps(form.definition)
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


async def test_a_validation_dataset_with_the_rows_of_the_training_dataset_is_refused_at_its_field(
    workspace, watch, dm, report
):
    ada, eyes = workspace.person("ada"), watch("ada")
    again = await ada.share_file(dm, "marv.jsonl", MARV)
    await eyes.reply(dm, again.ts, "jobs.start")
    await ada.click(report.ts, dm, "jobs.start")
    form = await eyes.form()
    block = next(block for block in form.definition["blocks"] if block["block_id"] == "validation")
    chosen = [one["value"] for one in block["element"]["options"] if one["value"].startswith("dataset:")]
    errors = await ada.submit_view(form.id, {"validation": {"jobs.changed.validation": chosen[0]}})

    assert list(errors) == ["validation"]
    assert errors["validation"].startswith("64 rows of the training dataset marv")


async def test_a_learning_rate_multiplier_that_nobody_can_mean_is_refused(workspace, watch, dm, report):
    ada = workspace.person("ada")
    await ada.click(report.ts, dm, "jobs.start")
    entered = {"learning_rate_multiplier": {"learning_rate_multiplier": "101"}}
    errors = await ada.submit_view((await watch("ada").form()).id, entered)

    assert "100 is the most" in errors["learning_rate_multiplier"]


async def test_a_chinese_file_is_trained_on_an_english_model_only_after_a_confirmation(workspace, watch, bot):
    lin, eyes = workspace.person("lin"), watch("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)
    dropped = await lin.share_file(dm, "support-zh.jsonl", (EXAMPLES / "support-zh.jsonl").read_bytes())
    report = await eyes.reply(dm, dropped.ts, "jobs.start", "内置演示模型只会英文")
    await lin.click(report.ts, dm, "jobs.start")
    form = await eyes.form()
    assert "用它训练中文会答错" in json.dumps(form.definition, ensure_ascii=False)

    wrong = {"n_epochs": "０", "batch_size": "1.5", "learning_rate_multiplier": "101", "suffix": "a b", "seed": "x"}
    entered = {name: {f"jobs.changed.{name}" if name == "n_epochs" else name: text} for name, text in wrong.items()}
    refused = await lin.submit_view(form.id, entered)
    assert refused.keys() == {"model", *wrong}
    assert refused["n_epochs"].startswith("训练轮数 = 0")
    assert list(
        await lin.submit_view(form.id, {name: {given: ""} for name, filled in entered.items() for given in filled})
    ) == ["model"]
    await lin.click_in_view(form.id, "jobs.changed.n_epochs", "1")
    accepted = {"foreign": {"jobs.changed.foreign": ["accepted"]}, "n_epochs": {"jobs.changed.n_epochs": "1"}}
    assert await lin.submit_view(form.id, accepted) == {}

    await eyes.reply(dm, dropped.ts, "的演示模型：请看文风的变化")


async def test_a_chinese_file_chosen_a_moment_before_the_submission_is_not_trained_on_unasked(workspace, watch, bot):
    lin, eyes = workspace.person("lin"), watch("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)
    chinese = await lin.share_file(dm, "support-zh.jsonl", (EXAMPLES / "support-zh.jsonl").read_bytes())
    await eyes.reply(dm, chinese.ts, "jobs.start")
    english = await lin.share_file(dm, "marv.jsonl", MARV)
    report = await eyes.reply(dm, english.ts, "jobs.start")
    await lin.click(report.ts, dm, "jobs.start")
    form = await eyes.form()
    offered = next(block for block in form.definition["blocks"] if block["block_id"] == "dataset")["element"]["options"]
    version_id = next(one["value"] for one in offered if "support-zh" in one["text"]["text"])

    refused = await lin.submit_view(form.id, {"dataset": {"jobs.changed.dataset": version_id}})
    assert list(refused) == ["model"]
    assert "只会英文" in refused["model"]


async def test_the_same_job_twice_is_asked_about_and_started_only_then(workspace, watch, dm, report):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.click(report.ts, dm, "jobs.start")
    first = await eyes.form()
    assert await ada.submit_view(first.id, {"seed": {"seed": "7"}}) == {}
    await eyes.reply(dm, report.thread_ts, "*marv*", "jobs.cancel")

    await ada.click(report.ts, dm, "jobs.start")
    second = await eyes.form()
    assert "repeat.warning" not in json.dumps(second.definition)
    assert await ada.submit_view(second.id, {"seed": {"seed": "7"}}) == {}
    asked = await eyes.sees(lambda: next((v for v in ada.open_views() if "repeat.warning" in str(v.definition)), None))
    assert f"started by <@{ada.user.id}>, has the same data" in str(asked.definition)
    assert "runs or ran already" in (await ada.submit_view(asked.id))["model"]
    assert await ada.submit_view(asked.id, {"repeat": {"jobs.changed.repeat": ["accepted"]}}) == {}
    await eyes.reply(dm, report.thread_ts, "*marv-2*", "jobs.cancel")
