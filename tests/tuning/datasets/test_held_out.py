"""What a model is to be examined on is learned by no job, whichever way its rows come along."""

from dataclasses import replace

import pytest

from tests.tuning.datasets.test_intake import receive
from tuning.datasets.held_out import leak_at_once
from tuning.datasets.parts import Part, parts_of
from tuning.datasets.revisions import Revision
from tuning.jobs.drafts import StartDraft


async def rows_of(house, version) -> list[bytes]:
    return b"".join([chunk async for chunk in house.files.read(version.sha256)]).splitlines()


async def set_aside(house, version, percent=20, seed=7):
    return await house.revisions.make(house.tenant, Revision(version.id, "split", (str(percent), str(seed))))


async def refusal(house, **draft) -> str:
    choices = {"provider": "trainer", "base_model": "smol", **draft}
    job = await house.jobs.start(house.viewer, job_id=f"job_{len(house.started)}", draft=StartDraft(**choices))
    outcome, job = await house.run_start(job.id)
    return "" if outcome["ok"] else job.error_code


async def test_every_split_after_a_test_part_leaves_its_rows_out(house):
    upload = await house.dataset()
    test = await set_aside(house, upload)
    longer = await receive(house, house.shared["ds_1"].replace(b"capital", b"main city"), "b.jsonl", dataset_id="ds_8")
    merged = await house.revisions.make(house.tenant, Revision(upload.id, "merge", (longer.id,)))

    train, validation = [
        await house.parts.ensure(house.tenant, part.id) for part in parts_of(merged.id, train_percent=80, seed=1)
    ]

    kept = await rows_of(house, test)
    assert (test.id, test.origin, len(kept)) == (Part(upload.id, "test", 20, 7).id, "split:test", 13)
    assert not set(kept) & {*await rows_of(house, train), *await rows_of(house, validation)}
    again = await set_aside(house, merged)
    assert set(kept) <= set(await rows_of(house, again))


async def test_a_job_that_would_learn_the_test_is_refused_before_anything_is_uploaded(house, host):
    upload = await house.dataset()
    test = await set_aside(house, upload)

    assert await refusal(house, training_version_id=upload.id) == "learns_the_test"
    assert await refusal(house, training_version_id=test.id) == "test_is_kept"
    assert await refusal(house, training_version_id=upload.id, validation_version_id=test.id) in {
        "learns_the_test",
        "test_is_kept",
    }
    assert "POST /files" not in host.calls
    assert await refusal(house, training_version_id=upload.id, split_train_percent=80) == ""


async def test_a_validation_file_chosen_by_hand_must_not_hold_training_rows(house, host):
    upload = await house.dataset()
    lines = house.shared["ds_1"].splitlines(keepends=True)
    other = await receive(
        house, b"".join([*lines[:2], *(line.replace(b"capital", b"seat") for line in lines[2:14])]), "held.jsonl"
    )

    assert await refusal(house, training_version_id=upload.id, validation_version_id=other.id) == "validation_leaks"
    assert "POST /files" not in host.calls


async def test_a_form_hears_at_once_which_dataset_leaks_into_which(house):
    training = await house.dataset()
    content = house.shared["ds_1"]
    again = await receive(house, content, "marv.jsonl", dataset_id="ds_2")
    longer = await receive(house, b"\n".join(content.splitlines()[3:]), "marv.jsonl", dataset_id="ds_3")
    apart = await receive(
        house, content.replace(b'"content": "', b'"content": "Well, '), "marv.jsonl", dataset_id="ds_4"
    )

    async def said(validation, **changes):
        leak = await leak_at_once(house.datasets, replace(training, **changes), replace(validation, **changes))
        return leak and leak.parameters

    assert await said(again) == {"training": "marv", "validation": "marv-2", "n": 64, "line": 1}
    assert await said(longer) == {"training": "marv", "validation": "marv-3", "n": 61, "line": 4}
    # Equal bytes need no reading; others of this size would be compared longer than Slack waits.
    assert (await said(again, size_bytes=10**9))["n"] == 64
    assert await said(longer, size_bytes=10**9) is None
    assert await said(apart) is None


@pytest.mark.parametrize("part_id", ["ds_1-v1.test.10.7", "ds_1-v1.train.80.0"])
def test_a_parts_id_says_how_it_is_made(part_id):
    assert Part.from_id(part_id).id == part_id
