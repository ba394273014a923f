"""What is answered about leaving a provider or a model that ends."""

from dataclasses import dataclass

from handlers.asker import Asker, Commands
from handlers.blocks.kit import Content
from handlers.blocks.moving import moving_plan
from tuning.jobs.moves import Moves


@dataclass(frozen=True, slots=True)
class MoveCommands:
    """The plan behind the first line of the list of models."""

    moves: Moves

    def table(self) -> Commands:
        return Commands(pressed={"models.plan": self.plan})

    async def plan(self, asker: Asker, _: str) -> Content:
        return moving_plan(asker.voice, await self.moves.plan(asker.viewer), self.moves.models.today())
