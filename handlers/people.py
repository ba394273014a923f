"""Who somebody is in Slack: standing and language, asked of Slack once an hour and remembered."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.language import Voice
from storage.people import PeopleStore
from storage.rows import Person, Tenant
from tuning.access import Actor
from tuning.texts import Language, Texts, language_of

logger = logging.getLogger(__name__)

REMEMBERED_FOR = timedelta(hours=1)
_MOST_AT_HAND = 10_000
"""People whom this process knows without asking the database; beyond that it begins anew."""


@dataclass(frozen=True, slots=True)
class People:
    """Looks people up by `users.info` with their locale (scope users:read)."""

    client: AsyncWebClient
    store: PeopleStore
    texts: Texts
    channel_language: Language
    admins: Collection[str]
    """User ids that the operator named as admins, beside Slack's own."""
    clock: Callable[[], datetime]
    _at_hand: dict[tuple[Tenant, str], Person] = field(default_factory=dict, init=False)

    async def actor(self, tenant: Tenant, user_id: str) -> Actor:
        """The person as the rules of access see them."""
        person = await self.person(tenant, user_id)
        return Actor(user_id, is_admin=person.is_admin or user_id in self.admins, is_guest=person.is_guest)

    async def voice(self, tenant: Tenant, user_id: str) -> Voice:
        """The language of one reader."""
        person = await self.person(tenant, user_id)
        return Voice(self.texts, language_of(person.locale) if person.locale else self.channel_language)

    async def voice_in(self, tenant: Tenant, channel_id: str, user_id: str) -> Voice:
        """A direct message has one reader; a channel has many and follows the settings."""
        return await self.voice(tenant, user_id) if channel_id.startswith("D") else self.channel_voice

    @property
    def channel_voice(self) -> Voice:
        return Voice(self.texts, self.channel_language)

    async def person(self, tenant: Tenant, user_id: str) -> Person:
        known = self._at_hand.get((tenant, user_id)) or await self.store.get(tenant, user_id)
        now = self.clock()
        if known and now - known.fetched_at < REMEMBERED_FOR:
            self._keep_at_hand(known)
            return known
        try:
            answer = await self.client.users_info(user=user_id, include_locale=True)
        except (SlackApiError, OSError, TimeoutError) as error:
            # Somebody Slack won't tell us about is nobody special; the request itself must still be answered.
            logger.warning("person_not_looked_up", extra={"user_id": user_id, "error": type(error).__name__})
            return known or Person(tenant, user_id, locale="", is_admin=False, is_guest=False, fetched_at=now)
        user = answer["user"]
        person = Person(
            tenant,
            user_id,
            locale=user.get("locale") or "",
            is_admin=bool(user.get("is_admin") or user.get("is_owner")),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            fetched_at=now,
        )
        await self.store.put(person)
        self._keep_at_hand(person)
        return person

    def _keep_at_hand(self, person: Person) -> None:
        if len(self._at_hand) >= _MOST_AT_HAND:
            self._at_hand.clear()
        self._at_hand[person.tenant, person.user_id] = person
