"""Questions in threads: which model answers them, and what is said where none can."""

from datetime import UTC, datetime

import pytest
from slack_sdk.errors import SlackApiError

from storage.rows import DatasetFormat, Job, JobRequest, JobStatus, Model, Place, Tenant
from tests.scenarios.watching import shown


@pytest.fixture(name="channel_id")
def _channel_id(workspace) -> str:
    """#fine-tuning, where the bot is once somebody has invited it."""
    return workspace.state.channel_named("fine-tuning").id


@pytest.fixture(name="tenant")
def _tenant(workspace) -> Tenant:
    return Tenant(workspace.credentials.team_id)


@pytest.fixture(name="invited")
async def _invited(workspace, bot, channel_id) -> None:
    await workspace.person("ada").invite(channel_id, workspace.credentials.bot_user_id)


@pytest.fixture(name="add_model")
def _add_model(workspace, bot, tenant):
    """A model of ada's that answers as the trainer's untrained one does, since that is what it is."""

    async def add(name: str, place: Place, model_id: str = "tiny-random", **fields: object) -> Model:
        model = Model(
            id=model_id,
            tenant=tenant,
            name=name,
            provider="trainer",
            job_id=f"job_{name}",
            base_model="tiny-random",
            owner_id=workspace.person("ada").user.id,
            place=place,
            format=DatasetFormat.CHAT,
            system_prompt="",
            prompt_separator="",
            completion_stop="",
            created_at=datetime.now(UTC),
            **fields,
        )
        await bot.stores.models.add(model)
        return model

    return add


@pytest.fixture(name="add_job")
def _add_job(workspace, bot, tenant):
    async def add(name: str, place: Place, status: JobStatus) -> None:
        owner_id, now = workspace.person("ada").user.id, datetime.now(UTC)
        request = JobRequest("trainer", "tiny-random", "v1")
        await bot.stores.jobs.add(Job(f"job_{name}", tenant, name, owner_id, place, request, now, status=status))

    return add


def event_of(message) -> dict:
    return {"user": message.user_id, "channel": message.channel_id, "ts": message.ts, "text": message.text}


async def test_an_answer_that_slack_did_not_take_is_written_when_the_event_is_tried_again(
    bot, workspace, watch, channel_id, tenant, add_model
):
    ada = workspace.person("ada")
    asked = await ada.post(channel_id, "marv What is the capital of France?")
    await add_model("marv", Place(channel_id, "1.0"))
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await bot.conversation.addressed(tenant, event_of(asked), asked.text)

    await ada.invite(channel_id, workspace.credentials.bot_user_id)
    await bot.conversation.addressed(tenant, event_of(asked), asked.text)

    assert [reply.user_id for reply in ada.replies(channel_id, asked.ts)[1:]] == [workspace.credentials.bot_user_id]


@pytest.fixture(name="thread")
async def _thread(workspace, invited, channel_id) -> Place:
    return Place(channel_id, (await workspace.person("ada").post(channel_id, "Here we train")).ts)


@pytest.fixture(name="ask")
def _ask(workspace, bot, tenant, thread):
    """Puts a question by mention in the thread."""

    async def ask(question: str) -> None:
        ada = workspace.person("ada")
        # A real post would reach the bot as well, as a reply that it overhears, and race with this mention.
        event = {"user": ada.user.id, "channel": thread.channel_id, "ts": "9999999999.0"}
        await bot.conversation.addressed(tenant, event | {"thread_ts": thread.thread_ts}, question)

    return ask


async def test_a_model_goes_on_answering_when_a_later_job_is_cancelled(bot, tenant, thread, add_job, add_model, ask):
    await add_job("marv", thread, JobStatus.SUCCEEDED)
    await add_model("marv", thread)
    await add_job("marv-2", thread, JobStatus.CANCELLED)
    await ask("What is the capital of France?")

    (turn,) = await bot.stores.turns.thread(tenant, thread)
    assert turn.model_id == "tiny-random"


async def test_where_no_job_of_a_thread_has_a_model_the_newest_says_how_far_it_is(watch, thread, add_job, ask):
    await add_job("marv", thread, JobStatus.FAILED)
    await add_job("marv-2", thread, JobStatus.RUNNING)
    await ask("What is the capital of France?")

    await watch("ada").reply(thread.channel_id, thread.thread_ts, "*marv-2* can't answer yet")


