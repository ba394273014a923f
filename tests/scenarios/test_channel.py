"""A team in a channel: files, commands, questions, and who may do what."""

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.watching import shown

EXAMPLES = Path(__file__).parents[2] / "examples"
MARV = (EXAMPLES / "marv.jsonl").read_bytes()
MISTAKES = (EXAMPLES / "marv-with-mistakes.jsonl").read_bytes()


@pytest.fixture(name="channel_id")
async def _channel_id(workspace, bot) -> str:
    """#fine-tuning, to which ada has invited the bot."""
    channel_id = workspace.state.channel_named("fine-tuning").id
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)
    return channel_id


async def _started(workspace, watch, channel_id: str, name: str = "ada", n_epochs: str = "1") -> str:
    """The thread of a job that `name` has started there."""
    person, eyes = workspace.person(name), watch(name)
    dropped = await person.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await person.click(report.ts, channel_id, "jobs.start")
    assert await person.submit_view((await eyes.form()).id, {"n_epochs": {"jobs.changed.n_epochs": n_epochs}}) == {}
    return dropped.ts


def _is_card_without_ask(person, channel_id: str) -> bool:
    replies = [reply for root in person.messages(channel_id) for reply in person.replies(channel_id, root.ts)[1:]]
    cards = [shown(reply) for reply in replies if "data_visualization" in shown(reply)]
    return any("was deleted on" in card and "models.ask" not in card for card in cards)


def _offers(person, channel_id: str, *action_ids: str) -> bool:
    """Whether any message in the channel's threads has one of these buttons."""
    replies = [reply for root in person.messages(channel_id) for reply in person.replies(channel_id, root.ts)[1:]]
    return any(action_id in shown(reply) for reply in replies for action_id in action_ids)


async def test_the_bot_greets_a_channel_that_it_joins(watch, channel_id):
    await watch("ada").message(channel_id, "Drop a `.jsonl` file here")


async def test_a_faulty_file_is_answered_with_lines_and_fixes_and_nothing_to_start(workspace, watch, channel_id):
    dropped = await workspace.person("ada").share_file(channel_id, "marv.jsonl", MISTAKES)
    report = await watch("ada").reply(channel_id, dropped.ts, "*Not ready:", "Line 3", "→", "Seen:")

    assert "jobs.start" not in shown(report)


async def test_all_findings_come_as_a_file_in_the_thread(workspace, watch, channel_id):
    ada = workspace.person("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MISTAKES)
    report = await watch("ada").reply(channel_id, dropped.ts, "*Not ready:")
    await ada.click(report.ts, channel_id, "datasets.findings")
    answer = await watch("ada").sees(
        lambda: next((reply for reply in ada.replies(channel_id, dropped.ts)[1:] if reply.file_ids), None)
    )

    assert b"F0" in await ada.read_file(answer.file_ids[0])


async def test_all_findings_of_a_report_for_one_person_come_by_direct_message(workspace, watch, channel_id):
    ada, bo = workspace.person("ada"), workspace.person("bo")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MISTAKES)
    await watch("ada").reply(channel_id, dropped.ts, "*Not ready:")
    await bo.command(channel_id, "/finetune", "check marv")
    report = await watch("bo").ephemeral(channel_id, "datasets.findings")
    await bo.click(report.ts, channel_id, "datasets.findings")
    dm = await bo.open_dm(workspace.credentials.bot_user_id)
    told = await watch("bo").message(dm, "findings")
    answer = await watch("bo").sees(
        lambda: next((reply for reply in bo.replies(dm, told.ts)[1:] if reply.file_ids), None)
    )

    assert b"F0" in await bo.read_file(answer.file_ids[0])
    assert not [reply for reply in ada.replies(channel_id, dropped.ts)[1:] if reply.file_ids]


async def test_a_reader_with_a_chinese_slack_is_answered_in_chinese(workspace, watch, bot):
    lin = workspace.person("lin")
    dm = await lin.open_dm(workspace.credentials.bot_user_id)
    dropped = await lin.share_file(dm, "marv.jsonl", MARV)

    await watch("lin").reply(dm, dropped.ts, "可以训练", "条样本")


async def test_pictures_in_a_channel_are_none_of_our_business(workspace, watch, channel_id):
    ada = workspace.person("ada")
    picture = await ada.share_file(channel_id, "cat.png", b"\x89PNG\r\n\x1a\n")
    await watch("ada").reply(channel_id, (await ada.share_file(channel_id, "marv.jsonl", MARV)).ts, "*Ready:*")

    assert ada.replies(channel_id, picture.ts)[1:] == []


