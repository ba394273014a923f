"""An event of Slack's as it arrives: whose it is, where it happened, and whether it concerns us."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.training_files import is_for_us, kept, name_of
from storage.rows import JSON, Place, Tenant

_ALWAYS = frozenset({"app_home_opened", "file_deleted", "member_joined_channel"})
_SAID = frozenset({"app_mention", "message"})
_OF_A_FILE = ("type", "subtype", "user", "team", "channel", "channel_type", "ts", "thread_ts", "event_ts")
"""What is kept of a message that concerns us by its file alone."""
_HUMAN_SUBTYPES = frozenset({"", "file_share", "thread_broadcast"})
"""Messages that people write; edits, deletions, joins and bots' messages carry other subtypes."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The outer JSON of an Events API delivery.

    Source: https://docs.slack.dev/apis/events-api#event-type-structure (read 2026-11); which installation an event
    belongs to stands in `authorizations`, the top-level `team_id` may be another workspace's in shared channels.
    """

    body: JSON

    @property
    def app_id(self) -> str:
        return str(self.body.get("api_app_id") or "")

    @property
    def event_id(self) -> str:
        return str(self.body["event_id"])

    @property
    def event(self) -> JSON:
        event: JSON = self.body.get("event") or {}
        return event

    @property
    def tenant(self) -> Tenant:
        return tenant_of_event(self.body)

    @property
    def bot_user_id(self) -> str:
        """As whom we hear it; a name that nobody has where Slack doesn't say."""
        authorization = next(iter(self.body.get("authorizations") or ()), None) or {}
        return str(authorization.get("user_id") or "nobody")

    @property
    def place(self) -> Place:
        """Where an answer belongs: the thread the event happened in, or the one it would start."""
        return answer_place(self.event)


def tenant_of_event(body: Mapping[str, Any]) -> Tenant:
    authorization = next(iter(body.get("authorizations") or ()), None) or body
    return Tenant(str(authorization.get("team_id") or ""), str(authorization.get("enterprise_id") or ""))


def tenant_of_interaction(body: Mapping[str, Any]) -> Tenant:
    """The workspace in which we are installed: commands carry flat ids, clicks and modals objects.

    In a modal that was opened from a channel shared with another company `team` is the workspace of whoever acts;
    ours stands in the view (https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload, read
    2026-11). An installation for a whole organisation has no `team` but the acting person's.
    """
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    acting_in = str(body.get("team_id") or team.get("id") or (body.get("user") or {}).get("team_id") or "")
    installed_in = str((body.get("view") or {}).get("app_installed_team_id") or acting_in)
    enterprise_id = str(body.get("enterprise_id") or enterprise.get("id") or "")
    return Tenant(installed_in, enterprise_id if installed_in == acting_in else "")


def place_of_interaction(body: Mapping[str, Any]) -> Place:
    """Where a command or click was made; without a channel in a modal and on the App Home."""
    message = body.get("message") or {}
    return Place(
        str(body.get("channel_id") or (body.get("channel") or {}).get("id") or ""),
        str(message.get("thread_ts") or message.get("ts") or ""),
    )


def place_of_private_answer(body: Mapping[str, Any]) -> Place:
    """Where whoever made a command or click sees what is told to them alone: in a thread only if they clicked in it.

    An ephemeral message is shown in a thread only where that has replies already, and never where the thread would
    begin with an ephemeral message (https://docs.slack.dev/reference/methods/chat.postEphemeral, read 2026-11).
    """
    clicked = (body.get("container") or {}) | (body.get("message") or {})
    own_ts, thread_ts = str(clicked.get("ts") or clicked.get("message_ts") or ""), str(clicked.get("thread_ts") or "")
    return Place(place_of_interaction(body).channel_id, "" if thread_ts == own_ts else thread_ts)


def user_of_interaction(body: Mapping[str, Any]) -> str:
    return str(body.get("user_id") or body["user"]["id"])


def answer_place(event: Mapping[str, Any]) -> Place:
    return Place(str(event.get("channel") or ""), str(event.get("thread_ts") or event.get("ts") or ""))


def is_from_a_person(event: Mapping[str, Any]) -> bool:
    return bool(event.get("user")) and not event.get("bot_id") and (event.get("subtype") or "") in _HUMAN_SUBTYPES


def deleted_file_ids(event: Mapping[str, Any]) -> list[str]:
    """The files that hung on a message which was deleted; none for any other event."""
    if event.get("subtype") != "message_deleted":
        return []
    return [str(file["id"]) for file in (event.get("previous_message") or {}).get("files") or ()]


async def kept_body(envelope: Envelope, is_our_thread: Callable[[Tenant, Place], Awaitable[bool]]) -> JSON | None:
    """An event as it may be stored; None where it doesn't concern us, of which only its ids are kept.

    It concerns us when it is a mention, a direct message, a reply in one of our threads, a training file, or the end
    of a file. Where only a file does, what was written beside it is for others, and stays out; and of every file all
    but its name. So does Slack's old verification token, which is a secret that nobody needs.
    """
    event = envelope.event
    if event.get("type") in _ALWAYS or await _is_said_to_us(envelope, is_our_thread):
        return _body_with(envelope, event | _with_files(event.get("files") or ()))
    if deleted_file_ids(event):
        return _body_with(envelope, _of_a_deleted_message(event))
    if event.get("type") == "message" and is_from_a_person(event):
        ours = [file for file in event.get("files") or () if is_for_us(name_of(file), is_addressed=False)]
        kept_of_it = {name: event[name] for name in _OF_A_FILE if name in event}
        return _body_with(envelope, kept_of_it | _with_files(ours)) if ours else None
    return None


async def _is_said_to_us(envelope: Envelope, is_our_thread: Callable[[Tenant, Place], Awaitable[bool]]) -> bool:
    event = envelope.event
    if event.get("type") not in _SAID or not is_from_a_person(event):
        return False
    if event["type"] == "app_mention" or event.get("channel_type") == "im":
        return True
    if f"<@{envelope.bot_user_id}" in str(event.get("text") or ""):
        return True
    thread_ts = event.get("thread_ts")
    return bool(thread_ts) and await is_our_thread(envelope.tenant, Place(str(event["channel"]), str(thread_ts)))


def _with_files(files: Iterable[Mapping[str, Any]]) -> JSON:
    kept_files = [kept(file) for file in files]
    return {"files": kept_files} if kept_files else {}


def _of_a_deleted_message(event: JSON) -> JSON:
    kept = {name: event[name] for name in _OF_A_FILE if name in event}
    return kept | {"previous_message": {"files": [{"id": file_id} for file_id in deleted_file_ids(event)]}}


def _body_with(envelope: Envelope, event: JSON) -> JSON:
    return {name: value for name, value in envelope.body.items() if name != "token"} | {"event": event}
