"""Who is told when a job ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.announcements import Announcements
from handlers.channels import Channels
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import Job, JobRequest, JobStatus, Place
from tuning.jobs.progress import milestone

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


async def _nothing_more(job):
    """Nothing but messages shows how far a job is."""


async def _succeeded(jobs, tenant, place):
    request = JobRequest("trainer", "smol", "v1")
    job = Job("job_1", tenant, "marv", "U1", place, request, NOW, status=JobStatus.SUCCEEDED, finished_at=NOW)
    job = await jobs.add(job)
    await jobs.advance(job, changes=[milestone(job, "succeeded")])


@pytest.mark.parametrize(("channel", "is_told"), [("fine-tuning", True), ("lab", False)])
async def test_the_teams_channel_is_told_of_the_end_of_what_everybody_may_see(
    workspace, database, people, tenant, channel, is_told
):
    lab = workspace.state.channel_named("lab").id
    await workspace.person("ada").invite(lab, workspace.credentials.bot_user_id)
    jobs, deliveries = JobStore(database), DeliveryStore(database)
    place = Place(workspace.state.channel_named(channel).id, "1.0")
    await _succeeded(jobs, tenant, place)
    team_channel_id = workspace.state.channel_named("general").id

    models = ModelStore(database)
    await Announcements(
        ChangeStore(database), jobs, deliveries, people, team_channel_id, lambda: NOW, models, _nothing_more
    ).write()

    told = [delivery.place for delivery in await deliveries.due(NOW)]
    assert told == ([place, Place(team_channel_id)] if is_told else [place])


async def test_a_change_that_cannot_be_told_holds_up_no_other_and_is_tried_again_a_minute_later(
    database, people, tenant, caplog
):
    jobs, deliveries = JobStore(database), DeliveryStore(database)
    request, clock = JobRequest("trainer", "smol", "v1"), Clock()
    job = await jobs.add(Job("job_1", tenant, "marv", "U1", Place("C1", "1.0"), request, NOW, status=JobStatus.RUNNING))
    await jobs.advance(job, changes=[milestone(job, "of-a-later-release"), milestone(job, "running")])
    models = ModelStore(database)
    told = Announcements(ChangeStore(database), jobs, deliveries, people, "", clock, models, _nothing_more)

    await told.write()
    await told.write()
    assert [delivery.key for delivery in await deliveries.due(NOW)] == ["job:job_1:running"]
    assert [record.getMessage() for record in caplog.records] == ["change_not_announced"]

    clock.now += timedelta(minutes=1)
    await told.write()
    assert len(caplog.records) == 2


async def test_while_slack_does_not_tell_who_reads_a_channel_the_owner_is_told_and_the_team_later(
    workspace, database, people, tenant
):
    jobs, deliveries, clock = JobStore(database), DeliveryStore(database), Clock()
    place, team = (
        Place(workspace.state.channel_named(name).id, ts) for name, ts in [("fine-tuning", "1.0"), ("general", "")]
    )
    await _succeeded(jobs, tenant, place)
    away = Channels(AsyncWebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/"), clock)
    announcements = Announcements(
        ChangeStore(database), jobs, deliveries, replace(people, channels=away), team.channel_id, clock,
        ModelStore(database), _nothing_more,
    )  # fmt: skip
    await announcements.write()
    assert [delivery.place for delivery in await deliveries.due(NOW)] == [place]

    clock.now += timedelta(minutes=1)
    await replace(announcements, people=people).write()
    assert [delivery.place for delivery in await deliveries.due(clock.now)] == [place, Place(team.channel_id)]
