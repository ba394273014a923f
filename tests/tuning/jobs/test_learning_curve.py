"""A learning curve: what its jobs learn, how they find each other, and what they come to."""

from dataclasses import replace

import pytest

from handlers.blocks.learning_curve import learning_curve
from handlers.language import Voice
from storage.rows import DatasetFormat, JobStatus
from tests.handlers.blocks.samples import plain_job
from tuning.datasets.parts import Part
from tuning.jobs.drafts import StartDraft
from tuning.jobs.learning_curve import drafts_of, ids_beside, outcome
from tuning.texts import Texts

DRAFT = StartDraft("ds_1-v1", "trainer", "tiny-random", split_train_percent=80)
DRAFTS = drafts_of("job_1", DRAFT)


def test_its_jobs_differ_in_the_portion_that_they_learn_and_share_what_they_are_validated_with():
    requests = [draft.request(DatasetFormat.CHAT) for draft in DRAFTS.values()]

    assert [Part.from_id(one.training_version_id).portion_percent for one in requests] == [25, 50, 100]
    assert {one.validation_version_id for one in requests} == {"ds_1-v1.validation.80.0"}
    assert [(one.trained_percent, one.validation_percent) for one in DRAFTS.values()] == [(20, 20), (40, 20), (80, 20)]
    assert [one.name_after("marv") for one in DRAFTS.values()] == ["marv-25-of-100", "marv-50-of-100", "marv"]


def test_each_of_its_jobs_finds_the_others():
    assert [ids_beside(job_id) for job_id in DRAFTS] == [list(DRAFTS)] * 3


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ((1.5, 1.2, 1.0), "25 % 1.500 · 50 % 1.200 · 100 % 1.000. From half to all the loss fell by 16.7 %"),
        ((1.5, 1.2, 1.19), "will hardly help"),
        ((1.5, 1.2, 1.4), "or rose"),
        ((None, 1.2, 1.0), "25 % none · 50 % 1.200 · 100 % 1.000. From half to all the loss fell"),
        ((1.5, None, 1.0), "nothing can be compared"),
    ],
)
def test_it_says_whether_more_rows_would_help(losses, said):
    jobs = [plain_job(status=JobStatus.SUCCEEDED, validation_loss=loss) for loss in losses]

    assert said in learning_curve(Voice(Texts.load(), "en"), outcome(jobs)).text


def test_it_says_nothing_before_the_last_of_its_jobs_has_ended():
    ended = plain_job(status=JobStatus.SUCCEEDED, validation_loss=1.0)

    assert outcome([ended, ended, replace(ended, status=JobStatus.RUNNING)]) is None
    assert outcome([ended]) is None
