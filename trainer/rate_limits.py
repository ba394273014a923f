"""How often a project may ask, counted a minute at a time, and what the answers' headers say about it.

The headers are OpenAI's: https://platform.openai.com/docs/guides/rate-limits. What is counted is forgotten when the
server ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Literal

from trainer.errors import Refused
from trainer.store import Document, Store

DEFAULT_REQUESTS: Final = 10_000
DEFAULT_TOKENS: Final = 10_000_000
_MINUTE_SECONDS: Final = 60


@dataclass(slots=True)
class _Minute:
    """What was used since a minute began."""

    began: int
    n_requests: int = 0
    n_tokens: int = 0


class RateLimits:
    """Admits requests for answers, or refuses them with status 429 and the seconds to wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._minutes: dict[tuple[str, str], _Minute] = {}

    def admit(self, project_id: str, base_id: str, n_tokens: int) -> Mapping[str, str]:
        """Count a request of so many tokens, prompt and longest answer together; gives the headers that tell.

        Raises:
            Refused: the project has used up this minute's requests or tokens.
        """
        limit = self.limit(project_id, base_id)
        minute = self._minute(project_id, base_id)
        allowed = {"requests": limit["max_requests_per_1_minute"], "tokens": limit["max_tokens_per_1_minute"]}
        used = {"requests": minute.n_requests + 1, "tokens": minute.n_tokens + n_tokens}
        wait_seconds = minute.began + _MINUTE_SECONDS - self._store.now()
        for unit in ("requests", "tokens"):
            if used[unit] > allowed[unit]:
                raise _exhausted(base_id, unit, allowed[unit], wait_seconds)
        minute.n_requests, minute.n_tokens = used["requests"], used["tokens"]
        told = {}
        for unit in ("requests", "tokens"):
            told[f"x-ratelimit-limit-{unit}"] = str(allowed[unit])
            told[f"x-ratelimit-remaining-{unit}"] = str(allowed[unit] - used[unit])
            told[f"x-ratelimit-reset-{unit}"] = f"{wait_seconds}s"
        return told

    def limit(self, project_id: str, base_id: str) -> Document:
        """The project's limit for answers of one base and of what was tuned from it."""
        return self._store.get("limit", f"rl-{base_id}:{project_id}") or {
            "object": "project.rate_limit",
            "id": f"rl-{base_id}",
            "model": base_id,
            "max_requests_per_1_minute": DEFAULT_REQUESTS,
            "max_tokens_per_1_minute": DEFAULT_TOKENS,
        }

    def change(self, project_id: str, base_id: str, changes: Mapping[str, int]) -> None:
        """Set some of a project's limits."""
        limit_id = f"rl-{base_id}:{project_id}"
        self._store.add("limit", {**self.limit(project_id, base_id), "id": limit_id}, project_id=project_id)
        self._store.change("limit", limit_id, **changes)

    def _minute(self, project_id: str, base_id: str) -> _Minute:
        now = self._store.now()
        minute = self._minutes.setdefault((project_id, base_id), _Minute(now))
        if now - minute.began >= _MINUTE_SECONDS:
            minute = self._minutes[project_id, base_id] = _Minute(now)
        return minute


def _exhausted(base_id: str, unit: Literal["requests", "tokens"], allowed: int, wait_seconds: int) -> Refused:
    return Refused(
        f"Rate limit reached for {base_id}: {allowed:,} {unit} per minute. Try again in {wait_seconds} seconds.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code="rate_limit_exceeded",
        kind=unit,
        headers={"retry-after": str(wait_seconds)},
    )
