"""The one place that turns an exception into what a user reads."""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.findings import finding_line
from handlers.blocks.kit import Content, plain, section, sections
from handlers.envelopes import Envelope, tenant_of_interaction
from handlers.language import Voice
from handlers.mrkdwn import escape
from handlers.outbox import Outbox
from handlers.people import People
from handlers.private_answers import PrivateAnswers
from storage.errors import DatabaseUnavailable
from tuning.errors import InvalidRequest, UserFacingError

logger = logging.getLogger(__name__)

_SEEN_SECONDS: Final = 0.05
"""Bolt looks every 0.01 s for the acknowledgement that it passes on (slack_bolt 1.x, `AsyncioListenerRunner.run`)."""


def sentence(voice: Voice, error: UserFacingError) -> str:
    """What happened and what to do next, in the reader's language, as mrkdwn."""
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in error.parameters.items()}
    return voice(f"errors.{error.code}", **safe)


def explanation(voice: Voice, error: UserFacingError) -> Content:
    """The sentence, and for a refused request each finding with its fix."""
    told = sentence(voice, error)
    if not isinstance(error, InvalidRequest):
        return Content(told, (section(told),))
    return Content(told, (section(told), *sections(finding_line(voice, finding) for finding in error.findings)))


def incident(voice: Voice, incident_id: str) -> Content:
    """What is said of a fault that is ours, with the number under which it is logged."""
    told = voice("commands.incident", incident=incident_id)
    return Content(told, (section(told),))


@dataclass(frozen=True, slots=True)
class Errors:
    """Bolt's error handler: an expected error gives its sentence, any other an incident number and a log entry."""

    people: People
    outbox: Outbox
    new_id: Callable[[], str]

    def register(self, interactions: AsyncApp, events: AsyncApp) -> None:
        interactions.error(self.after_interaction)
        events.error(self.after_event)

    async def after_interaction(
        self,
        error: Exception,
        body: dict[str, Any],
        respond: AsyncRespond,
        client: AsyncWebClient,
        response: BoltResponse | None,
    ) -> BoltResponse | None:
        """Commands and clicks are answered where they were made, a submitted modal in the modal.

        An event that couldn't be stored is refused, so that Slack sends it again.

        Args:
            response: what Bolt would answer; None where the listener has acknowledged, and nothing may be answered.
        """
        if body.get("type") == "event_callback":
            logger.error("event_not_stored", exc_info=error, extra={"event_id": body.get("event_id")})
            return BoltResponse(status=500)
        user_id = str(body.get("user_id") or (body.get("user") or {}).get("id"))
        voice = await self.people.voice(tenant_of_interaction(body), user_id)
        content = self._told(voice, error)
        if response is not None and body.get("type") == "view_submission":
            return _in_modal(voice, body["view"], content)
        await PrivateAnswers.to(body, respond, client).show(content)
        if response is not None:
            return BoltResponse(status=200)
        # Bolt forgets the acknowledgement once this returns, even if it hasn't been passed on yet.
        await asyncio.sleep(_SEEN_SECONDS)
        return None

    async def after_event(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """An expected error is answered in the thread; any other is left to the inbox, which tries again."""
        if not isinstance(error, UserFacingError):
            logger.error("event_failed", exc_info=error, extra={"event_id": body.get("event_id")})
            return BoltResponse(status=500)
        envelope = Envelope(body)
        await self._tell(envelope, error)
        return BoltResponse(status=200)

    async def apologise(self, envelope: Envelope, incident_id: str) -> None:
        """What the inbox says when it has tried often enough."""
        voice = await self._voice(envelope)
        await self._answer(envelope, incident(voice, incident_id))

    async def _tell(self, envelope: Envelope, error: UserFacingError) -> None:
        logger.info("event_refused", extra={"code": error.code, "event_id": envelope.event_id})
        await self._answer(envelope, explanation(await self._voice(envelope), error))

    async def _answer(self, envelope: Envelope, content: Content) -> None:
        if envelope.place.channel_id:
            key = f"fault:{envelope.place.channel_id}:{envelope.event.get('ts')}"
            await self.outbox.put(envelope.tenant, key, envelope.place, content)

    async def _voice(self, envelope: Envelope) -> Voice:
        user_id = str(envelope.event.get("user") or "")
        return await self.people.voice_in(envelope.tenant, envelope.place.channel_id, user_id)

    def _told(self, voice: Voice, error: Exception) -> Content:
        if isinstance(error, UserFacingError):
            logger.info("request_refused", extra={"code": error.code})
            return explanation(voice, error)
        if isinstance(error, DatabaseUnavailable):
            logger.error("request_without_database", exc_info=error)
            told = voice("commands.database_away")
            return Content(told, (section(told),))
        incident_id = self.new_id()
        logger.error("request_failed", exc_info=error, extra={"incident_id": incident_id})
        return incident(voice, incident_id)


def _in_modal(voice: Voice, view: dict[str, Any], content: Content) -> BoltResponse:
    """Replaces the modal by the explanation, as the answer to its submission."""
    shown = {
        "type": "modal",
        "title": view["title"],
        "close": plain(voice("commands.understood"), 24),
        "blocks": list(content.blocks),
    }
    answer = {"response_action": "update", "view": shown}
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})
