"""A provider that can be made to misbehave, gateways to it, and the use cases of `tuning` around one of them."""

import pytest

from storage.engine import Database
from tests.tuning import misbehaviour
from tests.tuning.house import House
from tests.tuning.scripted_host import ScriptedHost, served
from tuning.providers.connection import Patience
from tuning.providers.gateway import Gateway
from tuning.providers.profiles import TRAINER

QUICK = Patience(connect_seconds=5, call_seconds=5, upload_seconds=3, event_stream_seconds=0.3)


@pytest.fixture
async def host():
    scripted = ScriptedHost()
    async with served(scripted.app()) as scripted.base_url:
        yield scripted
        scripted.hanging.set()


@pytest.fixture
async def connect(host):
    """Makes gateways to the scripted host, and closes them."""
    gateways = []

    def gateway(profile=TRAINER, **options):
        gateways.append(Gateway(profile, **{"base_url": host.base_url, "patience": QUICK, **options}))
        return gateways[-1]

    yield gateway
    for made in gateways:
        await made.close()


@pytest.fixture
def gateway(connect):
    return connect()


@pytest.fixture
def answers():
    """The ways in which the scripted host can misbehave."""
    return misbehaviour


@pytest.fixture
async def tables(sqlite_url):
    opened = await Database.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def house(tables, gateway, tmp_path):
    return House(tables, gateway, tmp_path / "files")


@pytest.fixture
def house_of(tables, tmp_path):
    """A house around another gateway."""
    return lambda gateway: House(tables, gateway, tmp_path / "files")
