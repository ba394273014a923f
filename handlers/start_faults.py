"""What keeps a submitted start form from starting anything."""

from handlers.blocks.start_job_modal import REPEAT
from handlers.start_choices import Opening
from handlers.start_form import Entered, block_of, fault_sentence
from tuning.datasets.held_out import leak_at_once
from tuning.jobs.drafts import StartDraft
from tuning.jobs.jobs import Jobs
from tuning.jobs.learning_curve import LEAST_EXAMPLES


async def start_faults(jobs: Jobs, opening: Opening, entered: Entered, job_id: str) -> dict[str, str]:
    """A sentence for each thing that blocks the start, by the block_id of the field that it stands at.

    Args:
        job_id: of the job, or of a learning curve's last, that would be started.
    """
    faults, draft = await _too_few(jobs, opening, entered), entered.draft()
    for id_, one in entered.drafts(job_id).items():
        findings = await jobs.check(opening.viewer, one, id_)
        for finding in findings:
            if finding.severity == "E":
                faults.setdefault(block_of(finding), fault_sentence(opening.voice, finding))
    if not draft.is_foreign_accepted and await jobs.is_foreign(opening.viewer, draft):
        faults.setdefault("model", opening.voice("start.foreign.unaccepted"))
    if REPEAT in faults:
        faults[REPEAT] = opening.voice("start.repeat.unaccepted")
    return faults | await _leak(jobs, opening, draft)


async def _too_few(jobs: Jobs, opening: Opening, entered: Entered) -> dict[str, str]:
    """What is wrong with a learning curve on few rows."""
    if not entered.is_curve:
        return {}
    version = await jobs.datasets.version(opening.viewer.tenant, entered.version_id)
    told = opening.voice("start.curve.too_few", n=version.examples, least=LEAST_EXAMPLES)
    return {"validation": told} if version.examples < LEAST_EXAMPLES else {}


async def _leak(jobs: Jobs, opening: Opening, draft: StartDraft) -> dict[str, str]:
    """What is wrong with a validation dataset that holds rows of the training dataset."""
    if not draft.validation_version_id:
        return {}
    datasets, wanted_ids = jobs.datasets, (draft.training_version_id, draft.validation_version_id)
    leak = await leak_at_once(datasets, *[await datasets.version(opening.viewer.tenant, one) for one in wanted_ids])
    return {"validation": opening.voice("errors.validation_leaks", **leak.parameters)} if leak else {}
