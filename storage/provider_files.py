"""Which bytes a provider's account has already been given, so that they are uploaded once."""

from collections.abc import Collection

from sqlalchemy import delete, not_, select

from storage.engine import Database
from storage.inserts import insert_or_replace
from storage.reading import read_all, read_first
from storage.rows import ProviderFile, Tenant
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

    async def of_bytes(self, tenant: Tenant, hashes: Collection[str]) -> list[ProviderFile]:
        """Every file of a team's at any account that has bytes with one of these sha256."""
        wanted = (ProviderFileRecord.tenant == tenant, ProviderFileRecord.sha256.in_(hashes))
        ordered = (
            select(ProviderFileRecord).where(*wanted).order_by(ProviderFileRecord.account, ProviderFileRecord.file_id)
        )
        return await read_all(self._database, ProviderFile, ordered)

    async def is_shared(self, file: ProviderFile) -> bool:
        """Whether another team's datasets rest on the same file of the account."""
        same = (ProviderFileRecord.account == file.account, ProviderFileRecord.file_id == file.file_id)
        others = select(ProviderFileRecord).where(*same, not_(ProviderFileRecord.tenant == file.tenant))
        return await read_first(self._database, ProviderFile, others) is not None

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
