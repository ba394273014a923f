"""The durable step of a trial: ten rows are asked of a base model with somebody's prompt, each answer written as it comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from storage import errors as storage_errors
from storage.rows import JSON, Tenant, Trial
from storage.trials import TrialStore
from tuning.advice.asking import ANSWER_TOKENS
from tuning.advice.whether import ROWS
from tuning.asking import Question, stream_answer
from tuning.datasets.intake import Datasets
from tuning.errors import ModelNotFound, ModelNotReady, ProviderError, ProviderUnavailable, UserFacingError
from tuning.evaluation.questions import Form, spread_questions
from tuning.jobs.waiting import wait_after, with_database
from tuning.known_models import base_of
from tuning.providers.gateway import Gateway
from tuning.providers.gateways import Gateways

logger = logging.getLogger(__name__)

_WAITS_SECONDS: Final = (2, 5, 10, 20, 30)
_INSTRUCTS: Final = frozenset({"system", "developer"})


@dataclass(frozen=True, slots=True)
class TrialAnswers:
    """Asks greedily, so that the same model gives the same answers again."""

    store: TrialStore
    datasets: Datasets
    gateways: Gateways
    pause: Callable[[float], Awaitable[None]]
    clock: Callable[[], datetime]

    async def ask(self, tenant: JSON, trial_id: str) -> JSON:
        """The workflow's first step: ask the rows that have no answer yet, and write each answer down as it comes.

        A failure is written beside the answers, as `error_code` and `error_parameters`.
        """
        return await with_database(self.pause, lambda: self._ask(Tenant(**tenant), trial_id))

    async def _ask(self, tenant: Tenant, trial_id: str) -> JSON:
        trial = await self.store.get(tenant, trial_id)
        if trial is None or len(trial.rows) == ROWS:
            return {"ok": trial is not None}
        outcome: JSON = {"rows": list(trial.rows)}
        try:
            await self._fill(trial, outcome)
        except UserFacingError as error:
            outcome |= {"error_code": error.code, "error_parameters": error.parameters}
        except storage_errors.DatabaseUnavailable:
            raise
        except Exception:  # The edge of the step: whatever is wrong, somebody waits to be told.
            logger.exception("trial_failed", extra={"trial_id": trial_id})
            outcome |= {"error_code": "trial_broken", "error_parameters": {"trial_id": trial_id}}
        await self.store.note(tenant, trial_id, outcome)
        return {"ok": "error_code" not in outcome}

    async def _fill(self, trial: Trial, outcome: JSON) -> None:
        # A form can name any model of the account; only base models are nobody's in particular.
        if trial.model not in await bases_of(self.gateways.of(trial.provider), self.clock().date()):
            raise ModelNotFound(trial.model)
        version, report = await self.datasets.report(trial.tenant, trial.version_id)
        path = await self.datasets.files.path(version.sha256)
        form = Form(version.format, report.prompt_separator, report.completion_stop)
        asked = await asyncio.to_thread(spread_questions, path, form, ROWS)
        for one in asked[len(outcome["rows"]) :]:
            answer = await self._answer(trial, prompted(one.question, trial.prompt))
            outcome["rows"].append({"question": one.shown, "expected": one.expected, "answer": answer})
            await self.store.note(trial.tenant, trial.id, outcome)

    async def _answer(self, trial: Trial, question: Question) -> str:
        gateway = self.gateways.of(trial.provider)
        failure: UserFacingError = ModelNotReady(trial.model)
        for wait_seconds in _WAITS_SECONDS:
            pieces = stream_answer(gateway, trial.model, question, temperature=0, max_tokens=ANSWER_TOKENS)
            try:
                return "".join([piece async for piece in pieces]).strip()
            except (ProviderUnavailable, ModelNotReady) as error:
                failure = error
                await self.pause(wait_after(error, wait_seconds))
        raise failure


async def bases_of(gateway: Gateway, today: date) -> list[str]:
    """The base models of a provider, and none while it is away; nor the tuned ones of whomever its account lists."""
    try:
        models = await gateway.trainable_models(today)
    except ProviderError:
        return []
    return [model.id for model in models if base_of(model.id) == model.id]


def prompted(question: Question, prompt: str) -> Question:
    """A row's question with a prompt in the place of the instructions that it brings itself."""
    if question.prompt:
        return Question(prompt=f"{prompt}\n\n{question.prompt}", stop=question.stop)
    turns: Sequence[JSON] = [dict(turn) for turn in question.messages if turn["role"] not in _INSTRUCTS]
    return Question(messages=[{"role": "system", "content": prompt}, *turns])
