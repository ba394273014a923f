"""What providers answer, read as tolerantly as they differ.

Compatible servers leave fields out, send null, `{}` or a string for `error`, numbers as floats, and statuses of
their own. None of it may stop the following of a job, so nothing here raises for a strange value.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

from storage.rows import JSON, JobStatus

_STATUS_ALIASES: Final = {
    "created": JobStatus.QUEUED,
    "pending": JobStatus.QUEUED,
    "validated": JobStatus.QUEUED,
    "completed": JobStatus.SUCCEEDED,
    "success": JobStatus.SUCCEEDED,
    "canceled": JobStatus.CANCELLED,
}
"""Words that compatible servers use beside OpenAI's own."""
_OURS_ALONE: Final = {JobStatus.AWAITING_APPROVAL, JobStatus.STARTING, JobStatus.UNKNOWN}
_LAST_SECOND: Final = 253_402_300_799
"""31 December 9999 in seconds since 1970: what lies beyond is not a time."""


@dataclass(frozen=True, slots=True)
class TrainableModel:
    """A model that a job may start from."""

    id: str
    context_tokens: int | None = None
    """None where the provider doesn't say."""
    shutdown_on: date | None = None
    """After this day it, and every model tuned from it, stops answering; None where no such day is known."""


@dataclass(frozen=True, slots=True)
class AccountModel:
    """A model that an account lists, base or tuned."""

    id: str
    created_at: datetime | None = None
    owned_by: str = ""
    shutdown_on: date | None = None
    """From this day on it doesn't answer any more (`shutdown_date`, in OpenAI's API since August 2026)."""


@dataclass(frozen=True, slots=True)
class ProviderJob:
    """A fine-tuning job as the provider describes it."""

    id: str
    status: JobStatus
    """`unknown` for a word we have never seen: the job counts as still going on."""
    model: str = ""
    training_file_id: str = ""
    validation_file_id: str = ""
    method: str = "supervised"
    fine_tuned_model: str = ""
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    """Those that are numbers already; `auto` is left out."""
    trained_tokens: int | None = None
    error_code: str = ""
    error_message: str = ""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    estimated_finish_at: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """One event of a job as the provider describes it."""

    id: str
    """The provider's, or a hash of time and message where it sends none."""
    created_at: datetime
    level: str
    type: str
    message: str
    data: JSON


@dataclass(frozen=True, slots=True)
class TokenCounts:
    """Exact counts by a model's own tokenizer, one number an example."""

    tokens: tuple[int, ...]
    trained_tokens: tuple[int, ...]


def job_from(body: JSON) -> ProviderJob:
    """A job out of a JSON object that has at least an id."""
    code, message = _error(body.get("error"))
    return ProviderJob(
        id=_text(body.get("id")),
        status=status_from(body.get("status")),
        model=_text(body.get("model")),
        training_file_id=_text(body.get("training_file")),
        validation_file_id=_text(body.get("validation_file")),
        method=_text(_object(body.get("method")).get("type")) or "supervised",
        fine_tuned_model=_text(body.get("fine_tuned_model")),
        hyperparameters=_hyperparameters(body),
        trained_tokens=_whole(body.get("trained_tokens")),
        error_code=code,
        error_message=message,
        created_at=_moment(body.get("created_at")),
        finished_at=_moment(body.get("finished_at")),
        estimated_finish_at=_moment(body.get("estimated_finish")),
        metadata={key: _text(value) for key, value in _object(body.get("metadata")).items()},
    )


def event_from(body: JSON) -> ProviderEvent:
    """An event out of any JSON object."""
    message = _text(body.get("message"))
    seconds = _text(body.get("created_at"))
    data = _object(body.get("data"))
    unnamed = hashlib.sha256(f"{seconds}\n{message}".encode()).hexdigest()[:32]
    return ProviderEvent(
        id=_text(body.get("id")) or unnamed,
        created_at=_moment(body.get("created_at")) or datetime.fromtimestamp(0, UTC),
        level=_text(body.get("level")) or "info",
        type=_text(body.get("type")) or ("metrics" if "step" in data else "message"),
        message=message,
        data=data,
    )


def model_from(body: JSON) -> TrainableModel | None:
    """An entry of the list of models as something to train, or None where it isn't.

    Servers that know say so in `trainable`; of the others every model counts that isn't itself fine-tuned.
    """
    model_id = _text(body.get("id"))
    is_trainable = body.get("trainable", not model_id.startswith("ft:"))
    if not model_id or is_trainable is not True:
        return None
    return TrainableModel(model_id, _whole(body.get("context_tokens")), _day(body.get("shutdown_date")))


def account_model_from(body: JSON) -> AccountModel | None:
    """An entry of the list of models as the account holds it; None for one without an id."""
    model_id = _text(body.get("id"))
    made = AccountModel(
        model_id, _moment(body.get("created")), _text(body.get("owned_by")), _day(body.get("shutdown_date"))
    )
    return made if model_id else None


def token_counts_from(body: JSON) -> TokenCounts:
    """Counts out of `{"tokens": [...], "trained_tokens": [...]}`; what isn't a whole number is left out."""
    return TokenCounts(_wholes(body.get("tokens")), _wholes(body.get("trained_tokens")))


def status_from(word: object) -> JobStatus:
    """A provider's word for the state of a job, in any case and with the known aliases."""
    folded = _text(word).strip().lower()
    if folded in _STATUS_ALIASES:
        return _STATUS_ALIASES[folded]
    try:
        status = JobStatus(folded)
    except ValueError:
        return JobStatus.UNKNOWN
    return JobStatus.UNKNOWN if status in _OURS_ALONE else status


def _error(value: object) -> tuple[str, str]:
    if isinstance(value, str):
        return "", _text(value)
    error = _object(value)
    return _text(error.get("code")), _text(error.get("message"))


def _hyperparameters(body: JSON) -> Mapping[str, float]:
    method = _object(body.get("method"))
    inside = _object(_object(method.get(_text(method.get("type")))).get("hyperparameters"))
    everything = [*_object(body.get("hyperparameters")).items(), *inside.items()]
    return {name: value for name, value in everything if _is_number(value)}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    # PostgreSQL stores no NUL character in a text, so none gets further than this.
    return "" if value is None else str(value).replace("\x00", "")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) and _is_number(value) else None


def _wholes(values: object) -> tuple[int, ...]:
    counts = map(_whole, values if isinstance(values, list) else [])
    return tuple(count for count in counts if count is not None)


def _moment(value: object) -> datetime | None:
    seconds = _whole(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds <= _LAST_SECOND else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None
