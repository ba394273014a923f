"""What `estimate` answers: the price of training on a dataset, and how far earlier estimates were off."""

from dataclasses import dataclass

from handlers.asker import Asker, Commands
from handlers.blocks.estimate import estimate_page
from handlers.blocks.kit import Content
from tuning.datasets.versions import Versions
from tuning.jobs.calibration import calibrations
from tuning.jobs.jobs import Jobs


@dataclass(frozen=True, slots=True)
class EstimateCommands:
    """Only those jobs count for the factor that whoever asks may see."""

    versions: Versions
    jobs: Jobs

    def table(self) -> Commands:
        return Commands(typed={"estimate": self.estimate})

    async def estimate(self, asker: Asker, text: str) -> Content:
        """What training on the newest version would cost at the providers that are set up here."""
        datasets = self.jobs.datasets
        dataset = await datasets.named_or_newest(asker.viewer, text)
        newest = await self.versions.find(dataset, "")
        ready = await datasets.ready_version(asker.tenant, newest.id)
        _, report = await datasets.report(asker.tenant, ready.id)
        known = calibrations(await self.jobs.recent(asker.viewer))
        return estimate_page(asker.voice, ready, report, datasets.estimates(report), known)
