"""Asking an old model a team's own prompts, since what it was trained on is gone: within a budget, each answer bought once."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from storage.files import FileStore
from storage.moves import MoveStore
from storage.rows import JSON, Model, Move, Sample
from tuning.asking import Question, whole_answer
from tuning.datasets.intake import Datasets
from tuning.errors import (
    BudgetSpent,
    ModelNotReady,
    NoPrompts,
    ProviderAuthentication,
    ProviderBusy,
    ProviderRefused,
    TooFewAnswers,
)
from tuning.moving.budget import ANSWER_TOKENS, Tariff, tariff_of
from tuning.moving.prompts import prompts_of
from tuning.providers.gateways import Gateways

_AT_A_TIME: Final = 10
"""Prompts between two looks at the move, so that others' moves needn't wait for all of them."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Buys answers, and notes each before it is asked for and after it has come."""

    moves: MoveStore
    datasets: Datasets
    files: FileStore
    gateways: Gateways
    clock: Callable[[], datetime]

    async def ask(
        self, move: Move, old: Model, needed: int, may_go_on: Callable[[], Awaitable[bool]]
    ) -> list[JSON] | None:
        """Ask the next prompts; the rows for training once all were asked or the budget is spent, None before that.

        Args:
            needed: the fewest rows that the target trains on.
            may_go_on: whether another question may be asked by this process.

        Raises:
            NoPrompts: the file holds none.
            BudgetSpent, TooFewAnswers: it ended with too few answers.
            ModelNotReady: the old model doesn't answer any more.
            ProviderError: its provider is away or refuses.
        """
        version = await self.datasets.version(move.tenant, move.prompts_version_id)
        prompts = prompts_of(await self.files.path(version.sha256), old)
        if not prompts:
            raise NoPrompts(version.file_name)
        known = {sample.number: sample for sample in await self.moves.samples(move)}
        tariff = tariff_of(old.provider, old.base_model, self.clock().date())
        is_spent = False
        for number in [one for one in range(len(prompts)) if not _is_answered(known.get(one))][:_AT_A_TIME]:
            if not await may_go_on():
                return None
            before = known.get(number) or Sample(move.tenant, move.id, number, Decimal())
            spent = sum((sample.cost for sample in known.values()), Decimal())
            if spent + tariff.at_most(prompts[number]) > (move.budget or 0):
                is_spent = True
                break
            try:
                known[number] = await self._bought(before, old, prompts[number], tariff)
            except ProviderRefused:
                if not any(sample.is_whole for sample in known.values()):
                    raise
                # It answers others, so that it is this prompt that it objects to.
                known[number] = replace(before, answer="")
                await self.moves.put_sample(known[number])
        if not is_spent and not all(_is_answered(known.get(number)) for number in range(len(prompts))):
            return None
        return _rows(prompts, known, move, needed, is_spent=is_spent)

    async def _bought(self, before: Sample, old: Model, prompt: Question, tariff: Tariff) -> Sample:
        """The answer. What it may cost is noted before: a crash, or a provider that breaks off, can only cost less."""
        asked = replace(before, cost=before.cost + tariff.at_most(prompt))
        await self.moves.put_sample(asked)
        gateway = self.gateways.of(old.provider)
        try:
            answered = await whole_answer(gateway, old.asked_as, prompt, ANSWER_TOKENS)
        except (
            ModelNotReady,
            ProviderBusy,
            ProviderRefused,
            ProviderAuthentication,
        ):  # Nothing was answered, so nothing is billed.
            await self.moves.put_sample(before)
            raise
        cost = before.cost + tariff.of(prompt, answered)
        bought = replace(before, cost=cost, answer=answered.text, is_whole=answered.is_whole)
        await self.moves.put_sample(bought)
        return bought


def content_of(rows: list[JSON]) -> bytes:
    """The rows as a training file."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode("utf-8", "replace")


def _is_answered(sample: Sample | None) -> bool:
    return sample is not None and sample.answer is not None


def _rows(prompts: list[Question], known: dict[int, Sample], move: Move, needed: int, *, is_spent: bool) -> list[JSON]:
    whole = [one for one in known.values() if one.is_whole and (one.answer or "").strip()]
    rows = [_row(prompts[one.number], one.answer or "") for one in sorted(whole, key=lambda sample: sample.number)]
    if len(rows) < needed:
        if is_spent:
            raise BudgetSpent(len(rows), needed, move.budget or Decimal(), move.budget_unit)
        raise TooFewAnswers(len(rows), needed)
    return rows


def _row(asked: Question, answer: str) -> JSON:
    """An example in the form in which the old model was trained; a completion ends with its stop again."""
    if asked.prompt:
        return {"prompt": asked.prompt, "completion": answer + asked.stop}
    return {"messages": [*asked.messages, {"role": "assistant", "content": answer}]}