async def test_a_picture_with_a_mention_gets_a_report(workspace, watch, channel_id):
    mention = f"<@{workspace.credentials.bot_user_id}> is this training data?"
    picture = await workspace.person("ada").share_file(channel_id, "cat.png", b"\x89PNG\r\n\x1a\n", text=mention)

    await watch("ada").reply(channel_id, picture.ts, "*Not ready:")


async def test_a_file_that_mentions_the_bot_is_checked_once_although_it_arrives_twice(workspace, watch, channel_id):
    ada = workspace.person("ada")
    mention = f"<@{workspace.credentials.bot_user_id}>"
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV, text=mention)
    await watch("ada").reply(channel_id, dropped.ts, "*Ready:*")
    later = await ada.share_file(channel_id, "again.jsonl", MARV)
    await watch("ada").reply(channel_id, later.ts, "*Ready:*")

    assert len(ada.replies(channel_id, dropped.ts)[1:]) == 1


async def test_a_file_deleted_before_it_is_fetched_is_said_to_be_gone(workspace, watch, channel_id):
    ada = workspace.person("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    await ada.delete_file(dropped.file_ids[0])

    await watch("ada").reply(channel_id, dropped.ts, "marv.jsonl", "deleted")


async def test_a_question_with_a_screenshot_beside_it_is_answered(workspace, watch, channel_id):
    thread_ts = await _started(workspace, watch, channel_id, n_epochs="50")
    picture = b"\x89PNG\r\n\x1a\n"
    await workspace.person("bo").share_file(channel_id, "loss.png", picture, text="Done?", thread_ts=thread_ts)

    await watch("ada").reply(channel_id, thread_ts, "can't answer yet")


async def test_only_the_owner_or_an_admin_cancels(workspace, watch, channel_id):
    thread_ts = await _started(workspace, watch, channel_id, n_epochs="50")
    bo = workspace.person("bo")
    await bo.command(channel_id, "/finetune", "cancel marv")
    await watch("bo").ephemeral(channel_id, "Only", workspace.person("ada").user.id)

    await workspace.person("ada").command(channel_id, "/finetune", "cancel marv")
    await watch("ada").reply(channel_id, thread_ts, "was cancelled")


async def test_a_question_by_mention_is_answered_by_the_model_of_that_name(workspace, watch, channel_id):
    await watch("ada").reply(channel_id, await _started(workspace, watch, channel_id), "*marv* is ready")
    bo = workspace.person("bo")
    asked = await bo.post(channel_id, f"<@{workspace.credentials.bot_user_id}> marv What is the capital of France?")
    answer = await watch("bo").sees(lambda: next(iter(bo.replies(channel_id, asked.ts)[1:]), None))

    assert answer.user_id == workspace.credentials.bot_user_id


async def test_replies_to_other_people_in_a_jobs_thread_are_left_alone(workspace, watch, channel_id):
    thread_ts = await _started(workspace, watch, channel_id)
    eyes, ada = watch("ada"), workspace.person("ada")
    await eyes.reply(channel_id, thread_ts, "base and tuned")
    before = len(ada.replies(channel_id, thread_ts))
    await ada.post(channel_id, f"<@{workspace.person('bo').user.id}> what do you think?", thread_ts=thread_ts)
    asked = await ada.post(channel_id, "And what do you say?", thread_ts=thread_ts)
    await eyes.sees(lambda: len(ada.replies(channel_id, thread_ts)) >= before + 3)

    answers = [reply for reply in ada.replies(channel_id, thread_ts) if reply.ts > asked.ts]
    assert len(answers) == 1


async def test_a_question_before_the_end_is_told_how_far_the_training_is(workspace, watch, channel_id):
    thread_ts = await _started(workspace, watch, channel_id, n_epochs="50")
    await workspace.person("bo").post(channel_id, "Are you there?", thread_ts=thread_ts)

    await watch("ada").reply(channel_id, thread_ts, "can't answer yet")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        pytest.param("", "Should we fine-tune?", id="nothing"),
        pytest.param("help", "/finetune start", id="help"),
        pytest.param("jobs", "No jobs yet", id="no jobs"),
        pytest.param("models", "No tuned models yet", id="no models"),
        pytest.param("check", "No datasets yet", id="no datasets"),
        pytest.param("status marv", "marv", id="a job that doesn't exist"),
        pytest.param("status", "no fine-tuning job", id="no job at all"),
        pytest.param("stert marv", "Did you mean `start`?", id="a typing mistake"),
        pytest.param("任务", "No jobs yet", id="a Chinese command"),
        pytest.param("cancel", "Which job?", id="nothing to cancel"),
        pytest.param("delete ft:none", "ft:none", id="a model that doesn't exist"),
    ],
)
async def test_every_command_answers_even_when_there_is_nothing(workspace, watch, channel_id, typed, answer):
    await workspace.person("bo").command(channel_id, "/finetune", typed)

    await watch("bo").ephemeral(channel_id, answer)


