"""How fast Slack may be called, kept before Slack has to refuse.

Slack counts calls per method, workspace and app: about 20 a minute in tier 2, 50 in tier 3, 100 in tier 4, and one
posted message a second per channel (https://docs.slack.dev/apis/web-api/rate-limits, read 2026-11).
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

UPDATE_GAP_SECONDS = 1.2
"""Between two edits of one message: what Slack's clients show without flicker, and within the update tier."""

_MOST_BUCKETS = 10_000
_IDLE_SECONDS = 60


@dataclass(slots=True)
class _Bucket:
    per_second: float
    size: float
    level: float
    filled_at: float

    def wait_seconds(self, now: float) -> float:
        self.level = min(self.size, self.level + max(0.0, now - self.filled_at) * self.per_second)
        self.filled_at = max(now, self.filled_at)
        return max(0.0, (1.0 - self.level) / self.per_second) if self.level < 1.0 else 0.0


_TIERS: dict[str, tuple[float, float]] = {
    "chat.startStream": (12 / 60, 6),
    "chat.stopStream": (12 / 60, 6),
    "chat.update": (38 / 60, 10),
    "chat.appendStream": (80 / 60, 15),
    "chat.postMessage": (4.0, 8),
}
"""Calls a second, and how many may come at once: together, in any minute, a little below what Slack grants."""


class Pacer:
    """Tells how long to wait before a call; a caller that may go ahead says so with `take`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._buckets: dict[Hashable, _Bucket] = {}
        self._blocked_until: dict[Hashable, float] = {}

    def wait_seconds(self, team_id: str, method: str, target: str) -> float:
        """Seconds until the method may be called for the target: a channel for posts, a message for edits."""
        now = self._monotonic()
        blocked = self._blocked_until.get((team_id, method), 0.0) - now
        buckets = self._buckets_of(team_id, method, target, now)
        return max(0.0, blocked, *(bucket.wait_seconds(now) for bucket in buckets))

    def take(self, team_id: str, method: str, target: str) -> None:
        """Count a call that is about to be made."""
        now = self._monotonic()
        for bucket in self._buckets_of(team_id, method, target, now):
            bucket.wait_seconds(now)
            bucket.level -= 1.0

    def refuse(self, team_id: str, method: str, retry_after_seconds: float) -> None:
        """Slack answered 429: nothing more of this method until then."""
        self._blocked_until[team_id, method] = self._monotonic() + retry_after_seconds

    def _buckets_of(self, team_id: str, method: str, target: str, now: float) -> tuple[_Bucket, _Bucket]:
        per_second, size = _TIERS[method]
        gap_seconds, burst = (UPDATE_GAP_SECONDS, 1.0) if method == "chat.update" else (1.0, 3.0)
        if len(self._buckets) > _MOST_BUCKETS:
            self._forget_idle(now)
        return (
            self._buckets.setdefault((team_id, method), _Bucket(per_second, size, size, now)),
            self._buckets.setdefault((team_id, method, target), _Bucket(1 / gap_seconds, burst, burst, now)),
        )

    def _forget_idle(self, now: float) -> None:
        """A bucket untouched for a minute is full again, so nothing is lost by forgetting it."""
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if now - bucket.filled_at < _IDLE_SECONDS}
