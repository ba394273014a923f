"""Base and tuned model, asked the same questions: the durable workflow `compare`, one step."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import DatabaseUnavailable, FileMissing
from storage.files import FileStore
from storage.jobs import JobStore
from storage.models import ModelStore
from storage.rows import JSON, DatasetVersion, Job, Model, Tenant
from tuning.asking import stream_answer
from tuning.datasets.parts import TEST
from tuning.datasets.report import Report
from tuning.errors import ModelNotReady, ProviderUnavailable, UserFacingError
from tuning.evaluation.questions import Asked, general_questions, held_out_questions
from tuning.jobs.progress import card, milestone
from tuning.jobs.waiting import wait_after, with_database
from tuning.providers.gateways import Gateways
from tuning.spoken import language_of_answers
from tuning.texts import Language, Texts

logger = logging.getLogger(__name__)

_ANSWER_TOKENS: Final = 120
_END_SECONDS: Final = 600
"""The follower writes a job's end a moment after it has started the comparison."""
_WAITS_SECONDS: Final = (2, 5, 10, 20, 30, 60, 60, 120)
"""A model just trained may answer 404 for some minutes (OpenAI's fine-tuning guide, December 2024)."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Asks both models greedily, so that the same models give the same answers again."""

    jobs: JobStore
    models: ModelStore
    datasets: DatasetStore
    files: FileStore
    gateways: Gateways
    texts: Texts
    pause: Callable[[float], Awaitable[None]]
    wake: Callable[[], None]

    async def compare(self, tenant: JSON, job_id: str) -> JSON:
        """Ask both models, and write the comparison on the job with its milestone.

        A failure is written in its place, as `error_code` and `error_parameters`; so nobody waits for it in vain.
        """
        return await with_database(self.pause, lambda: self._compare(Tenant(**tenant), job_id))

    async def _compare(self, tenant: Tenant, job_id: str) -> JSON:
        job = await self._ended(tenant, job_id)
        model = await self.models.get(job.tenant, job.fine_tuned_model) if job else None
        if job is None or model is None or job.comparison is not None:
            return {"ok": False, "code": "nothing_to_compare"}
        comparison: JSON = {"source": "general", "questions": []}
        try:
            await self._fill(comparison, job, model)
        except UserFacingError as error:
            comparison |= {"error_code": error.code, "error_parameters": error.parameters}
        except DatabaseUnavailable:
            raise
        except Exception:  # The edge of the workflow: whatever is wrong, somebody waits to be told.
            logger.exception("comparison_failed", extra={"job_id": job.id})
            comparison |= {"error_code": "comparison_broken", "error_parameters": {"job_id": job.id}}
        compared = replace(job, comparison=comparison)
        await self.jobs.advance(compared, changes=[milestone(compared, "compared"), card(compared)])
        self.wake()
        return {"ok": "error_code" not in comparison}

    async def _fill(self, comparison: JSON, job: Job, model: Model) -> None:
        comparison["source"], asked = await self._questions(job, model)
        for each in asked:
            comparison["questions"].append(await self._answered(model, each))

    async def _ended(self, tenant: Tenant, job_id: str) -> Job | None:
        for _ in range(_END_SECONDS):
            job = await self.jobs.get(tenant, job_id)
            if job is None or job.status.is_final:
                return job
            await self.pause(1)
        return None

    async def _questions(self, job: Job, model: Model) -> tuple[str, list[Asked]]:
        validation = await self._examined_on(job)
        if validation is not None:
            try:
                path = await self.files.path(validation.sha256)
            except FileMissing:
                validation = None
            else:
                asked = await asyncio.to_thread(held_out_questions, path, model)
                if asked:
                    return "validation", asked
        training = await self.datasets.version(job.tenant, job.request.training_version_id)
        return "general", general_questions(self.texts, _language(training), model)

    async def _examined_on(self, job: Job) -> DatasetVersion | None:
        """The test part that was set aside before the job began, for that is all it is for; else the validation file."""
        training = await self.datasets.version(job.tenant, job.request.training_version_id)
        versions = await self.datasets.versions(job.tenant, training.dataset_id) if training else []
        tests = [one for one in versions if one.origin == TEST and _was_kept_from(one, job)]
        return tests[-1] if tests else await self.datasets.version(job.tenant, job.request.validation_version_id)

    async def _answered(self, model: Model, asked: Asked) -> JSON:
        answers = {
            "base": await self._answer(model, model.base_model, asked),
            "tuned": await self._answer(model, model.asked_as, asked),
        }
        expected = {"expected": asked.expected} if asked.expected else {}
        return {"question": asked.shown, **expected, **answers}

    async def _answer(self, model: Model, model_id: str, asked: Asked) -> str:
        gateway = self.gateways.of(model.provider)
        failure: UserFacingError = ModelNotReady(model_id)
        for wait_seconds in _WAITS_SECONDS:
            pieces = stream_answer(gateway, model_id, asked.question, temperature=0, max_tokens=_ANSWER_TOKENS)
            try:
                return "".join([piece async for piece in pieces]).strip()
            except (ProviderUnavailable, ModelNotReady) as error:
                failure = error
                await self.pause(wait_after(error, wait_seconds))
        raise failure


def _was_kept_from(test: DatasetVersion, job: Job) -> bool:
    """Whether a test part was there before the job's own parts were made, or was made with them."""
    return test.created_at <= job.created_at or test.id == job.request.test_version_id


def _language(training: DatasetVersion | None) -> Language:
    return language_of_answers(Report.from_json(training.report)) if training else "en"
