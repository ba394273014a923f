"""What the frozen layers below the adapter make of a text."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.engine.llama import Llama, Place
from trainer.engine.shape import Array

CACHE_BYTES: Final = 400_000_000


class LowerLayers:
    """The layers below the adapter: their output for a text never changes, so it is computed once and kept.

    The cache holds up to 400 MB, about 3,000 examples of 50 tokens in SmolLM2-135M; what does not fit is
    computed again each time.
    """

    def __init__(self, llama: Llama, first_layer: int) -> None:
        self._llama = llama
        self._first_layer = first_layer
        self._outputs: dict[bytes, Array] = {}
        self._room_bytes = CACHE_BYTES

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
