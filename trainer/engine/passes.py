"""A batch through the model: the loss of its trained tokens and, in training, the adapter's gradient."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.engine.batches import N_PARTS, groups_of, parts_of
from trainer.engine.examples import Example
from trainer.engine.llama import Kept, Learning, Llama, Place
from trainer.engine.lora import Adapter, adapter_over
from trainer.engine.loss import Tally, cross_entropy, total
from trainer.engine.shape import Array

_VALIDATION_BATCH: Final = 4
_CACHE_BYTES: Final = 400_000_000


class LowerLayers:
    """The layers below the adapter: their output for a text never changes, so it is computed once and kept.

    The cache holds up to 400 MB, about 3,000 examples of 50 tokens in SmolLM2-135M; what does not fit is
    computed again each time.
    """

    def __init__(self, llama: Llama, first_layer: int) -> None:
        self._llama = llama
        self._first_layer = first_layer
        self._outputs: dict[bytes, Array] = {}
        self._room_bytes = _CACHE_BYTES

    def output(self, inputs: NDArray[np.int32]) -> Array:
        """The first adapted layer's input for one text, (time, width)."""
        key = inputs.tobytes()
        if key in self._outputs:
            return self._outputs[key]
        x = self._llama.embed(inputs)
        place = Place(1, self._llama.rotation(0, len(inputs)))
        for index in range(self._first_layer):
            x, _ = self._llama.forward(index, x, place, None)
        if x.nbytes <= self._room_bytes:
            self._room_bytes -= x.nbytes
            self._outputs[key] = x
        return x


class Passes:
    """Runs batches through one model and one adapter, split over threads.

    Overflow is no warning there: whether a loss is a number is for the training loop to ask.
    """

    def __init__(self, llama: Llama, adapter: Adapter) -> None:
        self._llama = llama
        self._adapter = adapter
        self._lower = LowerLayers(llama, adapter.first_layer)
        self._threads = ThreadPoolExecutor(N_PARTS, "passes", initializer=partial(np.seterr, all="ignore"))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()

    def learn(self, batch: Sequence[Example]) -> tuple[Tally, Array]:
        """The batch's tally and the gradient of its mean loss for the adapter's vector."""
        n_tokens = sum(int(example.is_target_trained.sum()) for example in batch)
        running = [self._threads.submit(self._learn_part, part, n_tokens) for part in parts_of(batch) if part]
        done = [future.result() for future in running]
        # Summed in the order of the parts, not of their ends: the same seed gives the same bytes.
        return total(tally for tally, _ in done), sum((gradient for _, gradient in done[1:]), start=done[0][1])

    def judge(self, examples: Sequence[Example]) -> Tally:
        """The tally of examples that are not learned from."""
        chunks = [examples[start : start + _VALIDATION_BATCH] for start in range(0, len(examples), _VALIDATION_BATCH)]
        return total(self._threads.map(self._judge_part, chunks))

    def _learn_part(self, part: Sequence[Example], n_tokens_in_batch: int) -> tuple[Tally, Array]:
        gradient = adapter_over(np.zeros_like(self._adapter.vector), self._llama.shape)
        learning = Learning(self._adapter, gradient)
        tallies = [self._learn_group(group, n_tokens_in_batch, learning) for group in groups_of(part)]
        return total(tallies), gradient.vector

    def _learn_group(self, group: Sequence[Example], n_tokens_in_batch: int, learning: Learning) -> Tally:
        x, place, rows, targets = self._entered(group)
        kept: list[Kept] = []
        for index in range(self._adapter.first_layer, self._llama.shape.n_layers):
            x, activations = self._llama.forward(index, x, place, self._adapter)
            kept.append(activations)
        tally, rows_gradient = cross_entropy(self._llama, x[rows], targets, n_tokens_in_batch)
        g = np.zeros_like(x)
        g[rows] = rows_gradient
        for index in reversed(range(self._adapter.first_layer, self._llama.shape.n_layers)):
            g = self._llama.backward(index, g, kept.pop(), place.rotation, learning)
        return tally

    def _judge_part(self, part: Sequence[Example]) -> Tally:
        return total(self._judge_group(group) for group in groups_of(part))

    def _judge_group(self, group: Sequence[Example]) -> Tally:
        x, place, rows, targets = self._entered(group)
        for index in range(self._adapter.first_layer, self._llama.shape.n_layers):
            x, _ = self._llama.forward(index, x, place, self._adapter)
        return cross_entropy(self._llama, x[rows], targets, None)[0]

    def _entered(self, group: Sequence[Example]) -> tuple[Array, Place, NDArray[np.intp], NDArray[np.int32]]:
        """A group at the first adapted layer: its rows, where they stand, which are trained, and their targets.

        Padded on the right: nothing real looks to the right, and the loss mask ignores the rest.
        """
        length = max(len(example.inputs) for example in group)
        x = np.zeros((len(group), length, self._llama.shape.width), self._llama.weights.embedding.dtype)
        is_trained = np.zeros((len(group), length), bool)
        for row, example in enumerate(group):
            x[row, : len(example.inputs)] = self._lower.output(example.inputs)
            is_trained[row, : len(example.inputs)] = example.is_target_trained
        targets = np.concatenate([example.targets[example.is_target_trained] for example in group])
        place = Place(len(group), self._llama.rotation(0, length))
        return x.reshape(-1, x.shape[-1]), place, np.flatnonzero(is_trained), targets
