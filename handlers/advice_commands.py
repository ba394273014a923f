"""What `advise` answers: the guide to somebody who has no dataset yet, else all advice on one."""

from dataclasses import dataclass

from handlers.asker import Asker, Commands
from handlers.blocks.advice import PLAN, advice_page
from handlers.blocks.kit import Content
from handlers.welcome_commands import WelcomeCommands
from tuning.trials.trials import Trials


@dataclass(frozen=True, slots=True)
class AdviceCommands:
    trials: Trials
    welcome: WelcomeCommands

    def table(self) -> Commands:
        return Commands(typed={"advise": self.advise}, pressed={PLAN: self.advise})

    async def advise(self, asker: Asker, text: str) -> Content:
        """On the dataset that is named, else on the newest that may be shown here."""
        datasets = self.trials.datasets
        found = [await datasets.find(asker.viewer, text)] if text else await datasets.recent(asker.viewer)
        if not found:
            return await self.welcome.guide(asker, "")
        return advice_page(asker.voice, await self.trials.advised(asker.viewer, found[0]))
