"""The old and the new model, asked the same held-out questions while the old one still answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from storage.datasets import DatasetStore
from storage.errors import FileMissing
from storage.files import FileStore
from storage.rows import JSON, Job, Model
from tuning.asking import whole_answer
from tuning.datasets.report import Report
from tuning.errors import ModelNotReady, ProviderNotConfigured, ProviderRefused
from tuning.evaluation.questions import Asked, general_questions, held_out_questions
from tuning.moving.budget import tariff_of
from tuning.moving.results import begun, cost_of
from tuning.providers.gateways import Gateways
from tuning.spoken import language_of_answers
from tuning.texts import Texts

QUESTIONS: Final = 20
_ANSWER_TOKENS: Final = 300


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Asks both greedily, one question after another, so that what was answered is kept."""

    datasets: DatasetStore
    files: FileStore
    gateways: Gateways
    texts: Texts
    clock: Callable[[], datetime]

    async def next(self, old: Model, new: Model, job: Job, so_far: JSON | None, left: Decimal | None) -> JSON | None:
        """The comparison with one more question answered by both; None once all are.

        Args:
            left: of the budget for the old model's answers, before any question of this comparison; None where no
                budget was given. A question that might pass it is not asked, and none after it. A crash between an
                answer and its being kept can cost that one question once more.

        Raises:
            ModelNotReady: the new model doesn't answer yet.
            ProviderUnavailable: one of the providers is away.
        """
        source, questions = await self._questions(new, job)
        today = self.clock().date()
        tariffs = {"old": tariff_of(old.provider, old.base_model, today)}
        tariffs["new"] = tariff_of(new.provider, new.base_model, today)
        compared = so_far or begun(source, len(questions), {side: one.unit for side, one in tariffs.items()})
        rows = compared["questions"]
        if len(rows) >= len(questions) or compared.get("is_budget_spent"):
            return None
        asked = questions[len(rows)]
        at_most = tariffs["old"].at_most(asked.question, _ANSWER_TOKENS)
        if left is not None and cost_of(compared, "old") + at_most > left:
            return compared | {"is_budget_spent": True}
        row: JSON = {"question": asked.shown} | ({"expected": asked.expected} if asked.expected else {})
        costs = {}
        for side, model in (("new", new), ("old", old)):
            row[side], cost = await self._answer(model, asked, is_needed=side == "new")
            costs[side] = str(cost_of(compared, side) + cost)
        return compared | {"questions": [*rows, row], "costs": costs}

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

    async def _answer(self, model: Model, asked: Asked, *, is_needed: bool) -> tuple[str | None, Decimal]:
        """What a model says, and for how much; that the old one says nothing any more is a result too."""
        try:
            gateway = self.gateways.of(model.provider)
            answered = await whole_answer(gateway, model.asked_as, asked.question, _ANSWER_TOKENS)
        except (ModelNotReady, ProviderNotConfigured, ProviderRefused):
            if is_needed:
                raise
            return None, Decimal()
        tariff = tariff_of(model.provider, model.base_model, self.clock().date())
        return answered.text.strip(), tariff.of(asked.question, answered, _ANSWER_TOKENS)
