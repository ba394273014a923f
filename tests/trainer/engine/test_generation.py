import numpy as np
import pytest

from trainer.engine.generation import generate
from trainer.engine.llama import Place
from trainer.engine.lora import Adapter, new_adapter
from trainer.engine.sampling import Sampler, Sampling
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


def generated(prompt: list[int], adapter: Adapter | None, sampling: Sampling, max_tokens: int) -> list[int]:
    return [chosen.id for chosen in generate(LLAMA, prompt, adapter, Sampler(sampling), max_tokens)]


@pytest.mark.parametrize("adapter", [None, awake_adapter()], ids=["base", "adapter"])
def test_the_cache_changes_nothing(adapter: Adapter | None) -> None:
    tokens = list(PROMPT)
    for token in generated(PROMPT, adapter, Sampling(), 12):
        assert token == most_probable_next(tokens, adapter)
        tokens.append(token)


def test_a_prompt_longer_than_a_stretch_is_read_to_the_same_end() -> None:
    prompt = [int(token) for token in np.random.default_rng(1).integers(0, 256, 600)]
    assert generated(prompt, None, Sampling(), 1)[0] == most_probable_next(prompt, None)


def test_a_fresh_adapter_is_the_identity_and_a_trained_one_is_not() -> None:
    base = generated(PROMPT, None, Sampling(), 12)
    assert generated(PROMPT, new_adapter(TINY, 1), Sampling(), 12) == base
    assert generated(PROMPT, awake_adapter(), Sampling(), 12) != base


def test_a_high_temperature_leaves_the_most_probable_path() -> None:
    greedy = generated(PROMPT, None, Sampling(), 20)
    assert generated(PROMPT, None, Sampling(temperature=2.0, seed=1), 20) != greedy
    assert generated(PROMPT, None, Sampling(temperature=1e-6, seed=1), 20) == greedy


def test_a_bias_forbids_a_token_and_a_penalty_wearies_of_it() -> None:
    greedy = generated(PROMPT, None, Sampling(), 20)
    favourite = max(set(greedy), key=greedy.count)
    assert favourite not in generated(PROMPT, None, Sampling(logit_bias={favourite: -100.0}), 20)
    weary = generated(PROMPT, None, Sampling(frequency_penalty=2.0, presence_penalty=2.0), 20)
    assert len(set(weary)) > len(set(greedy))


def test_the_told_probabilities_are_the_models_own() -> None:
    first, *_ = generate(LLAMA, PROMPT, None, Sampler(Sampling(n_likeliest=260)), 1)
    assert first.likeliest[0] == (first.id, first.log_probability)
    assert sum(np.exp(value) for _, value in first.likeliest) == pytest.approx(1)
