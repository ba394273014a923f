"""What a job on a dataset would cost with each model, and what the provider makes of `auto`."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from storage.files import FileStore
from storage.incoming_file import StoredFile
from storage.rows import JSON, DatasetVersion
from tuning.datasets.report import Report
from tuning.errors import ProviderError
from tuning.hyperparameters import AutoValues, auto_values
from tuning.known_models import base_of
from tuning.prices import estimate, price_of
from tuning.providers.gateway import Gateway
from tuning.providers.shapes import TrainableModel
from tuning.tokens.encodings import encoding_for

_EXAMPLES_AT_ONCE: Final = 500
_MOST_COUNTED: Final = 5_000
"""Examples that a provider's own tokenizer counts; the rest of a larger file is counted in proportion."""
_AHEAD_BYTES: Final = 16 << 20
"""A larger file isn't counted before it was found ready: what it holds may be anything."""


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
    method: str = "supervised"
    """By which the rows are trained on."""

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
class _Counted:
    """What a provider's tokenizer has counted."""

    examples: int
    tokens: int
    """Billed for one pass over those examples."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """Makes quotes; what a provider's tokenizer has counted once is remembered while the process lives."""

    files: FileStore
    request_bytes: int = 4 << 20
    """Of rows that one request asks about; the trainer takes 16 MiB."""
    _counted: dict[tuple[str, str, str], _Counted] = field(default_factory=dict, init=False)
    """By account, base model and the file's sha256."""

    async def count_ahead(self, gateway: Gateway, stored: StoredFile, today: date) -> None:
        """Let a provider that counts begin before the check of a file has ended, as it takes about as long.

        A file that turns out to be none counts for nothing: whatever is wrong with it is the report's to say.
        """
        if not gateway.profile.counts_tokens or stored.size_bytes > _AHEAD_BYTES:
            return
        with suppress(ProviderError):
            for model in await gateway.trainable_models(today):
                await self._count(gateway, model.id, model.context_tokens, stored.sha256)

    async def quote(self, gateway: Gateway, asked: Asked, today: date) -> Quote:
        """The price of training `asked` at the gateway's provider on `today`; the provider may be asked to count."""
        if gateway.profile.counts_tokens:
            # A provider that is away or confused must not hide the report: the count is then about right.
            with suppress(ProviderError):
                await self._count(gateway, asked.model, asked.context_tokens, asked.version.sha256)
        return self.known(gateway, asked, today)

    def known(self, gateway: Gateway, asked: Asked, today: date) -> Quote:
        """The same from what is known already: the provider isn't asked."""
        provider = gateway.profile.name
        counted = self._counted.get(_key(gateway, asked.model, asked.version.sha256))
        tokens, is_exact = _for_all(counted, asked.version.examples) if counted else _reported(asked)
        examples = asked.version.examples * asked.train_percent // 100
        auto = auto_values(provider, examples, asked.version.format.method)
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
            method=asked.version.format.method,
        )

    async def for_models(
        self, gateway: Gateway, version: DatasetVersion, models: list[TrainableModel], today: date
    ) -> list[Quote]:
        """One quote a model."""
        asked = (Asked(version, model.id, model.context_tokens) for model in models)
        return [await self.quote(gateway, each, today) for each in asked]

    async def _count(self, gateway: Gateway, model: str, context_tokens: int | None, sha256: str) -> None:
        key = _key(gateway, model, sha256)
        if key in self._counted:
            return
        counted, billed = 0, 0
        batches = _batches(await self.files.path(sha256), self.request_bytes)
        while examples := await asyncio.to_thread(next, batches, None):
            counts = await gateway.count_tokens(base_of(model), examples)
            lengths = counts.tokens if counts else ()
            billed += sum(min(length, context_tokens or length) for length in lengths)
            counted += len(examples)
        self._counted[key] = _Counted(counted, billed)


def _key(gateway: Gateway, model: str, sha256: str) -> tuple[str, str, str]:
    """A tuned model counts as its base does."""
    return gateway.account, base_of(model), sha256


def _for_all(counted: _Counted, examples: int) -> tuple[int, bool]:
    """Tokens of one pass over all examples, and whether they are exact or in proportion to those that were counted."""
    if counted.examples < examples:
        return counted.tokens * examples // max(counted.examples, 1), False
    return counted.tokens, True


def _reported(asked: Asked) -> tuple[int, bool]:
    """Tokens of one pass as the check has counted them, and whether they are exact for this model."""
    tokens = Report.from_json(asked.version.report).tokens
    return tokens.billed, tokens.is_exact and encoding_for(asked.model) == tokens.encoding


def _batches(path: Path, request_bytes: int) -> Iterator[list[JSON]]:
    """The first examples of a file, in pieces that one request can hold."""
    batch: list[JSON] = []
    batch_bytes = 0
    with path.open("rb") as stream:
        for size_bytes, example in itertools.islice(_objects(stream), _MOST_COUNTED):
            if batch and (len(batch) == _EXAMPLES_AT_ONCE or batch_bytes + size_bytes > request_bytes):
                yield batch
                batch, batch_bytes = [], 0
            batch.append(example)
            batch_bytes += size_bytes
    if batch:
        yield batch


def _objects(lines: Iterator[bytes]) -> Iterator[tuple[int, JSON]]:
    """The examples of a file, each with the bytes of its line; lines that are none are passed over."""
    for line in lines:
        try:
            example = json.loads(line)
        except ValueError:
            continue
        if isinstance(example, dict):
            yield len(line), example
