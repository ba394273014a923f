"""What Slack tells us: its events, and who its people are."""

from dataclasses import dataclass
from datetime import datetime

from storage.rows.places import JSON, Tenant


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """An event of Slack's, stored before it was acknowledged."""

    app_id: str
    event_id: str
    tenant: Tenant
    body: JSON | None
    """The whole envelope; None once handled, or where the event does not concern us."""
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Person:
    """What we remember about somebody in Slack for a while: locale and standing."""

    tenant: Tenant
    user_id: str
    locale: str
    is_admin: bool
    is_guest: bool
    fetched_at: datetime
