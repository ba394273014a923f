"""What people have chosen for themselves; unlike what Slack says of them, it is never forgotten."""

from sqlalchemy import select

from storage.engine import Database
from storage.inserts import insert_or_replace
from storage.rows import Tenant
from storage.snapshots import columns_of
from storage.tables import PreferenceRecord


class PreferenceStore:
    """The language in which each person wants to read, above that of their Slack."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def language(self, tenant: Tenant, user_id: str) -> str:
        """`en` or `zh`; empty for somebody who has chosen nothing."""
        preference = PreferenceRecord
        query = select(preference.language).where(preference.tenant == tenant, preference.user_id == user_id)
        async with self._database.reading() as session:
            return await session.scalar(query) or ""

    async def choose_language(self, tenant: Tenant, user_id: str, language: str) -> None:
        """Remember a choice, in the place of an earlier one."""
        chosen = columns_of(tenant) | {"user_id": user_id, "language": language}
        async with self._database.writing() as session:
            await insert_or_replace(session, PreferenceRecord, chosen)
