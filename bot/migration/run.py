"""A migration to its end: what was begun goes on, what waits is offered what it needs, and each state is told."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

from bot.migration.listing import Old
from bot.migration.rooms import LOCAL, PERSON, Rooms
from storage.rows import DatasetVersion, Job, JobStatus, Model, Move, MoveState, Place
from tuning.datasets.incoming import Incoming
from tuning.moving.moving import Offered

_LOOK_SECONDS: Final = 0.3
_RESTS: Final = {MoveState.DONE, MoveState.FAILED, MoveState.DEPLOYING}
_CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for."""

    provider: str
    """Where to."""
    base_model: str
    """Empty for the one that is nearest to each old base."""
    n_epochs: int | None
    prompts: Path | None
    budget: Decimal | None
    are_terms_accepted: Callable[[Model], bool]
    """Shows the note, where it wasn't accepted beforehand, and asks."""
    tell: Callable[[Model, Move], None]
    """Called at each new state of a move."""
    tell_cap: Callable[[Model, Job], None]
    """Called where a job costs more than may be started."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Drives the moves of a number of models while the rooms are at work."""

    rooms: Rooms
    wish: Wish
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    """One question after another."""

    async def run(self, olds: Sequence[Old]) -> list[tuple[Old, Move | None]]:
        """Each model with its move once that goes no further by itself; None where there is no way.

        Raises:
            UserFacingError: what was offered can't be taken, for example a budget that is no amount.
        """
        return list(await asyncio.gather(*map(self._moved, olds)))

    async def _moved(self, old: Old) -> tuple[Old, Move | None]:
        base_model = self.wish.base_model or self._nearest(old)
        if not base_model:
            return old, None
        move, told, is_offered = await self._begun(old, base_model), None, False
        while True:
            move = await self._current(move)
            if move.state is not told:
                told = move.state
                self.wish.tell(old.model, move)
            if move.state in _RESTS:
                return old, move
            if move.state is MoveState.NEEDS_PROMPTS:
                if is_offered or not await self._offer(old, move):
                    return old, move
                is_offered = True
            await self._withdraw_over_cap(old, move)
            await asyncio.sleep(_LOOK_SECONDS)

    def _nearest(self, old: Old) -> str:
        ways = (target.base_model for target in old.plan.targets if target.provider == self.wish.provider)
        return next(ways, "")

    async def _begun(self, old: Old, base_model: str) -> Move:
        """A move that was begun before goes on; one that failed is tried again."""
        moving, viewer = self.rooms.moving, self.rooms.viewer
        move = await moving.begin(viewer, old.model.id, self.wish.provider, base_model, self.wish.n_epochs)
        return await moving.again(viewer, move.id) if move.state is MoveState.FAILED else move

    async def _current(self, move: Move) -> Move:
        return await self.rooms.stores.moves.get(LOCAL, move.id) or move

    async def _offer(self, old: Old, move: Move) -> bool:
        """Let the old model answer the prompts, if there are any and the note is accepted."""
        if self.wish.prompts is None or self.wish.budget is None:
            return False
        async with self._asking:
            if not await asyncio.to_thread(self.wish.are_terms_accepted, old.model):
                return False
        prompts = await self._prompts(self.wish.prompts)
        offered = Offered(prompts.id, self.wish.budget, are_terms_accepted=True)
        await self.rooms.moving.offer(self.rooms.viewer, move.id, offered)
        return True

    async def _prompts(self, path: Path) -> DatasetVersion:
        content = await asyncio.to_thread(path.read_bytes)
        dataset_id = f"ds_{hashlib.sha256(content).hexdigest()[:16]}"

        async def chunks() -> AsyncIterator[bytes]:
            for start in range(0, len(content), _CHUNK_BYTES):
                yield content[start : start + _CHUNK_BYTES]

        place, incoming = Place("terminal", dataset_id), Incoming(path.name)
        return await self.rooms.datasets.take_in(LOCAL, dataset_id, PERSON.user_id, place, incoming, chunks)

    async def _withdraw_over_cap(self, old: Old, move: Move) -> None:
        """Nobody approves their own start: what costs too much ends here, and is judged anew when it is run again."""
        job = await self.rooms.stores.jobs.get(LOCAL, move.job_id) if move.job_id else None
        if job is not None and job.status is JobStatus.AWAITING_APPROVAL:
            self.wish.tell_cap(old.model, job)
            await self.rooms.jobs.cancel(self.rooms.viewer, job.id)
