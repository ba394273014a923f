"""One door to the installed apps: events go out with retries, commands and interactions wait for their answer."""

import asyncio
from dataclasses import dataclass, replace

from workspace.changes import Change
from workspace.delivery.envelopes import Envelope, NotAcknowledged, Transport
from workspace.delivery.events import events_of
from workspace.delivery.signed_http import SignedHttp
from workspace.delivery.sockets import Sockets
from workspace.records import App, JsonObject
from workspace.state import State


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an app has to acknowledge, and how long after each failure an event is sent again.

    Slack waits 3 seconds and tries again nearly at once, after a minute and after five
    (docs.slack.dev/apis/events-api, "Retries").
    """

    acknowledgement_seconds: float = 3.0
    retry_intervals_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)


class Delivery:
    """Hands over what happens to the apps, in the way each one's manifest chose."""

    def __init__(self, state: State, sockets: Sockets, http: SignedHttp, pace: Pace) -> None:
        self._state = state
        self._sockets = sockets
        self._http = http
        self._pace = pace
        self._under_way: set[asyncio.Task[None]] = set()
        state.log.listen(self._tell_apps)

    async def ask(self, app: App, envelope: Envelope) -> JsonObject:
        """Hand over an envelope and return the answer in its acknowledgement; NotAcknowledged after 3 seconds."""
        transport: Transport = self._sockets if app.is_socket_mode else self._http
        try:
            async with asyncio.timeout(self._pace.acknowledgement_seconds):
                return await transport.send(app, envelope)
        except TimeoutError as error:
            raise NotAcknowledged("timeout" if app.is_socket_mode else "http_timeout") from error

    async def aclose(self) -> None:
        """Give up what is still waiting for a retry, and close the connections."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._http.aclose()

    def _tell_apps(self, change: Change) -> None:
        for app in self._state.apps.values():
            events = events_of(self._state, app, change)
            self._state.ids.random.shuffle(events)  # Slack sends app_mention and its twin message in any order.
            for event in events:
                task = asyncio.create_task(self._send_with_retries(app, self._wrapped(app, event)))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    def _wrapped(self, app: App, event: JsonObject) -> Envelope:
        authorization = {
            "enterprise_id": None,
            "team_id": self._state.team.id,
            "user_id": app.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        payload = {
            "token": app.verification_token,
            "team_id": self._state.team.id,
            "context_team_id": self._state.team.id,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self._state.ids.make("Ev"),
            "event_time": int(self._state.now),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": f"4-{self._state.ids.secret(40)}",
        }
        return Envelope("events_api", payload)

    async def _send_with_retries(self, app: App, envelope: Envelope) -> None:
        for attempt, interval_seconds in enumerate((*self._pace.retry_intervals_seconds, None), start=1):
            try:
                await self.ask(app, envelope)
            except NotAcknowledged as failure:
                if failure.is_final or interval_seconds is None:
                    return
                await asyncio.sleep(interval_seconds)
                envelope = replace(envelope, retry_attempt=attempt, retry_reason=failure.reason)
            else:
                return