async def test_every_command_works_by_mention_in_a_thread(workspace, watch, channel_id):
    thread_ts = await _started(workspace, watch, channel_id)
    eyes, bot_user_id = watch("bo"), workspace.credentials.bot_user_id
    await eyes.reply(channel_id, thread_ts, "base and tuned")
    for word, answer in [
        ("jobs", "*1 job*"),
        ("events", "the newest"),
        ("models", "*1 tuned model*"),
        ("help", "`/finetune help`"),
    ]:
        asked = await workspace.person("bo").post(channel_id, f"<@{bot_user_id}> {word}")
        await eyes.reply(channel_id, asked.ts, answer)
    await workspace.person("bo").post(channel_id, f"<@{bot_user_id}> status", thread_ts=thread_ts)
    await eyes.sees(
        lambda: sum("✅ *marv*" in shown(reply) for reply in workspace.person("bo").replies(channel_id, thread_ts)) > 1
    )


async def test_deleting_a_model_asks_first_and_belongs_to_its_owner(workspace, watch, channel_id):
    await watch("ada").reply(channel_id, await _started(workspace, watch, channel_id, "lin"), "*marv*", "ft:")
    bo, lin = workspace.person("bo"), workspace.person("lin")
    await bo.command(channel_id, "/finetune", "delete marv")
    await watch("bo").ephemeral(channel_id, "Only", lin.user.id)
    await lin.command(channel_id, "/finetune", "delete marv")
    question = await watch("lin").ephemeral(channel_id, "models.delete.yes")
    await lin.click(question.ts, channel_id, "models.delete.yes")
    deleted = await watch("lin").ephemeral(channel_id, "已在服务商删除")
    assert (deleted.ts, "models.delete" in shown(deleted)) == (question.ts, False)
    await watch("bo").sees(lambda: _is_card_without_ask(bo, channel_id))
    await watch("bo").sees(lambda: not _offers(bo, channel_id, "models.ask", "models.code"))


async def test_a_modal_says_at_the_field_what_is_wrong_and_keeps_the_rest(workspace, watch, channel_id):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()

    faults = await ada.submit_view(
        form.id, {"n_epochs": {"jobs.changed.n_epochs": "many"}, "suffix": {"suffix": "a b"}}
    )
    assert (set(faults), '"many"' in faults["n_epochs"]) == ({"n_epochs", "suffix"}, True)

    faults = await ada.submit_view(form.id, {"n_epochs": {"jobs.changed.n_epochs": "99"}})
    assert (set(faults), "1–50" in faults["n_epochs"]) == ({"n_epochs", "suffix"}, True)


async def test_the_price_follows_the_epochs_while_the_modal_is_open(workspace, watch, channel_id):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()
    await ada.click_in_view(form.id, "jobs.changed.n_epochs", "7")

    await eyes.sees(lambda: "7 epochs" in str(ada.view(form.id).definition["blocks"]))


async def test_a_modal_submitted_twice_starts_one_job(workspace, watch, channel_id, bot):
    ada, eyes = workspace.person("ada"), watch("ada")
    dropped = await ada.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await ada.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()
    # The second submission may find the modal closed by the first: that is an answer as well.
    await asyncio.gather(ada.submit_view(form.id), ada.submit_view(form.id), return_exceptions=True)
    await eyes.reply(channel_id, dropped.ts, "✅ *marv*", "data_visualization")

    cards = [reply for reply in ada.replies(channel_id, dropped.ts) if "data_visualization" in shown(reply)]
    assert len(cards) == 1


async def test_an_open_home_follows_a_job_from_its_start_to_its_end(workspace, watch, channel_id):
    ada, bo = workspace.person("ada"), workspace.person("bo")
    for person in (ada, bo):
        await person.open_home()
    await _started(workspace, watch, channel_id)

    await watch("ada").sees(lambda: "jobs.status" in str(ada.home(workspace.app.id).definition))
    for name, person in (("ada", ada), ("bo", bo)):
        await watch(name).sees(lambda person=person: "models.ask" in str(person.home(workspace.app.id).definition))


async def test_the_app_home_shows_the_way_in_and_its_buttons_answer_by_direct_message(workspace, watch, bot):
    ada, eyes = workspace.person("ada"), watch("ada")
    await ada.open_home()
    home = await eyes.sees(lambda: ada.home(workspace.app.id))
    await ada.click_in_view(home.id, "models.list")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)

    await eyes.message(dm, "No tuned models yet")
