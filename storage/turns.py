"""Questions to tuned models and their answers: our own transcript of each thread."""

from datetime import datetime

from sqlalchemy import delete, select, update

from storage.engine import Database
from storage.inserts import insert_if_new
from storage.reading import read_all
from storage.rows import Place, Tenant, Turn, TurnState
from storage.snapshots import columns_of
from storage.tables import TurnRecord


class TurnStore:
    """One row a question, known by the message that asked it: ASKED while nobody answers it, then ANSWERING."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, turn: Turn) -> bool:
        """Store a question, which is then to be claimed. False: this message's question is stored already.

        One post in Slack can arrive as several events, so the message's own ts in its channel is what counts.
        """
        async with self._database.writing() as session:
            return await insert_if_new(session, TurnRecord, columns_of(turn))

    async def claim(self, turn: Turn) -> bool:
        """Take a question to answer it. False: somebody else has taken it, or it was answered."""
        is_free = (TurnRecord.tenant == turn.tenant, TurnRecord.id == turn.id, TurnRecord.state == TurnState.ASKED)
        taken = update(TurnRecord).where(*is_free).values(state=TurnState.ANSWERING)
        async with self._database.writing() as session:
            return await session.execute(taken) == 1

    async def save(self, turn: Turn) -> None:
        """Store how far the answer has come."""
        async with self._database.writing() as session:
            await session.execute(
                update(TurnRecord)
                .where(TurnRecord.tenant == turn.tenant, TurnRecord.id == turn.id)
                .values(model_id=turn.model_id, answer=turn.answer, answer_ts=turn.answer_ts, state=turn.state)
            )

    async def thread(self, tenant: Tenant, place: Place) -> list[Turn]:
        """All turns of one thread, oldest first."""
        query = select(TurnRecord).where(TurnRecord.tenant == tenant, TurnRecord.place == place)
        return await read_all(self._database, Turn, query.order_by(TurnRecord.message_ts))

    async def forget(self, before: datetime) -> None:
        """Remove the turns of all teams that were asked before a moment; nobody answers them any more."""
        async with self._database.writing() as session:
            await session.execute(delete(TurnRecord).where(TurnRecord.created_at < before))

    async def unfinished(self) -> list[Turn]:
        """The questions of all teams that were taken and still wait for the end of an answer, oldest first."""
        query = (
            select(TurnRecord)
            .where(TurnRecord.state == TurnState.ANSWERING)
            .order_by(TurnRecord.created_at, TurnRecord.message_ts)
        )
        return await read_all(self._database, Turn, query)
