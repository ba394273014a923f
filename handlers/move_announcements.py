"""Turns what changed about a move into messages in its model's thread: a card, what it waits for, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from handlers.blocks.kit import Content
from handlers.blocks.moves import Shown, amount, move_card, move_milestone
from handlers.language import Voice
from handlers.people import People
from handlers.reports import Reports
from storage.deliveries import DeliveryStore
from storage.rows import Change, ChangeKind, Model, Move, MoveState
from tuning.errors import DatasetNotFound
from tuning.moving.code_lines import changed_lines
from tuning.moving.moving import Moving

_BROUGHT: Final = {"fetch", "sample"}
"""Origins of datasets that nobody has dropped, so that their report has a place in the move's thread."""


@dataclass(frozen=True, slots=True)
class MoveAnnouncements:
    """Writes deliveries under keys of their own, so that nobody is told twice."""

    moving: Moving
    reports: Reports
    deliveries: DeliveryStore
    people: People
    clock: Callable[[], datetime]

    async def announce(self, change: Change) -> None:
        """Write what one change calls for."""
        move = await self.moving.store.get(change.tenant, change.subject.removeprefix("move:"))
        old = await self.moving.models.store.get(change.tenant, move.model_id) if move else None
        if move is None or old is None:
            return
        voice = await self.people.voice_in(move.tenant, move.place.channel_id, move.owner_id)
        shown = await self._shown(voice, move, old)
        if change.kind is ChangeKind.CARD:
            await self._put(move, change.key, move_card(voice, shown))
            await self._report(voice, move)
            return
        reached = MoveState(change.key.split(":")[2])
        if reached is move.state:
            await self._put(move, change.key, move_milestone(voice, shown))

    async def _shown(self, voice: Voice, move: Move, old: Model) -> Shown:
        samples = await self.moving.store.samples(move)
        spent = sum((sample.cost for sample in samples), Decimal())
        told = amount(voice, spent, move.budget_unit) if samples else ""
        new = await self.moving.new_model(move)
        gateways = self.moving.models.gateways
        if new is None or new.provider not in gateways.titles:
            return Shown(move, old, spent=told, most=len(samples))
        there = gateways.of(old.provider) if old.provider in gateways.titles else None
        lines = changed_lines(old, there, new, gateways.of(new.provider))
        return Shown(move, old, new, lines, told, len(samples))

    async def _report(self, voice: Voice, move: Move) -> None:
        """What the check says of data that was brought here, once."""
        version = await self.moving.datasets.store.version(move.tenant, move.version_id) if move.version_id else None
        if version is None or version.origin not in _BROUGHT:
            return
        try:
            content = await self.reports.of_version(voice, move.tenant, version.id)
        except DatasetNotFound:
            return
        # The key begins as those of all reports on the dataset do, which are taken back when it is deleted.
        key = f"report:{version.dataset_id}:{move.place.thread_ts}"
        await self.deliveries.put_first(move.tenant, key, move.place, content.payload(), self.clock())

    async def _put(self, move: Move, key: str, content: Content) -> None:
        await self.deliveries.put(move.tenant, key, move.place, content.payload(), self.clock())
