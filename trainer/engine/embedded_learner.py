"""The embedded engine as the training loop sees it: numpy, one adapter, threads over the batch."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trainer.engine.checkpoints import SUFFIX, State, load_adapter, load_state, save_adapter, save_state
from trainer.engine.examples import Lesson
from trainer.engine.learner import Recipe, Stop
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter, adapter_over, new_adapter
from trainer.engine.loss import Tally
from trainer.engine.lower_layers import LowerLayers
from trainer.engine.objectives import Imitation, Objective, Preference
from trainer.engine.optimiser import AdamW
from trainer.engine.passes import Passes
from trainer.engine.reference import Reference
from trainer.engine.shape import Array


class EmbeddedLearner:
    """A Llama whose adapter learns."""

    checkpoint_suffix = SUFFIX

    def __init__(self, llama: Llama, recipe: Recipe) -> None:
        self.recipe = recipe
        self.shape = llama.shape
        self._llama = llama
        self._begin(self._given_adapter() or new_adapter(llama.shape, recipe.seed))

    def _begin(self, adapter: Adapter, means: tuple[Array, Array] | None = None) -> None:
        self._adapter = adapter
        self.first_layer = adapter.first_layer
        self._optimiser = AdamW(*(means or (np.zeros_like(adapter.vector), np.zeros_like(adapter.vector))))
        self._gradient = np.zeros_like(adapter.vector)
        lower = LowerLayers(self._llama, adapter.first_layer)
        self._passes = Passes(self._llama, adapter, self._objective(lower), lower)

    def _given_adapter(self) -> Adapter | None:
        return load_adapter(self.recipe.continue_from, self.shape) if self.recipe.continue_from else None

    def _objective(self, lower: LowerLayers) -> Objective:
        if self.recipe.beta is None:
            return Imitation()
        return Preference(self.recipe.beta, Reference(self._llama, self._given_adapter(), lower).log_probability)

    def resume(self, directory: Path) -> Stop | None:
        """Take up the adapter and the optimiser's means."""
        state = load_state(directory)
        if state is None:
            return None
        self._begin(adapter_over(state.vector, self.shape), (state.first, state.second))
        return Stop(state.n_steps, state.told)

    def learn(self, batch: Sequence[Lesson]) -> Tally:
        """The batch's tally."""
        tally, self._gradient = self._passes.learn(batch)
        return tally

    def update(self, rate: float, step: int) -> None:
        """Move the adapter."""
        with np.errstate(all="ignore"):  # What overflows here shows in the next step's loss.
            self._optimiser.update(self._adapter.vector, self._gradient, rate, step)

    def judge(self, lessons: Sequence[Lesson]) -> Tally:
        """The tally of examples."""
        return self._passes.judge(lessons)

    def save(self, path: Path) -> None:
        """Write the adapter."""
        save_adapter(path, self._adapter)

    def keep(self, directory: Path, stop: Stop) -> None:
        """Write the adapter and the optimiser's means in full precision."""
        means = (self._optimiser.first, self._optimiser.second)
        save_state(directory, State(self._adapter.vector, *means, stop.n_steps, stop.told))

    def close(self) -> None:
        """End the threads."""
        self._passes.close()
