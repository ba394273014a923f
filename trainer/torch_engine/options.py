"""What an operator chooses for an open model."""

import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Final, Literal, TypeAlias

Tuning: TypeAlias = Literal["lora", "qlora", "full"]
TUNINGS: Final[tuple[Tuning, ...]] = ("lora", "qlora", "full")
_LIBRARIES: Final = ("torch", "transformers", "peft")

# 2e-4 for adapters of models up to 13 billion parameters: Dettmers et al. 2023 (https://arxiv.org/abs/2305.14314),
# table 9. A whole model takes a rate of about a twentieth of that without forgetting what it knew.
_LEARNING_RATES: Final[dict[Tuning, float]] = {"lora": 2e-4, "qlora": 2e-4, "full": 1e-5}


class ExtraMissing(Exception):
    """What an open model needs is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True)
class Options:
    """One open model and how it is tuned."""

    folder: str
    """Where its configuration, tokenizer and weights lie, as transformers saves them."""
    tuning: Tuning = "lora"
    rank: int = 16
    """Of the adapter; its alpha is twice that."""
    max_example_tokens: int = 4096
    """Longer examples are cut there."""

    @property
    def learning_rate(self) -> float:
        """The peak rate at a learning_rate_multiplier of 1."""
        return _LEARNING_RATES[self.tuning]

    def written(self) -> str:
        """The options as an argument of a program."""
        return json.dumps(asdict(self))


def require_libraries(model: str) -> None:
    """Make sure that the extra is installed, which an open model needs.

    Raises:
        ExtraMissing: it is not.
    """
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise ExtraMissing(
            f"{model} is neither smollm2 nor tiny, and an open model needs {', '.join(missing)}, which are not installed. "
            "Correct the name, or install the extra beside the trainer: "
            "pip install -r requirements-torch.lock (with a GPU, choose your build of torch first: docs/open-models.md)."
        )
