"""AdamW on the adapter's one vector (Loshchilov and Hutter 2017, https://arxiv.org/abs/1711.05101), without decay."""

from typing import Final

import numpy as np

from trainer.engine.shape import Array

_BETA_1: Final = 0.9
_BETA_2: Final = 0.999
_EPSILON: Final = 1e-8
_MAX_NORM: Final = 1.0
_WARM_UP_SHARE: Final = 0.1


def learning_rate(peak: float, step: int, total_steps: int) -> float:
    """The rate of step `step`, counted from 0: a tenth of the job warming up, and a line down to zero."""
    warm_steps = max(1, int(total_steps * _WARM_UP_SHARE))
    return peak * min(1.0, (step + 1) / warm_steps) * (1 - step / total_steps)


class AdamW:
    """The two running means, and the step they make together."""

    def __init__(self, first: Array, second: Array) -> None:
        self.first = first
        self.second = second

    def update(self, vector: Array, gradient: Array, rate: float, step: int) -> None:
        """Move `vector` in place by one step, counted from 0; the gradient's norm is clipped at 1."""
        norm = float(np.linalg.norm(gradient))
        if norm > _MAX_NORM:
            gradient = gradient * (_MAX_NORM / norm)
        self.first *= _BETA_1
        self.first += (1 - _BETA_1) * gradient
        self.second *= _BETA_2
        self.second += (1 - _BETA_2) * gradient * gradient
        mean = self.first / (1 - _BETA_1 ** (step + 1))
        deviation = np.sqrt(self.second / (1 - _BETA_2 ** (step + 1)))
        vector -= rate * mean / (deviation + _EPSILON)
