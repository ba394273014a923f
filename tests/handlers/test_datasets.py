"""A dropped file always ends in an answer: its report, or a sentence that says what went wrong."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from handlers.announcements import Announcements
from handlers.datasets import DatasetHandlers, Shared
from handlers.outbox import Outbox
from handlers.pacing import Pacer
from handlers.posting import Posting
from handlers.reports import Reports
from storage.changes import ChangeStore
from storage.deliveries import DeliveryStore
from storage.errors import DatabaseUnavailable
from storage.jobs import JobStore
from storage.leases import Lease, LeaseStore
from storage.models import ModelStore
from storage.rows import Place
from tests.tuning.house import House
from tuning.errors import FileNotYet
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import TRAINER

MARV = (Path(__file__).parents[2] / "examples" / "marv.jsonl").read_bytes()


def now() -> datetime:
    return datetime.now(UTC)


class Deliveries(DeliveryStore):
    """Deliveries in a database that is away as often as it is told to be."""

    def __init__(self, database) -> None:
        super().__init__(database)
        self.absences = 0

    async def put(self, *arguments, **options):
        if self.absences:
            self.absences -= 1
            raise DatabaseUnavailable
        return await super().put(*arguments, **options)


class FaultyHouse(House):
    """Raises the faults it is given, one a try, and then gives the file."""

    def __init__(self, database, gateway, folder) -> None:
        super().__init__(database, gateway, folder)
        self.faults = []

    async def read(self, file_reference):
        if self.faults:
            raise self.faults.pop(0)
        yield MARV


@pytest.fixture(name="house")
async def _house(database, tmp_path):
    # Nothing listens there: a report without prices is a report.
    gateway = Gateway(TRAINER, base_url="http://127.0.0.1:9/v1")
    yield FaultyHouse(database, gateway, tmp_path / "files")
    await gateway.close()


@pytest.fixture(name="deliveries")
def _deliveries(database) -> Deliveries:
    return Deliveries(database)


@pytest.fixture(name="handlers")
def _handlers(client, house, database, deliveries, people) -> DatasetHandlers:
    announcements = Announcements(
        ChangeStore(database), JobStore(database), deliveries, people, "", now, ModelStore(database), lambda *_: None
    )
    posting = Posting(client, Pacer(time.monotonic))
    outbox = Outbox(posting, deliveries, announcements, Lease(LeaseStore(database), "outbox", "test", now), now)
    return DatasetHandlers(
        Reports(house.datasets, house.revisions),
        outbox,
        deliveries,
        people,
        house.start_durable,
        client,
        house.pause,
        lambda: "1f3a",
    )


@pytest.fixture(name="told")
def _told(handlers, deliveries, house, channel_id):
    """What stands in the thread once a check has run."""

    async def told() -> str:
        shared = Shared(house.tenant, Place(channel_id, "1.0"), "U1", "F1", "marv.jsonl")
        received = await handlers.receive(shared.to_json())
        await handlers.report(shared.to_json(), json.loads(json.dumps(received)))
        delivery = await deliveries.by_key(house.tenant, shared.report_key)
        return json.dumps(delivery.payload, ensure_ascii=False)

    return told


async def test_a_file_is_fetched_again_after_a_passing_fault(house, told):
    house.faults = [FileNotYet("unanswered", "marv.jsonl"), TimeoutError(), DatabaseUnavailable()]

    assert "*Ready:*" in await told()
    assert house.pauses == [1, 2, 4]


async def test_a_fault_of_ours_ends_the_check_with_an_incident_and_not_in_silence(house, told):
    house.faults = [OSError(28, "No space left on device")]

    assert "incident `1f3a`" in await told()


async def test_a_network_that_stays_away_ends_the_check_with_an_incident(house, told):
    house.faults = [aiohttp.ClientConnectionError() for _ in range(20)]

    assert "incident `1f3a`" in await told()


async def test_a_check_asked_for_again_by_hand_runs_again_and_a_repeated_event_does_not(
    house, handlers, workspace, tenant, channel_id
):
    user = workspace.person("ada").user.id
    event = {"user": user, "channel": channel_id, "ts": "1.0", "files": [{"id": "F1", "name": "marv.backup"}]}
    for wish_ts in ("", "", "2.0", "2.0", "3.0"):
        await handlers.shared(tenant, event, is_addressed=True, wish_ts=wish_ts)

    assert [workflow_id.rpartition(":")[2] for _, workflow_id, *_ in house.started] == ["1.0", "2.0", "3.0"]
    assert len({str(shared) for *_, shared in house.started}) == 1


async def test_a_report_that_cannot_be_made_is_told_as_an_incident(house, handlers, deliveries, channel_id):
    shared = Shared(house.tenant, Place(channel_id, "1.0"), "U1", "F1", "marv.jsonl").to_json()
    received = await handlers.receive(shared)
    async with house.dataset_store._database.writing() as session:
        await session.execute(text("UPDATE dataset_versions SET report = '[]'"))
    await handlers.report(shared, received)

    delivery = await deliveries.by_key(house.tenant, Shared.from_json(shared).report_key)
    assert "incident `1f3a`" in delivery.payload["text"]


async def test_a_report_waits_for_a_database_that_is_away(deliveries, told):
    deliveries.absences = 7

    assert "*Ready:*" in await told()
