"""What the commands about datasets answer."""

from dataclasses import dataclass

from handlers.asker import Asker, Commands
from handlers.blocks.kit import Content
from handlers.reports import Reports


@dataclass(frozen=True, slots=True)
class DatasetCommands:
    """Look at datasets again."""

    reports: Reports

    def table(self) -> Commands:
        return Commands(typed={"check": self.check}, pressed={"datasets.report": self.check})

    async def check(self, asker: Asker, text: str) -> Content:
        return await self.reports.newest(asker.voice, asker.viewer, text)
