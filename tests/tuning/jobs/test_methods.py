"""Which training methods are offered."""

import pytest

from tuning import known_models
from tuning.jobs.methods import methods_of


@pytest.mark.parametrize(
    ("provider", "model", "methods"),
    [
        pytest.param("trainer", "smollm2-135m", ("supervised", "dpo"), id="what the host and the model can do"),
        pytest.param("openai", "gpt-4.1-mini", ("supervised", "dpo"), id="by an alias"),
        pytest.param(
            "openai", "ft:gpt-4.1-mini-2025-04-14:us:marv:1", ("supervised", "dpo"), id="of a tuned one's base"
        ),
        pytest.param("azure", "o4-mini-2025-04-16", (), id="of it only what is built"),
        pytest.param("custom", "anything", ("supervised",), id="a model that nobody knows, by its host"),
        pytest.param("nowhere", "anything", (), id="a host that isn't set up"),
    ],
)
def test_the_methods_of_a_model_are_those_that_work_from_end_to_end(provider, model, methods):
    assert methods_of(provider, model) == methods


def test_a_model_that_was_never_open_to_tuning_has_none():
    never = [known for known in known_models._models() if not known.methods]

    assert never
    assert {methods_of(known.provider, known.id) for known in never} == {()}
