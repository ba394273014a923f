"""What a job tells while it trains."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Step:
    """What a step showed; the last step of an epoch also carries the whole validation file's figures."""

    step: int
    total_steps: int
    train_loss: float
    train_mean_token_accuracy: float
    full_valid_loss: float | None = None
    full_valid_mean_token_accuracy: float | None = None
    train_reward_accuracy: float | None = None
    """For preferences: the share of pairs whose preferred answer gained on the other."""
    full_valid_reward_accuracy: float | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """An adapter that was saved after `step` steps and can be used as it is."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The job goes on after `step` steps, from the state that an interrupted run left.

    What those steps showed is told again before: whoever was listening may have missed the end of it.
    """

    step: int


@dataclass(frozen=True, slots=True)
class Paused:
    """The job stopped after `step` steps, as it was told to, and left a state from which it can go on."""

    step: int


Kept: TypeAlias = Step | Checkpoint
"""What is told again when a job goes on."""
Progress: TypeAlias = Kept | Resumed | Paused


def written(told: Sequence[Kept]) -> str:
    """The progress so far as JSON text."""
    return json.dumps([asdict(progress) for progress in told])


def read(told: str) -> list[Kept]:
    """What :func:`written` wrote."""
    return [Checkpoint(**fields) if "path" in fields else Step(**fields) for fields in json.loads(told)]
