"""The model that preferences are measured against: the one that training began with."""

from trainer.engine.examples import Example
from trainer.engine.groups import entered, forward
from trainer.engine.llama import Llama
from trainer.engine.lora import Adapter, first_adapted_layer
from trainer.engine.loss import cross_entropy
from trainer.engine.lower_layers import LowerLayers


class Reference:
    """Log probabilities under a fixed adapter, or under the base where there is none."""

    def __init__(self, llama: Llama, adapter: Adapter | None, lower: LowerLayers) -> None:
        self._llama = llama
        self._adapter = adapter
        self._lower = lower
        self._known: dict[bytes, float] = {}

    def log_probability(self, text: Example) -> float:
        """That of the text's trained tokens; computed once, and alone, so that no neighbour changes its last bit."""
        key = text.tokens.tobytes() + text.is_trained.tobytes()
        if key not in self._known:
            group = entered([text], self._llama, self._lower.output)
            x = forward(self._llama, self._adapter, first_adapted_layer(self._llama.shape), group, None)
            self._known[key] = -float(cross_entropy(self._llama, x, group.targets).losses.sum())
        return self._known[key]
