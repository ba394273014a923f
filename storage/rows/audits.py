"""What was decided, by whom: written once and never changed."""

from dataclasses import dataclass
from datetime import datetime

from storage.rows.places import JSON, Tenant


@dataclass(frozen=True, slots=True)
class Audit:
    """One decision, as an administrator reads it later."""

    tenant: Tenant
    key: str
    """Unique in its tenant, such as `job:{id}:approve`: the same decision is written once."""
    actor_id: str
    """Who decided; empty where the settings did."""
    action: str
    """What was done: `start`, `ask`, `approve`, `decline`, `refuse`, `cancel`, `delete`, `expire` or `import`."""
    subject: str
    """What it was done to: `job:{id}`, `model:{id}` or `dataset:{id}`."""
    created_at: datetime
    details: JSON
    """What the decision rested on: name, cost, limit and so on, amounts as decimal strings."""
