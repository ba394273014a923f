"""What Slack should show: changes of state, and the messages that must reach it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.rows.places import JSON, Place, Tenant


class ChangeKind(StrEnum):
    CARD = "card"
    """The job's card shows something else now; only the latest state matters."""
    MILESTONE = "milestone"
    """Something people must be told, once."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state that Slack should show, written in the same transaction as the change itself."""

    id: int
    tenant: Tenant
    subject: str
    """`job:{id}`."""
    kind: ChangeKind
    key: str
    """Unique, for example `job:{id}:succeeded`: the same change is never written twice."""
    parameters: JSON
    created_at: datetime
    revision: int = 1
    """Grows each time a card is marked again, so that handling an older state leaves the newer one waiting."""


@dataclass(frozen=True, slots=True)
class NewChange:
    """A change that goes with a job's new state, before it is written."""

    kind: ChangeKind
    key: str
    """Unique in its tenant: `job:{id}:card`, `job:{id}:succeeded` and so on."""
    parameters: JSON = field(default_factory=dict)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"
    """Handed to Slack; found in this state after a crash, its outcome is unknown and is looked up first."""
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that must reach Slack: a new post, or the newest state of an edited one."""

    id: int
    tenant: Tenant
    key: str
    """Unique: the same message is never written twice. Cards use one key for their whole life."""
    place: Place
    message_ts: str
    """Of the message once posted; empty before."""
    payload: JSON
    """`text` and `blocks`, as `chat.postMessage` takes them."""
    revision: int
    """Grows with every new payload of a card; `sent_revision` follows it."""
    sent_revision: int
    state: DeliveryState
    attempts: int
    due_at: datetime
    claimed_at: datetime | None = None
    """When it was last handed to Slack; None before."""
