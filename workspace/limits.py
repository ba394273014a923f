"""How often an app may call: Slack's tiers per method, and one message a second in each channel.

See docs.slack.dev/apis/web-api/rate-limits. Slack calls its numbers "20+ a minute" and tolerates bursts; here a minute's
worth may come at once and then flows back evenly, and a channel takes five messages at once.
"""

from dataclasses import dataclass
from enum import Enum

from workspace.errors import SlackError
from workspace.ids import Clock

POST_BURST = 5
POSTS_PER_SECOND = 1.0


class Tier(Enum):
    """Calls a minute of one method by one app; `SPECIAL` allows hundreds."""

    T1 = 1
    T2 = 20
    T3 = 50
    T4 = 100
    SPECIAL = 600


class TooFast(SlackError):
    """The HTTP 429 answer; `retry_after_seconds` goes into its Retry-After header."""

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("ratelimited")
        self.retry_after_seconds = retry_after_seconds


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimits:
    """Counts the calls. `scale` multiplies every limit: 0.1 makes a strict workspace, 100 a patient one."""

    def __init__(self, clock: Clock, scale: float = 1.0) -> None:
        self._clock = clock
        self._scale = scale
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def count_call(self, app_id: str, method: str, tier: Tier) -> None:
        """Count a call; raises TooFast above the method's tier."""
        self._take((app_id, method), capacity=tier.value, per_second=tier.value / 60)

    def count_post(self, app_id: str, channel_id: str) -> None:
        """Count a message into a channel; raises TooFast above one a second."""
        self._take((app_id, channel_id), capacity=POST_BURST, per_second=POSTS_PER_SECOND)

    def _take(self, key: tuple[str, str], *, capacity: float, per_second: float) -> None:
        capacity, per_second = max(capacity * self._scale, 1.0), per_second * self._scale
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(capacity, now))
        bucket.tokens = min(capacity, bucket.tokens + (now - bucket.filled_at) * per_second)
        bucket.filled_at = now
        if bucket.tokens < 1:
            raise TooFast(max(1, round((1 - bucket.tokens) / per_second)))
        bucket.tokens -= 1
