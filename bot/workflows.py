"""The durable workflows, each put together from its steps and registered under its fixed name."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.durable import Durable
from bot.stores import Stores
from handlers.datasets import CHECK, DatasetHandlers
from handlers.example import EXAMPLE, ExampleHandlers
from handlers.revision_commands import REVISE
from handlers.revision_steps import RevisionSteps
from handlers.trials import TrialHandlers
from storage.rows import JSON
from tuning.datasets.parts import Parts
from tuning.durable_work import COMPARE, START, TRY
from tuning.evaluation.compare import Comparisons
from tuning.jobs.start import StartJob, StartSteps
from tuning.jobs.uploads import Uploads
from tuning.providers.gateways import Gateways
from tuning.texts import Texts
from tuning.trials.answers import TrialAnswers


@dataclass(frozen=True, slots=True)
class Workflows:
    """What runs on after a crash, and the parts that its steps work with."""

    durable: Durable
    stores: Stores
    gateways: Gateways
    parts: Parts
    texts: Texts
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    def register(
        self,
        dataset_handlers: DatasetHandlers,
        example_handlers: ExampleHandlers,
        revision_steps: RevisionSteps,
        trial_handlers: TrialHandlers,
    ) -> None:
        """Give every workflow to the engine; before it is launched."""
        self._check(dataset_handlers, example_handlers)
        self._revise(revision_steps)
        self._try(trial_handlers)
        self.register_start()
        self.durable.workflow(COMPARE, self.durable.step("compare_models", self._comparisons().compare))

    def _check(self, handlers: DatasetHandlers, example: ExampleHandlers) -> None:
        receive = self.durable.step("receive_dataset", handlers.receive)
        report = self.durable.step("report_dataset", handlers.report)
        open_example = self.durable.step("open_example", example.open)

        async def check_dataset(shared: JSON) -> None:
            await report(shared, await receive(shared))

        async def try_example(shared: JSON) -> None:
            await check_dataset(await open_example(shared))

        self.durable.workflow(CHECK, check_dataset)
        self.durable.workflow(EXAMPLE, try_example)

    def _revise(self, steps: RevisionSteps) -> None:
        make = self.durable.step("make_revision", steps.make)
        report = self.durable.step("report_revision", steps.report)

        async def revise_dataset(wish: JSON) -> None:
            await report(wish, await make(wish))

        self.durable.workflow(REVISE, revise_dataset)

    def _try(self, handlers: TrialHandlers) -> None:
        trials = handlers.trials
        answers = TrialAnswers(trials.store, trials.datasets, self.gateways, asyncio.sleep, self.clock)
        ask = self.durable.step("ask_trial", answers.ask)
        show = self.durable.step("show_trial", handlers.show)

        async def try_prompt(tenant: JSON, trial_id: str) -> None:
            await ask(tenant, trial_id)
            await show(tenant, trial_id)

        self.durable.workflow(TRY, try_prompt)

    def register_start(self) -> None:
        """Give the engine the workflow that starts a job, which the command line needs as well."""
        stores, step = self.stores, self.durable.step
        steps = StartSteps(
            jobs=stores.jobs,
            datasets=stores.datasets,
            parts=self.parts,
            uploads=Uploads(stores.files, stores.provider_files, asyncio.sleep),
            gateways=self.gateways,
            pause=asyncio.sleep,
            clock=self.clock,
            wake=self.wake,
        )
        start_job = StartJob(
            prepare=step("prepare_job", steps.prepare),
            upload=step("upload_files", steps.upload),
            create=step("create_job", steps.create),
            end=step("end_job", steps.end),
        )
        self.durable.workflow(START, start_job.run)

    def _comparisons(self) -> Comparisons:
        stores = self.stores
        return Comparisons(
            stores.jobs,
            stores.models,
            stores.datasets,
            stores.files,
            self.gateways,
            self.texts,
            asyncio.sleep,
            self.wake,
        )
