"""Whom to ask for an approval: the admins that the settings name, else those of the workspace itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from handlers.people import is_outsider
from storage.rows import JSON, Tenant

_REMEMBERED_FOR: Final = timedelta(hours=1)
_MOST: Final = 10
"""A workspace may have hundreds of admins; so many are enough for one to be there."""
_PAGE: Final = 200
_MOST_PAGES: Final = 25


@dataclass(frozen=True, slots=True)
class Approvers:
    """Looks the workspace's admins up by `users.list` (scope users:read), at most once an hour a team."""

    client: AsyncWebClient
    named: Sequence[str]
    """User ids out of the settings."""
    clock: Callable[[], datetime]
    _known: dict[Tenant, tuple[list[str], datetime]] = field(default_factory=dict, init=False)

    async def of(self, tenant: Tenant) -> Sequence[str]:
        """The user ids of those who are asked.

        Raises:
            SlackApiError: Slack doesn't tell.
        """
        if self.named:
            return self.named[:_MOST]
        admins, asked_at = self._known.get(tenant, ([], None))
        if asked_at is None or self.clock() - asked_at >= _REMEMBERED_FOR:
            admins = await self._admins(tenant)
            self._known[tenant] = (admins, self.clock())
        return admins

    async def _admins(self, tenant: Tenant) -> list[str]:
        found: list[str] = []
        cursor = ""
        for _ in range(_MOST_PAGES):
            answer = await self.client.users_list(limit=_PAGE, cursor=cursor, team_id=tenant.team_id)
            found += [str(user["id"]) for user in answer["members"] if _is_admin(user, tenant)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor or len(found) >= _MOST:
                break
        return found[:_MOST]


def _is_admin(user: JSON, tenant: Tenant) -> bool:
    is_somebody = not any(user.get(flag) for flag in ("deleted", "is_bot", "is_restricted", "is_ultra_restricted"))
    return is_somebody and bool(user.get("is_admin") or user.get("is_owner")) and not is_outsider(user, tenant)
