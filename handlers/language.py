"""A voice: every sentence in the language of whoever will read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tuning.texts import Language, Texts


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogues, and the language of one reader or channel."""

    texts: Texts
    language: Language
    providers: Mapping[str, str] = field(default_factory=dict)
    """Every provider that is set up here, and its name in sentences."""

    def __call__(self, key: str, **parameters: str | int) -> str:
        return self.texts.say(self.language, key, **parameters)

    def usd(self, amount: Decimal) -> str:
        return self.texts.usd(self.language, amount)

    def duration(self, seconds: float) -> str:
        return self.texts.duration(self.language, seconds)

    def size(self, size_bytes: int) -> str:
        return self.texts.size(self.language, size_bytes)


def clock_time(at: datetime) -> str:
    """A moment that Slack's clients write in the reader's own time zone.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting (read 2026-11).
    """
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"


def time_ago(at: datetime) -> str:
    """How long ago something happened, kept right by Slack's clients without an edit: '3 minutes ago'."""
    return f"<!date^{int(at.timestamp())}^{{ago}}|{at:%Y-%m-%d %H:%M} UTC>"
