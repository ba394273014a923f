"""Fine-tuned models, and what people asked them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.rows.datasets import DatasetFormat
from storage.rows.places import Place, Tenant


@dataclass(frozen=True, slots=True)
class Model:
    """A fine-tuned model that people can ask."""

    id: str
    """The name the provider has given it: `ft:…`; its job's id where the provider has given it none."""
    tenant: Tenant
    name: str
    """The short name people type: that of its job."""
    provider: str
    job_id: str
    base_model: str
    owner_id: str
    place: Place
    format: DatasetFormat
    system_prompt: str
    """The one most of its training examples carry; empty where there is none."""
    prompt_separator: str
    """What ends every prompt of a prompt/completion dataset; empty otherwise."""
    completion_stop: str
    """What ends every completion of a prompt/completion dataset; empty otherwise."""
    created_at: datetime
    deleted_at: datetime | None = None
    served_as: str = ""
    """The name under which it was deployed; empty where it answers by its id."""

    @property
    def is_nameless(self) -> bool:
        """Whether its provider knows it by no name but its deployment's."""
        return self.id == self.job_id

    @property
    def asked_as(self) -> str:
        """The name that a question goes to."""
        return self.served_as or self.id


class TurnState(StrEnum):
    ASKED = "asked"
    ANSWERING = "answering"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question to a tuned model in a thread, and its answer: our own transcript."""

    id: str
    tenant: Tenant
    place: Place
    model_id: str
    asked_by: str
    message_ts: str
    """Of the question; unique in its channel, so that an event that arrives twice is answered once."""
    question: str
    answer: str
    answer_ts: str
    state: TurnState
    created_at: datetime
