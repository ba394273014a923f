"""The old and the new model, asked the same held-out questions while the old one still answers."""

import asyncio
from dataclasses import dataclass
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import FileMissing
from storage.files import FileStore
from storage.rows import JSON, Job, Model
from tuning.asking import stream_answer
from tuning.datasets.report import Report
from tuning.errors import ModelNotReady, ProviderNotConfigured, ProviderRefused
from tuning.evaluation.questions import Asked, general_questions, held_out_questions
from tuning.providers.gateways import Gateways
from tuning.spoken import language_of_answers
from tuning.texts import Texts

QUESTIONS: Final = 10
_ANSWER_TOKENS: Final = 300


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Asks both greedily, one question after another, so that what was answered is kept."""

    datasets: DatasetStore
    files: FileStore
    gateways: Gateways
    texts: Texts

    async def next(self, old: Model, new: Model, job: Job, so_far: JSON | None) -> JSON | None:
        """The comparison with one more question answered by both; None once all are.

        Raises:
            ModelNotReady: the new model doesn't answer yet.
            ProviderUnavailable: one of the providers is away.
        """
        source, questions = await self._questions(new, job)
        rows = list(so_far["questions"]) if so_far else []
        if len(rows) >= len(questions):
            return None
        asked = questions[len(rows)]
        expected = {"expected": asked.expected} if asked.expected else {}
        row = {"question": asked.shown, **expected, "new": await self._answer(new, asked)}
        rows.append(row | await self._old_answer(old, asked))
        return {"source": source, "total": len(questions), "questions": rows}

    async def _questions(self, new: Model, job: Job) -> tuple[str, list[Asked]]:
        validation = await self.datasets.version(job.tenant, job.request.validation_version_id)
        if validation is not None:
            try:
                path = await self.files.path(validation.sha256)
            except FileMissing:
                pass
            else:
                asked = await asyncio.to_thread(held_out_questions, path, new, QUESTIONS)
                if asked:
                    return "validation", asked
        training = await self.datasets.version(job.tenant, job.request.training_version_id)
        language = language_of_answers(Report.from_json(training.report)) if training else "en"
        return "general", general_questions(self.texts, language, new)

    async def _old_answer(self, old: Model, asked: Asked) -> JSON:
        """What the old model says; that it says nothing any more is a result too."""
        try:
            return {"old": await self._answer(old, asked)}
        except (ModelNotReady, ProviderNotConfigured, ProviderRefused):
            return {"old": None}

    async def _answer(self, model: Model, asked: Asked) -> str:
        gateway = self.gateways.of(model.provider)
        pieces = stream_answer(gateway, model.asked_as, asked.question, temperature=0, max_tokens=_ANSWER_TOKENS)
        return "".join([piece async for piece in pieces]).strip()
