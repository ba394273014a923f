"""What we remember about people in Slack for a while."""

from datetime import datetime

from sqlalchemy import delete, select

from storage.engine import Database
from storage.inserts import insert_or_replace
from storage.reading import read_first
from storage.rows import Person, Tenant
from storage.snapshots import columns_of
from storage.tables import PersonRecord


class PeopleStore:
    """Locale and standing of people; `Person.fetched_at` tells the reader when to ask Slack again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant: Tenant, user_id: str) -> Person | None:
        query = select(PersonRecord).where(PersonRecord.tenant == tenant, PersonRecord.user_id == user_id)
        return await read_first(self._database, Person, query)

    async def put(self, person: Person) -> None:
        """Remember a person as just fetched, in the place of what was known."""
        async with self._database.writing() as session:
            await insert_or_replace(session, PersonRecord, columns_of(person))

    async def forget(self, before: datetime) -> None:
        """Remove whom nobody has asked Slack about since a moment."""
        async with self._database.writing() as session:
            await session.execute(delete(PersonRecord).where(PersonRecord.fetched_at < before))
