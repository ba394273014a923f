"""Which bytes a provider's account has already been given, so that they are uploaded once."""

from sqlalchemy import delete

from storage.engine import Database
from storage.inserts import insert_or_replace
from storage.rows import Tenant
from storage.snapshots import key_of
from storage.tables import ProviderFileRecord


class ProviderFileStore:
    """The provider's file id for the bytes with a sha256, by tenant and account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, tenant: Tenant, account: str, sha256: str) -> str | None:
        async with self._database.reading() as session:
            record = await session.get(ProviderFileRecord, key_of(tenant, account, sha256))
            return None if record is None else record.file_id

    async def put(self, tenant: Tenant, account: str, sha256: str, file_id: str) -> None:
        """Remember an uploaded file; a newer upload of the same bytes takes the older one's place."""
        columns = {"team_id": tenant.team_id, "enterprise_id": tenant.enterprise_id}
        columns |= {"account": account, "sha256": sha256, "file_id": file_id}
        async with self._database.writing() as session:
            await insert_or_replace(session, ProviderFileRecord, columns)

    async def forget(self, tenant: Tenant, account: str, sha256: str) -> None:
        """The provider no longer has the file: the next job uploads it again."""
        async with self._database.writing() as session:
            await session.execute(
                delete(ProviderFileRecord).where(
                    ProviderFileRecord.tenant == tenant,
                    ProviderFileRecord.account == account,
                    ProviderFileRecord.sha256 == sha256,
                )
            )
