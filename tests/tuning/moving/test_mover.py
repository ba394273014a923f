"""A model of a provider that closes, moved to each of those that stay."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest

from storage.changes import ChangeStore
from storage.rows import JobStatus, MoveState
from tests.tuning.moving.conftest import BASE, OLD, jsonl, offered, rows
from tuning.access import Actor
from tuning.authority import Policy
from tuning.errors import MoveNotFound, NotAllowed
from tuning.providers.profiles import AZURE, NEBIUS, TRAINER, UNSLOTH


@pytest.mark.parametrize(
    ("profile", "base"),
    [(TRAINER, "smol"), (UNSLOTH, "smol"), (AZURE, BASE), (NEBIUS, "meta-llama/Meta-Llama-3.1-8B-Instruct")],
    ids=lambda one: getattr(one, "name", ""),
)
async def test_a_model_is_fetched_trained_and_compared_at_every_provider(
    moving_house, tables, host, old_host, profile, base
):
    house = moving_house(profile)
    old = await house.old_model()
    move = await house.moving.begin(house.viewer, old.id, profile.name, base)
    assert await house.moving.begin(house.viewer, old.id, profile.name, base) == move

    move = await house.moved(move)
    assert (move.state, move.error_code) == (MoveState.TRAINING, "")
    fetched = await house.dataset_store.version(house.tenant, move.version_id)
    assert (fetched.origin, fetched.examples, fetched.lineage["file_id"]) == ("fetch", 20, "file-old")

    job = await house.trained(host, move)
    (created,) = host.jobs
    settings = created["method"]["supervised"] if profile.takes_method else created
    assert (created["model"], settings["hyperparameters"]) == (base, {"n_epochs": 2})
    assert len([line for line in host.files[0]["content"].splitlines() if line]) == 16

    move = await house.moved(move)
    if profile.serves_by_deployment:
        assert move.state is MoveState.DEPLOYING
        await house.serving.register(house.viewer, job.name, "our-deployment")
        move = await house.moved(move)
    assert move.state is MoveState.DONE
    assert (move.comparison["source"], len(move.comparison["questions"])) == ("validation", 4)
    assert {(row["old"], row["new"]) for row in move.comparison["questions"]} == {("The old answer.", "An answer.")}
    assert {body["model"] for body in old_host.asked} == {OLD}
    assert {body["model"] for body in host.asked} == {"our-deployment" if profile.serves_by_deployment else "ft:new"}
    assert f"move:{move.id}:done:1" in [change.key for change in await ChangeStore(tables).waiting()]


class Killed(Exception):
    """The process has ended."""


class DyingStore:
    """Dies in each write of a move's state, before it or after it."""

    def __init__(self, moves, *, is_written_first):
        self._moves, self._is_written_first = moves, is_written_first

    def __getattr__(self, name):
        return getattr(self._moves, name)

    async def advance(self, before, after, changes=()):
        if self._is_written_first:
            await self._moves.advance(before, after, changes)
        raise Killed


async def test_a_move_goes_on_after_each_step_at_which_it_may_be_killed_and_creates_one_job(moving_house, host):
    house = moving_house()
    old = await house.old_model()
    move = await house.moving.begin(house.viewer, old.id, "trainer", "smol")
    moves = house.moves

    for turn in range(40):
        mover = house.another_mover()
        mover.steps = replace(mover.steps, moves=DyingStore(moves, is_written_first=turn % 2 == 1))
        with suppress(Killed):
            await mover.sweep()
        move = await moves.get(house.tenant, move.id)
        if move.state is MoveState.TRAINING and not host.jobs:
            await house.trained(host, move)

    assert move.state is MoveState.DONE
    assert len(host.jobs) == len(host.files) - 1 == 1
    assert len(move.comparison["questions"]) == 4
    assert len(await house.dataset_store.recent(house.tenant)) == 1


async def test_a_validation_file_comes_along_unless_its_rows_were_trained_on(moving_house, host, old_host):
    house = moving_house()
    held_out = rows(30)[20:]
    for name, content in (("file-held", jsonl(held_out)), ("file-leak", jsonl(rows(12)))):
        old_host.files.append({"id": name, "filename": name, "content": content.decode()})
    old_host.jobs[0]["validation_file"] = "file-held"
    old_host.jobs.append(
        old_host.jobs[0] | {"id": "ftjob-2", "fine_tuned_model": OLD + "2", "validation_file": "file-leak"}
    )
    old = await house.old_model()
    await house.account.import_job(house.viewer, "openai", "ftjob-2", house.open_place)

    clean = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    leaking = await house.moved(await house.moving.begin(house.viewer, OLD + "2", "trainer", "smol"))

    requests = [(await house.job_store.get(house.tenant, move.job_id)).request for move in (clean, leaking)]
    assert requests[0].validation_version_id == clean.validation_version_id != ""
    assert requests[1].validation_version_id == f"{leaking.version_id}.validation.80.0"


