"""The base models that the engine can train, and what is known about each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trainer.engine.llama import Llama
from trainer.engine.model import Language, language_from_gguf, llama_from_gguf, shape_from_gguf
from trainer.engine.shape import Shape
from trainer.engine.tiny import TINY, tiny_language, tiny_llama
from trainer.engine.weights import check_weights, find_weights


@dataclass(frozen=True, slots=True)
class Base:
    """One base model: facts for clients, defaults for training, and how to load it."""

    id: str
    owned_by: str
    created_at: int
    """When it was published, Unix seconds."""
    context_tokens: int
    languages: tuple[str, ...]
    licence: str
    learning_rate: float
    """The peak rate at a learning_rate_multiplier of 1."""
    hub_id: str | None
    """Where its full weights are published, as transformers and peft name it."""
    check: Callable[[], None]
    """Raises WeightsMissing where the weights are not at hand."""
    shape: Callable[[], Shape]
    """Its dimensions, without reading the weights."""
    language: Callable[[], Language]
    llama: Callable[[], Llama]
    gguf: Callable[[], Path] | None
    """The file of its weights, as llama.cpp reads it."""


def _smollm2_135m() -> Base:
    return Base(
        id="smollm2-135m",
        owned_by="HuggingFaceTB",
        created_at=1_730_332_800,  # 2024-10-31, https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct
        context_tokens=8192,
        languages=("en",),
        licence="Apache-2.0",
        learning_rate=1e-3,
        hub_id="HuggingFaceTB/SmolLM2-135M-Instruct",
        check=lambda: check_weights(find_weights()),
        shape=lambda: shape_from_gguf(find_weights()),
        language=lambda: language_from_gguf(find_weights()),
        llama=lambda: llama_from_gguf(find_weights()),
        gguf=find_weights,
    )


def _tiny_random() -> Base:
    return Base(
        id="tiny-random",
        owned_by="tunesmith",
        created_at=1_730_332_800,
        context_tokens=TINY.context_tokens,
        languages=(),
        licence="Apache-2.0",
        learning_rate=2e-2,
        hub_id=None,
        check=lambda: None,
        shape=lambda: TINY,
        language=tiny_language,
        llama=tiny_llama,
        gguf=None,
    )


BASES: Final = {base.id: base for base in (_smollm2_135m(), _tiny_random())}
