"""Whose data it is and where it lives, and the JSON that rows carry."""

from dataclasses import dataclass
from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any]
"""A JSON object: string keys, and values of plain JSON types."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whose data it is: one Slack workspace, inside an Enterprise organisation or on its own."""

    team_id: str
    enterprise_id: str = ""
    """Empty for a workspace that belongs to no Enterprise organisation."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something lives in Slack: a channel or direct message, and a thread in it."""

    channel_id: str
    thread_ts: str = ""
    """The `ts` of the thread's first message; empty for the channel itself."""
