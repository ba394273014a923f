"""Prompts that were tried on datasets, with the answers and their marks."""

from sqlalchemy import select, update

from storage.engine import Database
from storage.errors import DatasetGone
from storage.inserts import insert_if_new
from storage.reading import read_first
from storage.rows import JSON, Tenant, Trial
from storage.snapshots import columns_of, key_of, row_of
from storage.tables import DatasetRecord, TrialRecord


class TrialStore:
    """A team's trials; each goes with its dataset."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, trial: Trial) -> None:
        """Store a trial; the same id twice is one trial.

        Raises:
            DatasetGone: its dataset was deleted meanwhile.
        """
        async with self._database.writing() as session:
            if not await session.get(DatasetRecord, key_of(trial.tenant, trial.dataset_id), with_for_update=True):
                raise DatasetGone(trial.dataset_id)
            await insert_if_new(session, TrialRecord, columns_of(trial))

    async def get(self, tenant: Tenant, trial_id: str) -> Trial | None:
        """A trial by its id; None where there is none, as after its dataset was deleted."""
        query = select(TrialRecord).where(TrialRecord.tenant == tenant, TrialRecord.id == trial_id)
        return await read_first(self._database, Trial, query)

    async def newest(self, tenant: Tenant, dataset_id: str) -> Trial | None:
        """The last prompt that was tried on a dataset."""
        query = select(TrialRecord).where(TrialRecord.tenant == tenant, TrialRecord.dataset_id == dataset_id)
        newest_first = (TrialRecord.created_at.desc(), TrialRecord.id.desc())
        return await read_first(self._database, Trial, query.order_by(*newest_first))

    async def note(self, tenant: Tenant, trial_id: str, outcome: JSON) -> None:
        """Write down what has come of it so far."""
        async with self._database.writing() as session:
            await session.execute(
                update(TrialRecord)
                .where(TrialRecord.tenant == tenant, TrialRecord.id == trial_id)
                .values(outcome=outcome)
            )

    async def mark(self, tenant: Tenant, trial_id: str, row: int, *, is_good: bool) -> Trial | None:
        """Mark one answer, in the place of an earlier mark; two at once are both kept. None for an unknown trial."""
        async with self._database.writing() as session:
            record = await session.get(TrialRecord, key_of(tenant, trial_id), with_for_update=True)
            if record is None:
                return None
            rows = [dict(one) for one in record.outcome["rows"]]
            rows[row]["is_good"] = is_good
            record.outcome = {**record.outcome, "rows": rows}
            return row_of(Trial, record)
