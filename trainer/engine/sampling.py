"""Which token comes next, chosen from what the model holds likely."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from trainer.engine.guide import Guide
from trainer.engine.shape import Array


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is chosen; at temperature 0 it is the most probable one."""

    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    frequency_penalty: float = 0.0
    """Taken from a token's logit for every time that it has been said."""
    presence_penalty: float = 0.0
    """Taken from a token's logit once it has been said."""
    logit_bias: Mapping[int, float] = field(default_factory=dict)
    n_likeliest: int | None = None
    """How many of the most probable tokens to tell beside each chosen one; None tells no probabilities at all."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A token, and if wanted its log probability and those of the likeliest tokens, most probable first."""

    id: int
    log_probability: float | None = None
    likeliest: tuple[tuple[int, float], ...] = ()


class Sampler:
    """Chooses the tokens of one answer. The same seed chooses the same ones.

    Args:
        guide: keeps the answer to a form; None lets it take any.
    """

    def __init__(self, sampling: Sampling, guide: Guide | None = None) -> None:
        self._sampling = sampling
        self._guide = guide
        self._generator = np.random.default_rng(sampling.seed)
        self._said: Counter[int] = Counter()

    def choose(self, logits: Array) -> Chosen:
        """The next token."""
        token = self._guided(self._weighed(logits), self._guide) if self._guide else self._pick(self._weighed(logits))
        self._said[token] += 1
        return self._told(token, logits)

    def _guided(self, logits: Array, guide: Guide) -> int:
        """The first token that keeps the form; the one that ends answers once the form is filled."""
        if guide.is_complete:
            return guide.end_id
        allowed = guide.masked(logits)
        while np.isfinite(allowed.max()):
            token = self._pick(allowed)
            if guide.take(token):
                return token
            allowed[token] = -np.inf
        return guide.end_id  # The vocabulary has no token with which to go on.

    def _weighed(self, logits: Array) -> Array:
        """The logits after the penalties and the bias; left alone where there are none."""
        sampling = self._sampling
        changes = dict(sampling.logit_bias)
        if sampling.frequency_penalty or sampling.presence_penalty:
            for token, times in self._said.items():
                penalty = times * sampling.frequency_penalty + sampling.presence_penalty
                changes[token] = changes.get(token, 0.0) - penalty
        if not changes:
            return logits
        weighed = logits.copy()
        weighed[list(changes)] += np.array(list(changes.values()), logits.dtype)
        return weighed

    def _pick(self, logits: Array) -> int:
        if self._sampling.temperature == 0:
            return int(logits.argmax())
        scaled = (logits.astype(np.float64) - logits.max()) / self._sampling.temperature
        probabilities = np.exp(scaled)
        probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        ahead = np.cumsum(probabilities[order]) - probabilities[order]
        nucleus = order[ahead < max(self._sampling.top_p, np.finfo(float).tiny)]
        weights = probabilities[nucleus]
        return int(self._generator.choice(nucleus, p=weights / weights.sum()))

    def _told(self, token: int, logits: Array) -> Chosen:
        if self._sampling.n_likeliest is None:
            return Chosen(token)
        spread = logits.astype(np.float64) - logits.max()
        log_probabilities = spread - np.log(np.exp(spread).sum())
        likeliest = np.argsort(-log_probabilities, kind="stable")[: self._sampling.n_likeliest]
        told = tuple((int(index), float(log_probabilities[index])) for index in likeliest)
        return Chosen(token, float(log_probabilities[token]), told)
