"""Who somebody is in Slack: standing and language, asked of Slack once an hour and remembered."""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.channels import Channels
from handlers.language import Voice
from storage.errors import DatabaseUnavailable
from storage.people import PeopleStore
from storage.preferences import PreferenceStore
from storage.rows import JSON, Person, Tenant
from tuning.access import Actor, Viewer
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
    channels: Channels
    preferences: PreferenceStore
    providers: Mapping[str, str] = field(default_factory=dict)
    """Every provider that is set up here, and its name in sentences."""
    _at_hand: dict[tuple[Tenant, str], Person] = field(default_factory=dict, init=False)

    async def actor(self, tenant: Tenant, user_id: str) -> Actor:
        """The person as the rules of access see them."""
        person = await self.person(tenant, user_id)
        is_named = user_id in self.admins
        return Actor(user_id, is_admin=person.is_admin or is_named, is_guest=person.is_guest and not is_named)

    async def viewer(self, tenant: Tenant, user_id: str, channel_id: str, *, is_alone: bool = True) -> Viewer:
        """The person as somebody who asks to see things from a channel; from the App Home without one.

        Args:
            is_alone: whether nobody else reads the answer.
        """
        actor = await self.actor(tenant, user_id)
        channels = self.channels
        return Viewer(tenant, actor, channel_id, channels.is_public, is_alone=is_alone, has_member=channels.has_member)

    async def voice(self, tenant: Tenant, user_id: str) -> Voice:
        """The language of one reader: the one they chose, else that of their Slack."""
        if chosen := await self._chosen(tenant, user_id):
            return Voice(self.texts, language_of(chosen), self.providers)
        person = await self.person(tenant, user_id)
        language = language_of(person.locale) if person.locale else self.channel_language
        return Voice(self.texts, language, self.providers)

    async def choose_language(self, tenant: Tenant, user_id: str, language: Language) -> None:
        """Remember in which language somebody wants to read from now on.

        Raises:
            DatabaseUnavailable: it could not be remembered.
        """
        await self.preferences.choose_language(tenant, user_id, language)

    async def voice_in(self, tenant: Tenant, channel_id: str, user_id: str) -> Voice:
        """A direct message has one reader; a channel has many and follows the settings."""
        return await self.voice(tenant, user_id) if channel_id.startswith("D") else self.channel_voice

    @property
    def channel_voice(self) -> Voice:
        return Voice(self.texts, self.channel_language, self.providers)

    async def knows(self, tenant: Tenant, user_id: str) -> bool:
        """Whether somebody can be told apart without asking Slack, which may take longer than Slack waits for us."""
        known = self._at_hand.get((tenant, user_id)) or await self.store.get(tenant, user_id)
        return known is not None and self.clock() - known.fetched_at < REMEMBERED_FOR

    async def person(self, tenant: Tenant, user_id: str) -> Person:
        known = self._at_hand.get((tenant, user_id)) or await self._stored(tenant, user_id)
        now = self.clock()
        if known and now - known.fetched_at < REMEMBERED_FOR:
            self._keep_at_hand(known)
            return known
        try:
            answer = await self.client.users_info(user=user_id, include_locale=True)
        except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError) as error:
            # Somebody Slack won't tell us about sees nothing of the team's; the request itself must still be answered.
            logger.warning("person_not_looked_up", extra={"user_id": user_id, "error": type(error).__name__})
            return known or Person(tenant, user_id, locale="", is_admin=False, is_guest=True, fetched_at=now)
        user = answer["user"]
        is_guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted")) or is_outsider(user, tenant)
        person = Person(
            tenant,
            user_id,
            locale=user.get("locale") or "",
            # An outsider may be an administrator: of their own workspace.
            is_admin=bool(user.get("is_admin") or user.get("is_owner")) and not is_guest,
            is_guest=is_guest,
            fetched_at=now,
        )
        with suppress(DatabaseUnavailable):  # What can't be remembered is asked again.
            await self.store.put(person)
        self._keep_at_hand(person)
        return person

    async def _stored(self, tenant: Tenant, user_id: str) -> Person | None:
        try:
            return await self.store.get(tenant, user_id)
        except DatabaseUnavailable:
            logger.warning("person_not_read", extra={"user_id": user_id})
            return None

    async def _chosen(self, tenant: Tenant, user_id: str) -> str:
        """Asked of the database each time, since another process may have written the choice."""
        try:
            return await self.preferences.language(tenant, user_id)
        except DatabaseUnavailable:
            logger.warning("preference_not_read", extra={"user_id": user_id})
            return ""

    def _keep_at_hand(self, person: Person) -> None:
        if len(self._at_hand) >= _MOST_AT_HAND:
            self._at_hand.clear()
        self._at_hand[person.tenant, person.user_id] = person


def is_outsider(user: JSON, tenant: Tenant) -> bool:
    """Whether somebody is of another company, met in a channel that is shared by Slack Connect.

    A user object says `is_stranger` of those, and names the home workspace; inside an Enterprise organisation that
    may be another one than ours (https://docs.slack.dev/reference/objects/user-object, read 2026-11).
    """
    organisation = user.get("enterprise_user") or {}
    is_colleague = tenant.team_id in {user.get("team_id") or tenant.team_id, *(organisation.get("teams") or ())}
    return bool(user.get("is_stranger")) or not is_colleague
