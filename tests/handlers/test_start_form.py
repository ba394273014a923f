"""What was entered in the start modal, read and written back."""

from dataclasses import replace

import pytest

from handlers.start_form import Entered
from tuning.jobs.drafts import StartDraft

DRAFT = StartDraft(
    "ds_1-v1",
    "trainer",
    "smol",
    n_epochs=3,
    batch_size=8,
    learning_rate_multiplier=0.1,
    suffix="marv",
    split_seed=7,
    seed=7,
)


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param({}, id="no validation"),
        pytest.param({"split_train_percent": 85}, id="a split"),
        pytest.param({"validation_version_id": "ds_2-v1"}, id="another dataset"),
        pytest.param(
            {"n_epochs": None, "batch_size": None, "learning_rate_multiplier": None}, id="left to the provider"
        ),
    ],
)
def test_a_job_that_is_started_again_asks_for_the_same(choices):
    draft = replace(DRAFT, **choices)

    assert Entered.of_request(draft.request()).draft() == draft
