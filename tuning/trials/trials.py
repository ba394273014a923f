"""Trying a prompt before tuning: what can be asked, the wish, the marks, and the advice that follows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from storage import errors as storage_errors
from storage.rows import Dataset, DatasetVersion, Trial
from storage.trials import TrialStore
from tuning.access import Viewer, require_change
from tuning.advice.asking import asking_usd
from tuning.advice.base_models import Priced
from tuning.advice.pieces import Use
from tuning.advice.plan import Offered, Plan, plan
from tuning.datasets.intake import Datasets
from tuning.datasets.report import Report
from tuning.durable_work import TRY, StartDurable
from tuning.errors import DatasetNotFound
from tuning.jobs.methods import BUILT
from tuning.known_models import base_of
from tuning.prices import price_of
from tuning.providers.gateways import Gateways
from tuning.trials.answers import bases_of


@dataclass(frozen=True, slots=True)
class Askable:
    """A base model that can be asked ten rows."""

    provider: str
    model: str
    title: str
    """The provider's, as in sentences."""
    usd: Decimal | None
    """At most about what that costs; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class TrialDraft:
    """What somebody wants to try."""

    version_id: str
    provider: str
    model: str
    use: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Advised:
    """A dataset with all that is advised on it."""

    dataset: Dataset
    version: DatasetVersion
    report: Report
    plan: Plan
    trial: Trial | None
    """The last prompt that was tried on it."""


@dataclass(frozen=True, slots=True)
class Trials:
    """What people do before they tune."""

    store: TrialStore
    datasets: Datasets
    gateways: Gateways
    start_durable: StartDurable
    clock: Callable[[], datetime]

    async def askable(self, report: Report) -> list[Askable]:
        """The base models that can be asked, each with what ten rows of the file cost; a provider that is away offers none."""
        found = []
        for gateway in self.gateways:
            name = gateway.profile.name
            for model in await bases_of(gateway, self.clock().date()):
                usd = asking_usd(report.tokens, price_of(name, model, self.clock().date()))
                found.append(Askable(name, model, gateway.title, usd))
        return found

    async def begin(self, viewer: Viewer, trial_id: str, draft: TrialDraft) -> Trial:
        """Note the wish, and have the rows asked. The same `trial_id` twice is one trial.

        Raises:
            DatasetNotFound: the dataset was deleted meanwhile, or may not be shown here.
            DatasetNotReady: its rows can't be asked as they are.
            ProviderNotConfigured: the provider isn't set up any more.
        """
        dataset = await self.datasets.seen(viewer, draft.version_id)
        await self.datasets.ready_version(viewer.tenant, draft.version_id)
        self.gateways.of(draft.provider)
        trial = Trial(
            id=trial_id,
            tenant=viewer.tenant,
            place=dataset.place,
            dataset_id=dataset.id,
            version_id=draft.version_id,
            owner_id=viewer.actor.user_id,
            provider=draft.provider,
            model=draft.model,
            use=draft.use,
            prompt=draft.prompt,
            created_at=self.clock(),
        )
        try:
            await self.store.add(trial)
        except storage_errors.DatasetGone as error:
            raise DatasetNotFound(dataset.name) from error
        tenant = {"team_id": viewer.tenant.team_id, "enterprise_id": viewer.tenant.enterprise_id}
        await self.start_durable(TRY, f"try:{trial_id}", tenant, trial_id)
        return trial

    async def mark(self, viewer: Viewer, trial_id: str, row: int, *, is_good: bool) -> Trial:
        """Say whether an answer is good.

        Raises:
            DatasetNotFound: the trial went with its dataset.
            NotAllowed: somebody else tried this prompt.
        """
        trial = await self.store.get(viewer.tenant, trial_id)
        if trial is None or not await viewer.may_see(trial) or not 0 <= row < len(trial.rows):
            raise DatasetNotFound(trial_id)
        require_change(viewer.actor, trial.owner_id, "mark")
        marked = await self.store.mark(viewer.tenant, trial_id, row, is_good=is_good)
        if marked is None:
            raise DatasetNotFound(trial_id)
        return marked

    async def advised(self, viewer: Viewer, dataset: Dataset) -> Advised:
        """All advice on the newest version of a dataset that may be shown here; the providers are asked for prices."""
        tenant, today = viewer.tenant, self.clock().date()
        newest = await self.datasets.newest_version(tenant, dataset.id)
        _, report = await self.datasets.report(tenant, newest.id)
        trial = await self.store.newest(tenant, dataset.id)
        offered = Offered(await self._priced(newest, report), self.gateways.titles, BUILT)
        use = Use(trial.use) if trial and trial.use else None
        marks = trial.marks if trial and trial.is_marked else ()
        return Advised(dataset, newest, report, plan(report, offered, use, marks, today), trial)

    async def _priced(self, version: DatasetVersion, report: Report) -> list[Priced]:
        """What the file costs with each model: as the providers count where it is ready, else as we do."""
        if not version.is_ready:
            found = self.datasets.estimates(report)
            return [Priced(one.provider, one.offer.model, one.offer.usd, one.is_exact) for one in found]
        quotes = await self.datasets.quotes(version.tenant, version.id)
        return [
            Priced(one.provider, one.model, one.usd, one.is_exact) for one in quotes if base_of(one.model) == one.model
        ]
