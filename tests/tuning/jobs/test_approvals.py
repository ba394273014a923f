"""A start that needs an approval waits for one, and then happens exactly once: this is what costs money."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from storage.rows import JobStatus, Tenant
from tests.tuning.house import House, nowhere
from tuning.access import Actor, Viewer
from tuning.authority import Policy, Reason
from tuning.errors import AlreadyDecided, AuditClosed, JobNotFound, NotAMember, NotAnApprover, OwnApproval
from tuning.jobs.approvals import hurdle_of
from tuning.jobs.expiry import EXPIRED, Expiry
from tuning.providers.profiles import OPENAI

ADA = Viewer(House.tenant, Actor("U0", is_admin=True), "D0", nowhere)


@pytest.fixture
def paid(house_of, connect):
    """A house at a provider that costs money, where bo, its owner, may start nothing paid."""
    house = house_of(connect(OPENAI, key="sk-test"))
    house.jobs = house.jobs_under(Policy())
    return house


@pytest.fixture
def ask(paid):
    """Bo asks for a job."""

    async def ask(job_id="job_1", **choices):
        return await paid.asked(job_id, base_model="gpt-4.1-mini-2025-04-14", **choices)

    return ask


def begun(house):
    return [started[1] for started in house.started]


async def actions(house):
    return [audit.action for audit in await house.audits.recent(house.tenant)][::-1]


async def test_a_job_that_needs_an_approval_reaches_no_provider_before_it_has_one(paid, host, ask):
    job = await ask(n_epochs=2)
    await paid.launch.sweep()

    asked = await paid.audits.by_key(paid.tenant, "job:job_1:ask")
    hurdle = hurdle_of(asked)
    assert (job.status, begun(paid), host.jobs) == (JobStatus.AWAITING_APPROVAL, [], [])
    assert (asked.actor_id, hurdle.reason, hurdle.usd) == ("U1", Reason.NOT_A_STARTER, job.estimated_usd)
    assert job.estimated_usd > 0


async def test_an_approved_job_starts_once_with_what_was_asked_for_however_often_it_is_approved(paid, host, ask):
    await ask(n_epochs=2, suffix="marv")

    outcomes = await asyncio.gather(
        *(paid.jobs.approvals.approve(ADA, "job_1") for _ in range(5)), return_exceptions=True
    )
    await paid.run_start()

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [*["AlreadyDecided"] * 4, "Job"]
    assert begun(paid) == ["start:job_1"]
    (created,) = host.jobs
    assert created["method"]["supervised"]["hyperparameters"]["n_epochs"] == 2
    assert created["suffix"] == "marv"
    assert await actions(paid) == ["ask", "approve"]


async def test_an_approval_that_a_crash_cut_off_is_carried_out_after_the_restart(paid, ask):
    await ask()

    async def die(*_):
        raise asyncio.CancelledError

    approvals = replace(paid.jobs.approvals, launch=replace(paid.launch, start_durable=die))
    with pytest.raises(asyncio.CancelledError):
        await approvals.approve(ADA, "job_1")
    assert begun(paid) == []
    await paid.launch.sweep()

    assert begun(paid) == ["start:job_1"]


async def test_the_same_form_submitted_again_neither_asks_twice_nor_undoes_the_approval(paid, ask):
    await ask()
    await ask()
    await paid.jobs.approvals.approve(ADA, "job_1")
    again = await ask()

    assert again.status is JobStatus.STARTING
    assert (begun(paid), await actions(paid)) == (["start:job_1"], ["ask", "approve"])


async def test_a_state_from_before_the_approval_does_not_bring_the_waiting_back(paid, ask):
    before = await ask()
    await paid.jobs.approvals.approve(ADA, "job_1")
    await paid.job_store.advance(before)

    assert (await paid.job_store.get(paid.tenant, "job_1")).status is JobStatus.STARTING


async def test_a_declined_job_ends_in_the_name_of_who_declined_it(paid, host, ask):
    await ask()
    await paid.jobs.approvals.decline(ADA, "job_1")
    with pytest.raises(AlreadyDecided):
        await paid.jobs.approvals.approve(ADA, "job_1")

    job = await paid.job_store.get(paid.tenant, "job_1")
    assert (job.status, job.error_code, job.error_message) == (JobStatus.CANCELLED, "declined", "U0")
    assert (begun(paid), host.jobs, await actions(paid)) == ([], [], ["ask", "decline"])


async def test_what_nobody_has_decided_on_in_a_week_ends_and_can_no_longer_be_approved(paid, host, ask):
    asked, times = await ask(), []
    expiry = Expiry(paid.jobs.approvals.starts, lambda: times[-1], lambda: None)
    for early_seconds in (1, 0):
        times.append(asked.created_at + timedelta(days=7, seconds=-early_seconds))
        await expiry.expire(paid.tenant)
        job = await paid.job_store.get(paid.tenant, "job_1")
        assert job.status is (JobStatus.AWAITING_APPROVAL if early_seconds else JobStatus.CANCELLED)
    with pytest.raises(AlreadyDecided):
        await paid.jobs.approvals.approve(ADA, "job_1")

    assert (job.error_code, job.finished_at) == (EXPIRED, times[-1])
    assert (begun(paid), host.jobs, await actions(paid)) == ([], [], ["ask", "lapse"])


async def test_a_withdrawn_job_can_no_longer_be_approved(paid, ask):
    await ask()
    job = await paid.jobs.cancel(paid.viewer, "marv")
    with pytest.raises(AlreadyDecided):
        await paid.jobs.approvals.approve(ADA, "job_1")

    assert (job.status, begun(paid), await actions(paid)) == (JobStatus.CANCELLED, [], ["ask", "cancel"])


@pytest.mark.parametrize(
    ("viewer", "error"),
    [
        pytest.param(replace(ADA, actor=Actor("U2")), NotAnApprover, id="no admin"),
        pytest.param(House.viewer, NotAnApprover, id="whoever asked"),
        pytest.param(replace(ADA, actor=Actor("U1", is_admin=True)), OwnApproval, id="an admin who asked"),
        pytest.param(replace(ADA, actor=Actor("U2", is_admin=True, is_guest=True)), NotAMember, id="a guest"),
        pytest.param(replace(ADA, tenant=Tenant("T2")), JobNotFound, id="an admin of another workspace"),
    ],
)
async def test_nobody_else_decides_whatever_their_button_carries(paid, ask, viewer, error):
    await ask()
    for decide in (paid.jobs.approvals.approve, paid.jobs.approvals.decline):
        with pytest.raises(error):
            await decide(viewer, "job_1")

    assert (await paid.job_store.get(paid.tenant, "job_1")).status is JobStatus.AWAITING_APPROVAL
    is_audited = error in {NotAnApprover, OwnApproval}
    assert (begun(paid), await actions(paid)) == ([], ["ask", "refuse"] if is_audited else ["ask"])


async def test_of_starts_at_the_same_time_only_those_within_the_month_go_ahead(paid, ask):
    one = (await ask("job_0")).estimated_usd
    await paid.jobs.approvals.decline(ADA, "job_0")
    paid.jobs = paid.jobs_under(Policy(does_everybody_start=True, month_cap_usd=one * Decimal("2.5")))

    jobs = await asyncio.gather(*(ask(f"job_{number}") for number in range(1, 6)))

    assert sorted(job.status for job in jobs) == [*[JobStatus.AWAITING_APPROVAL] * 3, *[JobStatus.STARTING] * 2]
    assert await paid.jobs.approvals.spent_usd(paid.viewer) == 2 * one


async def test_a_job_within_the_caps_starts_at_once_and_is_audited(paid, ask):
    paid.jobs = paid.jobs_under(Policy(["U1"], job_cap_usd=Decimal(20)))
    job = await ask()

    assert (job.status, begun(paid), await actions(paid)) == (JobStatus.STARTING, ["start:job_1"], ["start"])


async def test_the_trail_is_for_admins_where_nobody_else_reads_it(paid, ask):
    await ask()
    for viewer in (paid.viewer, replace(ADA, is_alone=False)):
        with pytest.raises(AuditClosed):
            await paid.jobs.approvals.trail(viewer, 10)

    (audit,) = await paid.jobs.approvals.trail(ADA, 10)
    assert (audit.action, audit.subject) == ("ask", "job:job_1")
    assert await paid.jobs.approvals.trail(replace(ADA, tenant=Tenant("T2")), 10) == []
