"""A model that can't write a dataset's language is known by data, for its tuned models too."""

import pytest

from tests.tuning.test_examples import report_on
from tuning.spoken import is_foreign


@pytest.mark.parametrize(
    ("provider", "model", "file_name", "foreign"),
    [
        ("trainer", "smollm2-135m", "support-zh.jsonl", True),
        ("trainer", "ft:smollm2-135m:tunesmith:support:abc", "support-zh.jsonl", True),
        ("trainer", "smollm2-135m", "marv.jsonl", False),
        ("openai", "gpt-4.1-mini-2025-04-14", "support-zh.jsonl", False),
        ("custom", "qwen3-4b", "support-zh.jsonl", False),
    ],
)
def test_only_a_model_that_is_limited_to_other_languages_is_foreign(provider, model, file_name, foreign):
    assert is_foreign(provider, model, report_on(file_name)) is foreign
