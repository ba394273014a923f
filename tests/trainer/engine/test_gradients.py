from collections.abc import Callable

import numpy as np
import pytest

from trainer.engine.examples import Example, Pair
from trainer.engine.lora import Adapter, n_parameters, new_adapter
from trainer.engine.lower_layers import LowerLayers
from trainer.engine.objectives import Preference
from trainer.engine.passes import Passes
from trainer.engine.reference import Reference
from trainer.engine.shape import Shape
from trainer.engine.tiny import tiny_llama

SMALL = Shape(
    n_layers=2,
    width=32,
    feed_forward=48,
    n_heads=4,
    n_key_value_heads=2,
    vocabulary=97,
    context_tokens=64,
    rope_frequency=10_000.0,
    norm_epsilon=1e-5,
)
DEEP = Shape(
    n_layers=17,
    width=16,
    feed_forward=24,
    n_heads=2,
    n_key_value_heads=1,
    vocabulary=31,
    context_tokens=64,
    rope_frequency=10_000.0,
    norm_epsilon=1e-5,
)


def random_examples(shape: Shape, lengths: tuple[int, ...]) -> list[Example]:
    generator = np.random.default_rng(5)
    return [
        Example(
            generator.integers(0, shape.vocabulary, length).astype(np.int32),
            np.concatenate((generator.random(length - 1) < 0.5, [True])),
        )
        for length in lengths
    ]


def awake_adapter(shape: Shape) -> Adapter:
    adapter = new_adapter(shape, 1, np.float64)
    adapter.vector[:] += np.random.default_rng(2).standard_normal(adapter.vector.shape) * 0.05
    return adapter


def central_difference(mean_loss: Callable[[], float], vector: np.ndarray, index: int) -> float:
    step = 1e-5
    vector[index] += step
    above = mean_loss()
    vector[index] -= 2 * step
    below = mean_loss()
    vector[index] += step
    return (above - below) / (2 * step)


@pytest.mark.parametrize(
    "shape", [pytest.param(SMALL, id="all layers learn"), pytest.param(DEEP, id="two stay frozen")]
)
def test_the_gradient_is_that_of_finite_differences(shape: Shape) -> None:
    adapter, batch = awake_adapter(shape), random_examples(shape, (9, 5, 12, 2))
    passes = Passes(tiny_llama(shape, np.float64), adapter)
    _, gradient = passes.learn(batch)
    errors = []
    for index in np.random.default_rng(3).choice(n_parameters(shape), 60, replace=False):
        expected = central_difference(lambda: passes.judge(batch).mean_loss, adapter.vector, int(index))
        errors.append(abs(gradient[index] - expected) / max(abs(gradient[index]) + abs(expected), 1e-4))
    passes.close()
    assert max(errors) < 1e-6


def test_the_gradient_of_preferences_is_that_of_finite_differences() -> None:
    adapter, texts = awake_adapter(DEEP), random_examples(DEEP, (9, 5, 12, 2, 7, 6))
    pairs = [Pair(*texts[start : start + 2]) for start in range(0, 6, 2)]
    llama = tiny_llama(DEEP, np.float64)
    reference = Reference(llama, None, LowerLayers(llama, adapter.first_layer))
    passes = Passes(llama, adapter, Preference(0.7, reference.log_probability))
    tally, gradient = passes.learn(pairs)
    errors = []
    for index in np.random.default_rng(3).choice(n_parameters(DEEP), 60, replace=False):
        expected = central_difference(lambda: passes.judge(pairs).mean_loss, adapter.vector, int(index))
        errors.append(abs(gradient[index] - expected) / max(abs(gradient[index]) + abs(expected), 1e-4))
    passes.close()
    assert max(errors) < 1e-6
    assert tally.n_pairs == 3


def test_a_model_that_has_not_moved_prefers_nothing() -> None:
    llama, texts = tiny_llama(SMALL, np.float64), random_examples(SMALL, (9, 5))
    adapter = new_adapter(SMALL, 1, np.float64)
    reference = Reference(llama, None, LowerLayers(llama, adapter.first_layer))
    passes = Passes(llama, adapter, Preference(0.1, reference.log_probability))
    assert passes.judge([Pair(*texts)]).mean_loss == pytest.approx(np.log(2))
    passes.close()


def test_padding_and_company_do_not_change_what_an_example_teaches() -> None:
    adapter, batch = awake_adapter(SMALL), random_examples(SMALL, (9, 5, 12, 2))
    passes = Passes(tiny_llama(SMALL, np.float64), adapter)
    together, gradient = passes.learn(batch)
    alone = [passes.learn([example]) for example in batch]
    passes.close()
    assert together.loss == pytest.approx(sum(tally.loss for tally, _ in alone))
    weighted = sum(tally.n_tokens * single for tally, single in alone) / together.n_tokens
    np.testing.assert_allclose(gradient, weighted, rtol=1e-9, atol=1e-12)


def test_the_adapter_of_smollm2_has_as_many_parameters_as_published() -> None:
    smollm2 = Shape(30, 576, 1536, 9, 3, 49_152, 8192, 100_000.0, 1e-5)
    assert n_parameters(smollm2) == 1_221_120
