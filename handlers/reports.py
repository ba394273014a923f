"""Reports on datasets, put together for whoever reads them."""

from dataclasses import dataclass

from handlers.blocks.dataset_report import Checked, dataset_report
from handlers.blocks.kit import Content, section
from handlers.blocks.test_part import test_part
from handlers.language import Voice
from storage.rows import DatasetVersion, Tenant
from tuning.access import Viewer
from tuning.datasets.convert.conversion import CONVERTIBLE, Proposal
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import TEST
from tuning.datasets.report import Report
from tuning.datasets.revisions import Revisions
from tuning.errors import CannotConvert
from tuning.known_models import base_of


@dataclass(frozen=True, slots=True)
class Reports:
    """Reads a version, its report and its prices, and shows them."""

    datasets: Datasets
    revisions: Revisions

    async def of_version(self, voice: Voice, tenant: Tenant, version_id: str) -> Content:
        version, report = await self.datasets.report(tenant, version_id)
        dataset = await self.datasets.of_version(tenant, version_id)
        if version.origin == TEST:
            return test_part(voice, dataset, version, await self.datasets.version(tenant, version.parent_id))
        quotes = await self.datasets.quotes(tenant, version_id) if report.is_ready else []
        proposal, obstacle = await self._proposal(version, report)
        # An account also lists tuned models, of everybody who uses it.
        bases = [quote for quote in quotes if base_of(quote.model) == quote.model]
        return dataset_report(voice, Checked(dataset, version, report, bases, proposal, obstacle))

    async def _proposal(self, version: DatasetVersion, report: Report) -> tuple[Proposal | None, CannotConvert | None]:
        """How a file would be converted that isn't JSON Lines as a job needs it, or why it can't."""
        if not CONVERTIBLE & {tally.code for tally in report.tallies}:
            return None, None
        return await self.revisions.proposal_or_obstacle(version)

    async def newest(self, voice: Voice, viewer: Viewer, text: str) -> Content:
        """The report on the dataset that is named, else on the newest that may be shown here."""
        recent = [await self.datasets.find(viewer, text)] if text else await self.datasets.recent(viewer)
        if not recent:
            told = voice("commands.check.none")
            return Content(told, (section(told),))
        version = await self.datasets.newest_version(viewer.tenant, recent[0].id)
        return await self.of_version(voice, viewer.tenant, version.id)

    async def all_findings(self, voice: Voice, viewer: Viewer, version_id: str) -> tuple[str, bytes]:
        """Every finding as a file: its name and its bytes."""
        await self.datasets.seen(viewer, version_id)
        version, _ = await self.datasets.report(viewer.tenant, version_id)
        findings = await self.datasets.findings_file(viewer.tenant, version_id, voice.language)
        return f"{version.file_name.rpartition('.')[0] or version.file_name}-findings.txt", findings
