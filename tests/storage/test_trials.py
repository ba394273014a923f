from dataclasses import replace
from datetime import timedelta

import pytest

from storage.datasets import DatasetStore
from storage.errors import DatasetGone
from storage.rows import Trial
from storage.trials import TrialStore

ASKED = {
    "rows": [
        {"question": "1?", "expected": "1", "answer": "one"},
        {"question": "2?", "expected": "2", "answer": "2"},
    ]
}


@pytest.fixture
def trial(tenant, place, now):
    """A trial that hasn't been asked yet."""
    return Trial("tr_1", tenant, place, "ds_1", "dv_1", "U1", "trainer", "smol", "tone", "Be kind.", now)


async def test_a_trial_keeps_its_answers_and_the_last_mark_of_each(
    database, tenant, other_tenant, a_dataset, a_version, trial
):
    trials = TrialStore(database)
    await DatasetStore(database).add(a_dataset(), a_version())
    await trials.add(trial)
    await trials.add(replace(trial, prompt="Another."))
    await trials.note(tenant, "tr_1", ASKED)
    await trials.mark(tenant, "tr_1", 1, is_good=False)
    half = await trials.mark(tenant, "tr_1", 1, is_good=True)
    whole = await trials.mark(tenant, "tr_1", 0, is_good=False)

    assert (half.marks, half.is_marked, whole.marks, whole.is_marked) == ([True], False, [False, True], True)
    assert await trials.get(tenant, "tr_1") == replace(trial, outcome=whole.outcome)
    assert await trials.mark(other_tenant, "tr_1", 0, is_good=True) is None
    assert await trials.get(other_tenant, "tr_1") is None


async def test_the_newest_trial_of_a_dataset_counts_and_all_go_with_it(
    database, tenant, now, a_dataset, a_version, trial
):
    trials, datasets = TrialStore(database), DatasetStore(database)
    with pytest.raises(DatasetGone):
        await trials.add(trial)
    await datasets.add(a_dataset(), a_version())
    await trials.add(trial)
    await trials.add(replace(trial, id="tr_2", created_at=now + timedelta(hours=1)))

    assert (await trials.newest(tenant, "ds_1")).id == "tr_2"
    await datasets.delete(tenant, "ds_1")
    assert await trials.newest(tenant, "ds_1") is None
