"""Reminders of models that will stop: where they are said, when, and how often."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.channels import Channels
from handlers.end_reminders import EndReminders, Team
from storage.audits import AuditStore
from storage.deliveries import DeliveryStore
from storage.models import ModelStore
from storage.rows import Place
from tests.handlers.blocks.samples import model
from tuning.models import Models
from tuning.providers.gateways import Gateways

TEAM = "C0TEAM"
MINI = "gpt-4.1-mini-2025-04-14"


class Days:
    """A clock that a test moves from day to day; the models stop on 2027-01-14."""

    def __init__(self):
        self.now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture(name="days")
def _days():
    return Days()


@pytest.fixture(name="outbox")
def _outbox(make_outbox, client):
    return make_outbox(client)


@pytest.fixture(name="reminders")
async def _reminders(database, people, days, workspace, tenant, outbox):
    """Two models of the public channel, and one of ada's direct message."""
    store = ModelStore(database)
    public, private = workspace.state.channel_named("fine-tuning").id, "D0ADA"
    ours = replace(model(), tenant=tenant, provider="openai", base_model=MINI)
    for name, channel_id in (("marv", public), ("tone", public), ("secret", private)):
        await store.add(replace(ours, id=f"ft:{name}", name=name, place=Place(channel_id, "1.0")))

    def make(team_channel_id=TEAM):
        models = Models(store, Gateways([]), days, AuditStore(database))
        return EndReminders(models, outbox, DeliveryStore(database), people, Team(tenant, team_channel_id), days)

    return make


async def sent(database):
    return {
        one.key: (one.place, one.payload["text"])
        for one in await DeliveryStore(database).due(datetime(2100, 1, 1, tzinfo=UTC), limit=100)
    }


async def test_the_team_s_channel_is_reminded_of_what_is_public_and_each_other_place_of_its_own(
    reminders, database, days
):
    days.now = datetime(2026, 11, 22, tzinfo=UTC)

    await reminders().remind()
    await reminders().remind()

    messages = await sent(database)
    assert {place for place, _ in messages.values()} == {Place(TEAM), Place("D0ADA", "1.0")}
    told = {place.channel_id: text for place, text in messages.values()}
    assert "2 models stop answering on 2027-01-14, in 53 days: *marv*, *tone*" in told[TEAM]
    assert "secret" not in told[TEAM]
    assert "*secret* stops answering on 2027-01-14" in told["D0ADA"]


async def test_without_a_team_channel_each_thread_is_reminded(reminders, database, days):
    days.now = datetime(2027, 1, 13, tzinfo=UTC)

    await reminders("").remind()

    texts = [text for _, text in (await sent(database)).values()]
    assert len(texts) == 2
    assert all("in 1 day" in text for text in texts)


async def test_each_of_the_five_reminders_comes_once_however_often_it_is_looked(reminders, database, days):
    for day in range(1, 32):
        days.now = datetime(2026, 12, day, tzinfo=UTC)
        await reminders().remind()
    for day in range(1, 15):
        days.now = datetime(2027, 1, day, tzinfo=UTC)
        await reminders().remind()

    keys = [key for key, (place, _) in (await sent(database)).items() if place == Place(TEAM)]
    assert sorted(int(key.split(":")[2]) for key in keys) == [1, 7, 14, 30, 60]


async def test_the_models_of_three_threads_of_one_private_channel_are_all_told_there(
    reminders, database, days, workspace, tenant
):
    lab, store = workspace.state.channel_named("lab").id, ModelStore(database)
    for number in (1, 2, 3):
        threaded = replace(model(), tenant=tenant, provider="openai", base_model=MINI, place=Place(lab, f"{number}.0"))
        await store.add(replace(threaded, id=f"ft:lab-{number}", name=f"lab-{number}"))
    days.now = datetime(2026, 11, 22, tzinfo=UTC)

    await reminders(lab).remind()

    told = dict((await sent(database)).values())
    # The team's channel is private itself, and hears of the public channel's models besides its own.
    assert all(f"*{name}*" in told[Place(lab)] for name in ("lab-1", "lab-2", "lab-3", "marv", "tone"))


async def test_while_slack_does_not_tell_who_reads_a_channel_its_models_wait_and_are_told_of_once(
    reminders, database, days, people
):
    days.now = datetime(2026, 11, 22, tzinfo=UTC)
    nowhere = AsyncWebClient("xoxb-1", base_url="http://127.0.0.1:1/", timeout=1)

    await replace(reminders(), people=replace(people, channels=Channels(nowhere, days))).remind()
    waiting = await sent(database)
    await reminders().remind()
    await reminders().remind()

    assert [place for place, _ in waiting.values()] == [Place("D0ADA", "1.0")]
    told = [text for place, text in (await sent(database)).values() if place == Place(TEAM)]
    assert len(told) == 1
    assert "*marv*, *tone*" in told[0]
