"""Prompts that were tried on a dataset before anybody trains on it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage.rows.places import JSON, Place, Tenant


@dataclass(frozen=True, slots=True)
class Trial:
    """A base model's answers to some rows of a dataset, asked with somebody's best prompt and marked by them."""

    id: str
    tenant: Tenant
    place: Place
    """Its dataset's thread, where it is shown."""
    dataset_id: str
    version_id: str
    """Whose rows are asked."""
    owner_id: str
    """Who wrote the prompt, and marks the answers."""
    provider: str
    model: str
    use: str
    """What the team wants a model for; a word of `tuning.advice.pieces.Use`, or empty."""
    prompt: str
    created_at: datetime
    outcome: JSON = field(default_factory=dict)
    """`rows`, each with `question`, `expected`, `answer` and, once it is marked, `is_good`; `error_code` and
    `error_parameters` of what ended it early."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What was asked, in order."""
        rows: list[dict[str, Any]] = self.outcome.get("rows", [])
        return rows

    @property
    def marks(self) -> list[bool]:
        """Of the answers that are marked."""
        return [row["is_good"] for row in self.rows if "is_good" in row]

    @property
    def is_marked(self) -> bool:
        """Whether every answer is marked."""
        return bool(self.rows) and len(self.marks) == len(self.rows)
