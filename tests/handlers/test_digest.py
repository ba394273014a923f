"""The digest in the team's channel: once, and nothing of what isn't everybody's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from handlers.digest import Digests
from storage.audits import AuditStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import JobStatus, Place
from tests.handlers.blocks.samples import model, plain_job
from tuning.models import Models
from tuning.providers.gateways import Gateways

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(name="digests")
def _digests(client, database, people, make_outbox, tenant, channel_id):
    outbox, clock = make_outbox(client), lambda: MONDAY
    return Digests(
        JobStore(database),
        Models(ModelStore(database), Gateways([]), clock, AuditStore(database)),
        people,
        outbox,
        tenant,
        channel_id,
        "weekly",
        clock,
    )


async def _add(digests, name, channel_id, **changes):
    ended = {"finished_at": MONDAY - timedelta(days=2), "trained_tokens": 1000, "estimated_tokens": 2000}
    job = plain_job(id=f"job_{name}", name=name, tenant=digests.tenant, place=Place(channel_id, "1.0"), **changes)
    await digests.jobs.add(replace(job, **ended) if job.status.is_final else job)


async def test_a_week_is_told_once_and_of_public_channels_only(workspace, digests, channel_id, until):
    lab = workspace.state.channel_named("lab").id
    await _add(digests, "open", channel_id, status=JobStatus.SUCCEEDED, estimated_usd=Decimal(3))
    await _add(digests, "billed-nowhere", channel_id, status=JobStatus.FAILED)
    await _add(digests, "secret", lab, status=JobStatus.SUCCEEDED, estimated_usd=Decimal(100))
    await _add(digests, "going-on", channel_id)
    for name, place_id in (("dying", channel_id), ("hidden", lab)):
        ends = replace(model(name, f"ft:{name}"), tenant=digests.tenant, place=Place(place_id, "1.0"))
        await digests.models.store.add(replace(ends, provider="openai", base_model="gpt-4.1-mini-2025-04-14"))

    for _ in range(3):
        await digests.tell()
        await digests.outbox.sweep()
    await until(lambda: workspace.person("ada").messages(channel_id))

    told = [message for message in workspace.person("ada").messages(channel_id) if "Fine-tuning from" in message.text]
    shown = str(told[0].blocks)
    assert (len(told), "secret" in shown, "hidden" in shown) == (1, False, False)
    assert "1 succeeded · 1 failed · 0 cancelled · 1 running" in shown
    assert "billed by the providers: $1.50 (without 1 job" in shown
    assert "dying · stops on 2027-01-14, in 52 days" in shown


async def test_nothing_is_told_where_nothing_happened_and_where_no_channel_is_named(workspace, digests, channel_id):
    await digests.tell()
    await _add(digests, "open", channel_id, status=JobStatus.SUCCEEDED)
    await replace(digests, channel_id="").tell()
    await digests.outbox.sweep()

    assert [message for message in workspace.person("ada").messages(channel_id) if message.text] == []
