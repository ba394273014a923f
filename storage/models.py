"""Fine-tuned models that people can ask."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from storage.engine import Database
from storage.names import best_match, insert_under_free_name
from storage.reading import read_all, read_first
from storage.rows import Model, Place, Tenant
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import ModelRecord


class ModelStore:
    """A team's tuned models. A deleted one keeps its row and its name, so that old threads can say what it was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, model: Model) -> Model:
        """Store a model under its name or the next that is free, and return it.

        The same id twice is one model: the one stored first is returned, deleted or not.
        """
        async with self._database.writing() as session:
            await insert_under_free_name(session, ModelRecord, columns_of(model))
            return row_of(Model, await session.get_one(ModelRecord, key_of(model.tenant, model.id)))

    async def with_ids(self, model_ids: Collection[str]) -> list[Model]:
        """The models of all teams with these ids, deleted or not."""
        return await read_all(self._database, Model, select(ModelRecord).where(ModelRecord.id.in_(model_ids)))

    async def called(self, name: str) -> list[Model]:
        """The models of all teams that go by a name at a provider, in any case, deleted or not."""
        is_called = or_(func.lower(ModelRecord.id) == name.lower(), func.lower(ModelRecord.served_as) == name.lower())
        return await read_all(self._database, Model, select(ModelRecord).where(is_called))

    async def alive(self, limit: int = 10_000) -> list[Model]:
        """The models of all teams that are not deleted, oldest first."""
        query = select(ModelRecord).where(ModelRecord.deleted_at.is_(None))
        return await read_all(self._database, Model, query.order_by(ModelRecord.created_at).limit(limit))

    async def get(self, tenant: Tenant, model_id: str) -> Model | None:
        """A model by its id, deleted or not."""
        return await read_first(self._database, Model, _models_of(tenant).where(ModelRecord.id == model_id))

    async def in_thread(self, tenant: Tenant, place: Place) -> Model | None:
        """The newest model whose job's card lives in this thread, deleted or not."""
        return await read_first(self._database, Model, _models_of(tenant).where(ModelRecord.place == place))

    async def find(self, tenant: Tenant, text: str) -> Model | None:
        """The model somebody means by its id or its short name; not one that was deleted."""
        query = best_match(_models_of(tenant), text, ModelRecord.name, ModelRecord.id)
        return await read_first(self._database, Model, query.where(ModelRecord.deleted_at.is_(None)))

    async def recent(self, tenant: Tenant, limit: int = 100) -> list[Model]:
        """The team's models that are not deleted, newest first."""
        query = _models_of(tenant).where(ModelRecord.deleted_at.is_(None))
        return await read_all(self._database, Model, query.limit(limit))

    async def serve_as(self, tenant: Tenant, model_id: str, name: str) -> None:
        """Note the name under which a model was deployed."""
        async with self._database.writing() as session:
            await session.execute(
                update(ModelRecord)
                .where(ModelRecord.tenant == tenant, ModelRecord.id == model_id)
                .values(served_as=name)
            )

    async def mark_deleted(self, tenant: Tenant, model_id: str, deleted_at: datetime) -> None:
        """Note when a model was deleted; the first time counts."""
        async with self._database.writing() as session:
            await session.execute(
                update(ModelRecord)
                .where(ModelRecord.tenant == tenant, ModelRecord.id == model_id, ModelRecord.deleted_at.is_(None))
                .values(deleted_at=deleted_at)
            )


def _models_of(tenant: Tenant) -> Select[Any]:
    newest_first = (ModelRecord.created_at.desc(), ModelRecord.id.desc())
    return select(ModelRecord).where(ModelRecord.tenant == tenant).order_by(*newest_first)
