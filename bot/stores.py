"""Everything that storage keeps for the bot, opened together and closed together."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.settings import Settings
from storage.audits import AuditStore
from storage.changes import ChangeStore
from storage.datasets import DatasetStore
from storage.deliveries import DeliveryStore
from storage.engine import Database
from storage.files import FileStore
from storage.inbox import InboxStore
from storage.jobs import JobStore
from storage.leases import LeaseStore
from storage.models import ModelStore
from storage.moves import MoveStore
from storage.people import PeopleStore
from storage.preferences import PreferenceStore
from storage.provider_files import ProviderFileStore
from storage.starts import StartStore
from storage.trials import TrialStore
from storage.turns import TurnStore


@dataclass(frozen=True, slots=True)
class Stores:
    """One store a noun, all on one database but the inbox, which has its own."""

    audits: AuditStore
    changes: ChangeStore
    datasets: DatasetStore
    deliveries: DeliveryStore
    files: FileStore
    inbox: InboxStore
    jobs: JobStore
    leases: LeaseStore
    models: ModelStore
    moves: MoveStore
    people: PeopleStore
    preferences: PreferenceStore
    provider_files: ProviderFileStore
    starts: StartStore
    trials: TrialStore
    turns: TurnStore


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """Open the databases, migrated to the newest schema.

    Raises:
        DatabaseUnavailable: one of them doesn't answer.
    """
    async with AsyncExitStack() as stack:
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        inbox = await InboxStore.open(settings.inbox_url)
        stack.push_async_callback(inbox.close)
        yield Stores(
            audits=AuditStore(database),
            changes=ChangeStore(database),
            datasets=DatasetStore(database),
            deliveries=DeliveryStore(database),
            files=FileStore(settings.files_folder, settings.bucket_url),
            inbox=inbox,
            jobs=JobStore(database),
            leases=LeaseStore(database),
            models=ModelStore(database),
            moves=MoveStore(database),
            people=PeopleStore(database),
            preferences=PreferenceStore(database),
            provider_files=ProviderFileStore(database),
            starts=StartStore(database),
            trials=TrialStore(database),
            turns=TurnStore(database),
        )