async def test_our_own_model_takes_its_own_split_with_it(moving_house, host):
    house = moving_house()
    old = await house.old_model()
    version = await house.dataset()
    job = await house.job_store.get(house.tenant, old.job_id)
    ids = (f"{version.id}.train.70.3", f"{version.id}.validation.70.3")
    request = replace(job.request, training_version_id=ids[0], validation_version_id=ids[1])
    ours = replace(job, id="job_ours", name="ours", request=request, provider_job_id="ftjob-ours")
    await house.job_store.add(ours)
    await house.model_store.add(replace(old, id="ft:ours", name="ours", job_id="job_ours"))

    move = await house.moved(await house.moving.begin(house.viewer, "ours", "trainer", "smol"))

    request = (await house.job_store.get(house.tenant, move.job_id)).request
    assert (request.training_version_id, request.validation_version_id) == ids


async def test_what_costs_more_than_the_cap_awaits_an_approval_and_then_the_move_goes_on(moving_house, host):
    house = moving_house(NEBIUS)
    jobs = house.jobs_under(Policy(does_everybody_start=True, job_cap_usd=Decimal("0.000001")))
    house.mover = house.another_mover(jobs)
    old = await house.old_model()

    move = await house.moved(
        await house.moving.begin(house.viewer, old.id, "nebius", "meta-llama/Meta-Llama-3.1-8B-Instruct")
    )

    job = await house.job_store.get(house.tenant, move.job_id)
    assert (move.state, job.status, host.jobs) == (MoveState.TRAINING, JobStatus.AWAITING_APPROVAL, [])
    await jobs.approvals.approve(replace(house.viewer, actor=Actor("U9", is_admin=True)), job.id)
    await house.trained(host, move)
    assert (await house.moved(move)).state is MoveState.DEPLOYING


async def test_nobody_moves_another_s_model_nor_sees_a_move_of_a_private_channel(moving_house, old_host):
    house = moving_house()
    old_host.files = []
    old = await house.old_model()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    lin = replace(house.viewer, actor=Actor("U2"))

    with pytest.raises(NotAllowed):
        await house.moving.begin(lin, old.id, "trainer", "other")
    for refused, viewer in ((NotAllowed, lin), (MoveNotFound, replace(lin, channel_id="C9"))):
        with pytest.raises(refused):
            await house.moving.offer(viewer, move.id, offered(await house.prompts(), 5))
        with pytest.raises(refused):
            await house.moving.decline(viewer, move.id)
        with pytest.raises(refused):
            await house.moving.again(viewer, move.id)


async def test_an_old_model_that_no_longer_answers_is_shown_as_silent_and_the_move_is_done(
    moving_house, host, old_host, answers
):
    house = moving_house()
    old = await house.old_model()
    move = await house.moved(await house.moving.begin(house.viewer, old.id, "trainer", "smol"))
    old_host.then("POST /chat/completions", *[answers.refusal(404)] * 9)
    await house.trained(host, move)

    move = await house.moved(move)

    assert move.state is MoveState.DONE
    assert {row["old"] for row in move.comparison["questions"]} == {None}


async def test_a_provider_that_is_away_is_waited_for_and_a_job_that_fails_ends_the_move(
    moving_house, host, old_host, answers
):
    house = moving_house()
    old = await house.old_model()
    old_host.then("GET /files/{id}/content", answers.refusal(503), answers.refusal(503))
    move = await house.moving.begin(house.viewer, old.id, "trainer", "smol")
    for _ in range(3):
        assert (await house.moved(move)).state is MoveState.FETCHING or old_host.calls.count(
            "GET /files/{id}/content"
        ) == 3
        house.later(30)
    move = await house.moves.get(house.tenant, move.id)
    assert move.state is MoveState.TRAINING

    _, job = await house.run_start(move.job_id)
    host.job(job.provider_job_id).update(status="failed", error={"code": "x", "message": "Broken."})
    await house.follower().sweep()
    move = await house.moved(move)
    assert (move.state, move.error_code, move.error_parameters) == (
        MoveState.FAILED,
        "move_job_ended",
        {"name": job.name},
    )
    again = await house.moving.again(house.viewer, move.id)
    again = await house.moved(again)
    assert (again.state, again.job_id != move.job_id) == (MoveState.TRAINING, True)
