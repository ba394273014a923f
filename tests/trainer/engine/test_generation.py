from itertools import islice

import numpy as np
import pytest

from trainer.engine.generation import Sampling, generate
from trainer.engine.llama import Place
from trainer.engine.lora import Adapter, new_adapter
from trainer.engine.tiny import TINY, tiny_llama

LLAMA = tiny_llama()
PROMPT = [10, 20, 30, 40, 50]


def most_probable_next(tokens: list[int], adapter: Adapter | None) -> int:
    """The next token without any cache: the whole text at once."""
    x = LLAMA.embed(np.array(tokens, np.int32))
    for index in range(TINY.n_layers):
        x, _ = LLAMA.forward(index, x, Place(1, LLAMA.rotation(0, len(tokens))), adapter)
    return int((LLAMA.weights.embedding @ LLAMA.final(x[-1])).argmax())


def awake_adapter() -> Adapter:
    adapter = new_adapter(TINY, 1)
    adapter.vector[:] += np.random.default_rng(2).standard_normal(adapter.vector.shape).astype(np.float32) * 0.1
    return adapter


@pytest.mark.parametrize("adapter", [None, awake_adapter()], ids=["base", "adapter"])
def test_the_cache_changes_nothing(adapter: Adapter | None) -> None:
    tokens = list(PROMPT)
    for token in generate(LLAMA, PROMPT, adapter, Sampling(), 12):
        assert token == most_probable_next(tokens, adapter)
        tokens.append(token)


def test_a_prompt_longer_than_a_stretch_is_read_to_the_same_end() -> None:
    prompt = [int(token) for token in np.random.default_rng(1).integers(0, 256, 600)]
    assert next(generate(LLAMA, prompt, None, Sampling(), 1)) == most_probable_next(prompt, None)


def test_a_fresh_adapter_is_the_identity_and_a_trained_one_is_not() -> None:
    base = list(generate(LLAMA, PROMPT, None, Sampling(), 12))
    assert list(generate(LLAMA, PROMPT, new_adapter(TINY, 1), Sampling(), 12)) == base
    assert list(generate(LLAMA, PROMPT, awake_adapter(), Sampling(), 12)) != base


def test_a_high_temperature_leaves_the_most_probable_path() -> None:
    greedy = list(generate(LLAMA, PROMPT, None, Sampling(), 20))
    assert list(generate(LLAMA, PROMPT, None, Sampling(temperature=2.0, seed=1), 20)) != greedy
    assert list(islice(generate(LLAMA, PROMPT, None, Sampling(temperature=1e-6, seed=1), 20), 20)) == greedy
