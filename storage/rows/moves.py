"""Moves: a tuned model that stops somewhere is trained again elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storage.rows.places import JSON, Place, Tenant


class MoveState(StrEnum):
    """How far a move is; each state names what is done or waited for in it."""

    FETCHING = "fetching"
    """The training data is brought here and checked."""
    NEEDS_PROMPTS = "needs_prompts"
    """The training file is gone: somebody must offer prompts and accept the note on the provider's terms, or decline."""
    SAMPLING = "sampling"
    """The old model answers these prompts, within the budget."""
    STARTING = "starting"
    TRAINING = "training"
    """The new job goes its own way, an approval included."""
    DEPLOYING = "deploying"
    """The new model answers only once somebody has deployed it."""
    COMPARING = "comparing"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether there is something to do or to look at without a person."""
        return self not in {MoveState.NEEDS_PROMPTS, MoveState.DONE, MoveState.FAILED}


@dataclass(frozen=True, slots=True)
class Move:
    """One tuned model on its way to another base or provider."""

    id: str
    """Made of the old model and the target, so that the same move is begun once."""
    tenant: Tenant
    model_id: str
    """The old model's, `Model.id`."""
    owner_id: str
    """Who asked for it, in whose name its job starts."""
    place: Place
    provider: str
    """Where to; and the base that is trained there."""
    base_model: str
    created_at: datetime
    state_since: datetime
    state: MoveState = MoveState.FETCHING
    n_epochs: int | None = None
    """None takes over what the old job was trained with."""
    attempt: int = 1
    """Grows when a move that failed is tried again, whose job is then another."""
    version_id: str = ""
    """The training data, once it is here."""
    validation_version_id: str = ""
    """What came with it as a validation file; empty where a part is split off."""
    prompts_version_id: str = ""
    """The dataset whose prompts the old model is asked where its training file is gone."""
    budget: Decimal | None = None
    """The most that these answers may cost."""
    budget_unit: str = ""
    """`usd`, or `tokens` where nobody knows the price."""
    terms_accepted_by: str = ""
    """Who accepted the note on the old provider's terms; empty while nobody has."""
    terms_accepted_at: datetime | None = None
    job_id: str = ""
    error_code: str = ""
    error_parameters: JSON = field(default_factory=dict)
    comparison: JSON | None = None
    """The answers of the old and the new model to the same held-out questions, as far as they were asked."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One prompt that the old model is asked, and its answer."""

    tenant: Tenant
    move_id: str
    number: int
    """Of the prompt in its dataset, from 0."""
    cost: Decimal
    """In the move's unit: before the answer the most that it can cost, then what it did."""
    answer: str | None = None
    """None until it has come."""
    is_whole: bool = False
    """Whether the model came to an end by itself; what was cut off is not trained on."""
