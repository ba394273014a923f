"""Two teams, and rows of theirs to store."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from storage.rows import (
    Dataset,
    DatasetFormat,
    DatasetVersion,
    Job,
    JobEvent,
    JobRequest,
    Model,
    Place,
    Tenant,
    Turn,
    TurnState,
)

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
THREAD = Place("C1", "1763812800.000100")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def place() -> Place:
    return THREAD


@pytest.fixture
def tenant() -> Tenant:
    return Tenant("T1")


@pytest.fixture
def other_tenant() -> Tenant:
    """The same workspace id in an organisation: somebody else."""
    return Tenant("T1", "E1")


@pytest.fixture
def a_dataset(tenant: Tenant) -> Callable[..., Dataset]:
    def make(dataset_id: str = "ds_1", name: str = "marv", **fields) -> Dataset:
        given = {"tenant": tenant, "owner_id": "U1", "place": THREAD, "slack_file_id": "F1", "created_at": NOW}
        return Dataset(id=dataset_id, name=name, **(given | fields))

    return make


@pytest.fixture
def a_version(tenant: Tenant) -> Callable[..., DatasetVersion]:
    def make(version_id: str = "dv_1", dataset_id: str = "ds_1", sha256: str = "aa", **fields) -> DatasetVersion:
        given = {
            "tenant": tenant,
            "number": 1,
            "file_name": "marv.jsonl",
            "size_bytes": 12_345_678_901,
            "format": DatasetFormat.CHAT,
            "examples": 64,
            "is_ready": True,
            "report": {"findings": [{"line": 3}]},
            "origin": "upload",
            "parent_id": "",
            "created_at": NOW,
        }
        return DatasetVersion(id=version_id, dataset_id=dataset_id, sha256=sha256, **(given | fields))

    return make


@pytest.fixture
def a_job(tenant: Tenant) -> Callable[..., Job]:
    def make(job_id: str = "job_1", name: str = "marv", **fields) -> Job:
        given = {
            "tenant": tenant,
            "owner_id": "U1",
            "place": THREAD,
            "request": JobRequest("trainer", "smollm2-135m", "dv_1", learning_rate_multiplier=0.1),
            "created_at": NOW,
            "estimated_usd": Decimal("0.10"),
        }
        return Job(id=job_id, name=name, **(given | fields))

    return make


@pytest.fixture
def an_event(tenant: Tenant) -> Callable[..., JobEvent]:
    def make(event_id: str = "ftevent-1", job_id: str = "job_1", **fields) -> JobEvent:
        given = {
            "tenant": tenant,
            "created_at": NOW,
            "level": "info",
            "type": "message",
            "message": "Job started",
            "data": {},
        }
        return JobEvent(job_id=job_id, event_id=event_id, **(given | fields))

    return make


@pytest.fixture
def a_model(tenant: Tenant) -> Callable[..., Model]:
    def make(model_id: str = "ft:smollm2-135m:marv", name: str = "marv", **fields) -> Model:
        given = {
            "tenant": tenant,
            "provider": "trainer",
            "job_id": "job_1",
            "base_model": "smollm2-135m",
            "owner_id": "U1",
            "place": THREAD,
            "format": DatasetFormat.CHAT,
            "system_prompt": "Marv is sarcastic.",
            "prompt_separator": "",
            "completion_stop": "",
            "created_at": NOW,
        }
        return Model(id=model_id, name=name, **(given | fields))

    return make


@pytest.fixture
def a_turn(tenant: Tenant) -> Callable[..., Turn]:
    def make(turn_id: str = "turn_1", message_ts: str = "1763812801.000200", **fields) -> Turn:
        given = {
            "tenant": tenant,
            "place": THREAD,
            "model_id": "ft:smollm2-135m:marv",
            "asked_by": "U1",
            "question": "What is the capital of France?",
            "answer": "",
            "answer_ts": "",
            "state": TurnState.ASKED,
            "created_at": NOW,
        }
        return Turn(id=turn_id, message_ts=message_ts, **(given | fields))

    return make
