"""What was entered in the start modal, read and written back."""

from dataclasses import replace

import pytest

from handlers.start_form import TYPED, Entered
from storage.rows import DatasetFormat
from tuning.jobs.drafts import StartDraft

DRAFT = StartDraft(
    "ds_1-v1",
    "trainer",
    "smol",
    n_epochs=3,
    batch_size=8,
    learning_rate_multiplier=0.1,
    beta=0.25,
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
            {"n_epochs": None, "batch_size": None, "learning_rate_multiplier": None, "beta": None},
            id="left to the provider",
        ),
    ],
)
def test_a_job_that_is_started_again_asks_for_the_same(choices):
    draft = replace(DRAFT, **choices)

    assert Entered.of_request(draft.request(DatasetFormat.PREFERENCE)).draft() == draft


def test_a_test_part_is_read_from_the_form_and_stands_there_again_when_the_job_is_started_again():
    entered = Entered("ds_1-v1", "split:20:10", "trainer:smol", dict.fromkeys(TYPED, ""))
    draft = entered.draft()
    request = draft.request(DatasetFormat.PREFERENCE)

    assert (draft.split_train_percent, draft.test_percent) == (80, 10)
    assert (draft.trained_percent, draft.validation_percent) == (72, 18)
    assert request.test_version_id == "ds_1-v1.test.10.0"
    assert Entered.of_request(request).validation == "split:20:10"


def test_a_job_of_a_learning_curve_is_started_again_with_its_own_portion_alone():
    curve = Entered("ds_1-v1", "curve:20", "trainer:smol", dict.fromkeys(TYPED, ""))
    quarter = curve.drafts("job_1")["job_1-25"]

    again = Entered.of_request(quarter.request(DatasetFormat.CHAT))

    assert (again.validation, again.drafts("job_2")) == ("portion:20:25", {"job_2": quarter})