async def test_a_model_made_elsewhere_answers_in_its_thread_mentioned_or_not(
    bot, workspace, watch, thread, add_model, ask
):
    ada, eyes = workspace.person("ada"), watch("ada")
    await add_model("tone", thread)
    await ask("What is the capital of France?")
    overheard = await ada.post(thread.channel_id, "And of Peru?", thread.thread_ts)

    await eyes.sees(lambda: [one for one in ada.replies(thread.channel_id, thread.thread_ts) if one.ts > overheard.ts])
    turns = await bot.stores.turns.thread(Tenant(workspace.credentials.team_id), thread)
    assert sorted(turn.question for turn in turns) == ["And of Peru?", "What is the capital of France?"]


async def test_the_thread_of_a_deleted_model_made_elsewhere_says_so_too(watch, thread, add_model, ask):
    await add_model("tone", thread, deleted_at=datetime(2026, 11, 20, tzinfo=UTC))
    await ask("What is the capital of France?")

    await watch("ada").reply(thread.channel_id, thread.thread_ts, "*tone* was deleted on <!date^")


async def test_the_thread_of_a_deleted_model_says_when_it_was_deleted(watch, thread, add_job, add_model, ask):
    await add_job("marv", thread, JobStatus.SUCCEEDED)
    await add_model("marv", thread, deleted_at=datetime(2026, 11, 20, tzinfo=UTC))
    await ask("What is the capital of France?")

    await watch("ada").reply(thread.channel_id, thread.thread_ts, "*marv* was deleted on <!date^")


async def test_a_mention_that_names_another_model_is_put_to_that_one(bot, tenant, thread, add_job, add_model, ask):
    await add_job("marv", thread, JobStatus.SUCCEEDED)
    await add_model("marv", thread, "elsewhere")
    await add_model("pirate", Place(thread.channel_id, "1.0"))
    await ask("pirate: What is the capital of France?")

    (turn,) = await bot.stores.turns.thread(tenant, thread)
    assert (turn.model_id, turn.question) == ("tiny-random", "What is the capital of France?")


@pytest.mark.parametrize(
    ("status", "answer"),
    [(JobStatus.FAILED, "*marv-2* can't answer: failed"), (JobStatus.RUNNING, "*marv-2* can't answer yet")],
)
async def test_a_mention_that_names_a_job_without_a_model_is_told_why_it_is_silent(
    watch, thread, add_job, ask, status, answer
):
    await add_job("marv-2", Place(thread.channel_id, "1.0"), status)
    await ask("marv-2 hi")

    await watch("ada").reply(thread.channel_id, thread.thread_ts, answer)


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("what does Marv say about the moon?", "what does Marv say about the moon?"),
        ("marv: how far is the moon?", "how far is the moon?"),
        ("is this training data?", None),
        ("check it", None),
    ],
)
async def test_words_beside_checked_files_reach_the_model_they_name_and_no_other(
    *, workspace, watch, bot, tenant, invited, channel_id, add_model, words, question
):
    ada = workspace.person("ada")
    await add_model("marv", Place(channel_id, "1.0"))
    await add_model("pirate", Place(channel_id, "2.0"), "elsewhere")
    mention = f"<@{workspace.credentials.bot_user_id}> {words}"
    dropped = await ada.share_file(channel_id, "more.jsonl", b'{"prompt": "a", "completion": "b"}\n', text=mention)
    await watch("ada").reply(channel_id, dropped.ts, "*Not ready:")
    # What is asked after it is answered after it, for events are handled in their order.
    later = await ada.post(channel_id, f"<@{workspace.credentials.bot_user_id}> help")
    await watch("ada").reply(channel_id, later.ts, "`/finetune help`")

    turns = await bot.stores.turns.thread(tenant, Place(channel_id, dropped.ts))
    assert [turn.question for turn in turns] == ([question] if question else [])


@pytest.mark.parametrize("words", ["hello", "asdf qwer"])
async def test_small_talk_in_a_direct_message_is_greeted(workspace, watch, bot, words):
    ada = workspace.person("ada")
    dm = await ada.open_dm(workspace.credentials.bot_user_id)
    asked = await ada.post(dm, words)

    greeting = await watch("ada").reply(dm, asked.ts, "Drop a `.jsonl` file here")
    assert words.split()[0] not in shown(greeting)


async def test_a_model_that_is_kept_after_all_takes_the_question_away(workspace, watch, bot, channel_id, add_model):
    ada = workspace.person("ada")
    await add_model("marv", Place(channel_id, "1.0"))
    await ada.command(channel_id, "/finetune", "delete marv")
    question = await watch("ada").ephemeral(channel_id, "models.delete.no")
    await ada.click(question.ts, channel_id, "models.delete.no")

    kept = await watch("ada").ephemeral(channel_id, "*marv* stays")
    assert (kept.ts, "models.delete" in shown(kept)) == (question.ts, False)
