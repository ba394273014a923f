"""The models of the Chinese guide: what each was, what became of it, and what to take instead."""

from datetime import date

import pytest

from tuning import known_models
from tuning.known_models import Fate
from tuning.tokens.encodings import CL100K, encoding_for

TODAY = date(2026, 11, 22)
MINI, FULL = "gpt-4.1-mini-2025-04-14", "gpt-4.1-2025-04-14"
GUIDE = [
    ("gpt-3.5-turbo", "chat", 16385, date(2026, 10, 23), MINI),
    ("gpt-3.5-turbo-1106", "chat", 16385, date(2026, 9, 28), MINI),
    ("gpt-3.5-turbo-0613", "chat", 4096, date(2024, 9, 13), MINI),
    ("babbage-002", "prompt_completion", 16384, date(2026, 9, 28), MINI),
    ("davinci-002", "prompt_completion", 16384, date(2026, 9, 28), MINI),
    ("gpt-4-0613", "chat", 8192, date(2026, 10, 23), FULL),
]


@pytest.mark.parametrize(("model", "format_", "context_tokens", "gone_on", "successor"), GUIDE)
def test_every_model_of_the_guide_is_known(model, format_, context_tokens, gone_on, successor):
    known = known_models.find("openai", model)

    assert (known.formats[0], known.context_tokens, known.shuts_down_on) == (format_, context_tokens, gone_on)
    assert encoding_for(model) == CL100K
    assert known_models.fate_of("openai", model, TODAY) is Fate.RETIRED
    assert known_models.successor_at("openai", model, TODAY) == successor
    assert known_models.successor_at("azure", model, TODAY) == successor
    assert known_models.successor_at("nebius", model, TODAY) == "meta-llama/Meta-Llama-3.1-8B-Instruct"
    assert known_models.successor_at("trainer", model, TODAY) == "smollm2-135m"
    assert known_models.successor_at("custom", model, TODAY, ["llama", MINI]) in {"llama", MINI}
    assert known_models.successor_at("openai", model, date(2027, 1, 6)) == ""


@pytest.mark.parametrize(
    ("model", "base"),
    [
        ("ft:gpt-4.1-mini-2025-04-14:ours:tone:abc123", MINI),
        ("gpt-4.1-mini-2025-04-14.ft-0e208cf33a6a4669-tone", MINI),
        (MINI, MINI),
        ("meta-llama/Llama-3.3-70B-Instruct", "meta-llama/Llama-3.3-70B-Instruct"),
    ],
)
def test_the_base_is_read_from_a_tuned_model_s_name(model, base):
    assert known_models.base_of(model) == base


def test_a_model_that_another_provider_still_trains_is_its_own_successor_there():
    assert known_models.successor_at("azure", "gpt-4.1-nano", TODAY) == "gpt-4.1-nano-2025-04-14"
    assert known_models.successor_at("custom", "gpt-4.1-nano", TODAY, ["llama", MINI]) == MINI
