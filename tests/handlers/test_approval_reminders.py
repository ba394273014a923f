"""Who was asked for an approval is reminded, a few times and of their own part only."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.approval_reminders import ApprovalReminders
from handlers.approval_requests import ApprovalRequests
from handlers.approvers import Approvers
from storage.audits import AuditStore
from storage.deliveries import DeliveryStore
from storage.jobs import JobStore
from storage.rows import JobStatus
from storage.starts import StartStore
from tests.handlers.blocks.samples import NOW, plain_job
from tuning.jobs.expiry import EXPIRED, Expiry


class Days:
    """A clock that a test moves from day to day."""

    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture(name="days")
def _days():
    return Days()


async def test_an_approval_is_reminded_of_after_a_day_three_and_six_and_never_its_owner(
    database, people, client, make_outbox, tenant, days
):
    await JobStore(database).add(plain_job(tenant=tenant, owner_id="U1", status=JobStatus.AWAITING_APPROVAL))
    await JobStore(database).add(plain_job(id="job_2", name="tone", tenant=tenant, status=JobStatus.RUNNING))
    approvers, deliveries = Approvers(client, ("U1", "U2"), days), DeliveryStore(database)
    requests = ApprovalRequests(approvers, AuditStore(database), deliveries, people, days)
    starts, woken = StartStore(database), []
    expiry = Expiry(starts, days, lambda: woken.append(days.now))
    reminders = ApprovalReminders(starts, requests, make_outbox(client), expiry, tenant, days)
    for day in range(20):
        days.now = NOW + timedelta(days=day, minutes=1)
        await reminders.remind()

    sent = await deliveries.due(datetime(2100, 1, 1, tzinfo=UTC))
    assert [(one.place.channel_id, one.key.rpartition(":")[2]) for one in sent] == [
        ("U2", "1"),
        ("U2", "3"),
        ("U2", "6"),
    ]
    assert all("*marv* of <@U1> has waited" in one.payload["text"] for one in sent)

    # On the seventh day it has expired, once and for good.
    job = await JobStore(database).get(tenant, "job_1")
    assert (job.status, job.error_code, woken) == (JobStatus.CANCELLED, EXPIRED, [NOW + timedelta(days=7, minutes=1)])
