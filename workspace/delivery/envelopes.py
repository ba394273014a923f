"""What is handed to an app, and how handing it over can fail."""

from dataclasses import dataclass
from typing import Literal, Protocol

from workspace.records import App, JsonObject

EnvelopeType = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload on its way to an app; `retry_attempt` is 0 the first time."""

    type: EnvelopeType
    payload: JsonObject
    retry_attempt: int = 0
    retry_reason: str = ""

    @property
    def accepts_response(self) -> bool:
        """Whether the acknowledgement may carry an answer: for commands and interactions, never for events."""
        return self.type != "events_api"


class NotAcknowledged(Exception):
    """The app did not take an envelope.

    `reason` is Slack's X-Slack-Retry-Reason; `is_final` says that the app asked for no retry.
    """

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class Transport(Protocol):
    """A way to an app."""

    async def send(self, app: App, envelope: Envelope) -> JsonObject:
        """Hand over an envelope; return the answer in its acknowledgement, {} for none; raise NotAcknowledged."""
        ...
