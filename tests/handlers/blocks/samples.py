"""The longest and the emptiest things that a card may ever have to show, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from storage.rows import (
    Dataset,
    DatasetFormat,
    DatasetVersion,
    Job,
    JobEvent,
    JobRequest,
    JobStatus,
    Model,
    Place,
    Tenant,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TENANT = Tenant("T1")
LONG = "<&>`*" * 2000


def plain_job(**changes: object) -> Job:
    job = Job(
        id="job_1",
        tenant=TENANT,
        name="marv",
        owner_id="U1",
        place=Place("C1", "1.0"),
        request=JobRequest("trainer", "smol", "v1"),
        created_at=NOW,
        status=JobStatus.RUNNING,
        provider_job_id="ftjob-1",
        training_file_id="file-1",
        status_since=NOW,
        last_heard_at=NOW,
    )
    return replace(job, **changes)


def huge_job(status: JobStatus) -> Job:
    return plain_job(
        status=status,
        name=LONG,
        error_code=LONG,
        error_message=LONG,
        provider_job_id=LONG,
        training_file_id=LONG,
        validation_file_id=LONG,
        fine_tuned_model=LONG,
        step=10**9,
        total_steps=10**9,
        training_loss=1e9,
        validation_loss=1e9,
        estimated_usd=Decimal(10**9),
        estimated_tokens=10**12,
        trained_tokens=10**12,
        estimated_finish_at=NOW + timedelta(days=400),
        started_at=NOW - timedelta(days=400),
        finished_at=NOW,
        last_heard_at=NOW - timedelta(days=2),
        request=JobRequest("trainer", LONG, "v1"),
    )


def model(name: str = "marv", model_id: str = "ft:smol:marv") -> Model:
    return Model(
        id=model_id,
        tenant=TENANT,
        name=name,
        provider="trainer",
        job_id="job_1",
        base_model=LONG,
        owner_id="U1",
        place=Place("C1", "1.0"),
        format=DatasetFormat.CHAT,
        system_prompt="",
        prompt_separator="",
        completion_stop="",
        created_at=NOW,
    )


def huge_event(number: int) -> JobEvent:
    return JobEvent("job_1", TENANT, str(number), NOW, "error", "message", LONG, {})


def dataset(name: str = "marv") -> Dataset:
    return Dataset("ds_1", TENANT, name, "U1", Place("C1", "1.0"), "F1", NOW)


def version(file_name: str = "marv.jsonl") -> DatasetVersion:
    return DatasetVersion(
        id="ds_1-v1",
        tenant=TENANT,
        dataset_id="ds_1",
        number=1,
        file_name=file_name,
        sha256="aa",
        size_bytes=10**12,
        format=DatasetFormat.CHAT,
        examples=10**9,
        is_ready=True,
        report={},
        origin="upload",
        parent_id="",
        created_at=NOW,
    )
