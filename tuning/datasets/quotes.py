"""What a job on a dataset would cost with each model, and what the provider makes of `auto`."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from storage.files import FileStore
from storage.rows import JSON, DatasetVersion
from tuning.datasets.report import Report
from tuning.errors import ProviderUnavailable
from tuning.hyperparameters import AutoValues, auto_values
from tuning.prices import estimate, price_of
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import TrainableModel
from tuning.tokens.encodings import encoding_for

_EXAMPLES_AT_ONCE: Final = 250
_MOST_COUNTED: Final = 5_000
"""Examples that a provider's own tokenizer counts; the rest of a larger file is counted in proportion."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one job, with all that it rests on."""

    provider: str
    model: str
    tokens: int
    """Billed for one pass over the file: each example's tokens, cut at the model's context."""
    is_exact: bool
    """False where the tokens are only about right."""
    n_epochs: int | None
    """What was asked for, or what `auto` will be; None where the provider doesn't say."""
    usd: Decimal | None
    """0 on one's own machine; None where no price or no number of epochs is known, for a price is never guessed."""
    price_as_of: date | None
    """The day on which the price was read."""
    auto: AutoValues
    """What the provider will take for each hyperparameter that is left to it."""

    @property
    def billed_tokens(self) -> int | None:
        """For the whole job: the tokens of one pass times the epochs."""
        return None if self.n_epochs is None else self.tokens * self.n_epochs


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be quoted: a version, a model, and how much of the one goes into the other."""

    version: DatasetVersion
    model: str
    context_tokens: int | None = None
    n_epochs: int | None = None
    train_percent: int = 100
    """The share that is trained on where the rest is split off for validation, which isn't billed."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Makes quotes; what a provider's tokenizer has counted once is remembered while the process lives."""

    files: FileStore
    _counted: dict[tuple[str, str, str], tuple[int, bool]] = field(default_factory=dict, init=False)

    async def quote(self, gateway: Gateway, asked: Asked, today: date) -> Quote:
        """The price of training `asked` at the gateway's provider on `today`."""
        provider, version = gateway.profile.name, asked.version
        tokens, is_exact = await self._tokens(gateway, asked)
        examples = version.examples * asked.train_percent // 100
        auto = auto_values(provider, examples)
        n_epochs = asked.n_epochs or auto.n_epochs
        price = price_of(provider, asked.model, today)
        share = -(-tokens * asked.train_percent // 100)
        return Quote(
            provider=provider,
            model=asked.model,
            tokens=share,
            is_exact=is_exact and asked.train_percent == 100,  # noqa: PLR2004 - the whole file.
            n_epochs=n_epochs,
            usd=None if price is None or n_epochs is None else estimate(share, n_epochs, price),
            price_as_of=price.as_of if price else None,
            auto=auto,
        )

    async def for_models(
        self, gateway: Gateway, version: DatasetVersion, models: list[TrainableModel], today: date
    ) -> list[Quote]:
        """One quote a model."""
        asked = (Asked(version, model.id, model.context_tokens) for model in models)
        return [await self.quote(gateway, each, today) for each in asked]

    async def _tokens(self, gateway: Gateway, asked: Asked) -> tuple[int, bool]:
        """Tokens of one pass, and whether they are exact."""
        key = (gateway.account, asked.model, asked.version.sha256)
        if gateway.profile.counts_tokens and key not in self._counted:
            try:
                self._counted[key] = await self._count(gateway, asked)
            except ProviderUnavailable:
                # A provider that is away must not hide the report: the count is then about right.
                return self._reported(asked)
        return self._counted[key] if key in self._counted else self._reported(asked)

    async def _count(self, gateway: Gateway, asked: Asked) -> tuple[int, bool]:
        path = await self.files.path(asked.version.sha256)
        examples = await asyncio.to_thread(_first_examples, path)
        billed = 0
        for start in range(0, len(examples), _EXAMPLES_AT_ONCE):
            counts = await gateway.count_tokens(asked.model, examples[start : start + _EXAMPLES_AT_ONCE])
            lengths = counts.tokens if counts else ()
            billed += sum(min(length, asked.context_tokens or length) for length in lengths)
        if len(examples) < asked.version.examples:
            return billed * asked.version.examples // max(len(examples), 1), False
        return billed, True

    def _reported(self, asked: Asked) -> tuple[int, bool]:
        tokens = Report.from_json(asked.version.report).tokens
        return tokens.billed, tokens.is_exact and encoding_for(asked.model) == tokens.encoding


def _first_examples(path: Path) -> list[JSON]:
    with path.open("rb") as stream:
        return list(itertools.islice(_objects(stream), _MOST_COUNTED))


def _objects(lines: Iterator[bytes]) -> Iterator[JSON]:
    """The examples of a file that was found ready; lines that are none are passed over."""
    for line in lines:
        try:
            example = json.loads(line)
        except ValueError:
            continue
        if isinstance(example, dict):
            yield example
