"""The nouns of a workspace, as plain records that `State` holds: team, users, channels, messages, files, views, apps."""

from dataclasses import dataclass, field
from typing import Any, Literal

JsonObject = dict[str, Any]
StreamState = Literal["in_progress", "completed", "stopped_by_user", "expired"]


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace itself, as `team.info` describes it."""

    id: str
    name: str
    domain: str


@dataclass(slots=True)
class User:
    """A person or an app's bot user; `name` is the handle that `@name` mentions."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    timezone: str = "Europe/London"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    bot_id: str | None = None
    app_id: str | None = None

    @property
    def is_bot(self) -> bool:
        """Whether an app speaks through this user."""
        return self.bot_id is not None


@dataclass(slots=True)
class Channel:
    """A public channel, a private one (`is_private`) or a direct message (`is_im`, then `name` is empty)."""

    id: str
    name: str
    creator_id: str
    created_at: float
    member_ids: list[str]
    is_private: bool = False
    is_im: bool = False

    @property
    def type(self) -> Literal["channel", "group", "im"]:
        """The `channel_type` of events."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"


@dataclass(slots=True)
class Stream:
    """What `chat.startStream` began: the text so far, the tasks by id, and whether more may come."""

    started_at: float
    recipient_user_id: str | None
    task_display_mode: str
    state: StreamState = "in_progress"
    tasks: dict[str, JsonObject] = field(default_factory=dict)
    plan_title: str = ""
    blocks: list[JsonObject] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message or, when `ephemeral_to` names a user, one that only this user sees until they reload."""

    channel_id: str
    ts: str
    user_id: str
    text: str
    thread_ts: str | None = None
    blocks: list[JsonObject] = field(default_factory=list)
    attachments: list[JsonObject] = field(default_factory=list)
    file_ids: list[str] = field(default_factory=list)
    app_id: str | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    metadata: JsonObject | None = None
    edited_ts: str | None = None
    edited_by: str | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    stream: Stream | None = None
    ephemeral_to: str | None = None


@dataclass(slots=True)
class File:
    """An uploaded file; the bytes lie on disk under its id. `shares` maps channel ids to the messages' ts."""

    id: str
    name: str
    title: str
    mimetype: str
    filetype: str
    size_bytes: int
    user_id: str
    created_at: float
    mode: Literal["hosted", "snippet", "tombstone"] = "hosted"
    preview: str = ""
    """How a text begins; empty for any other file."""
    shares: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class View:
    """A modal or an App Home tab. `definition` is what the app sent; `values` is what the person entered so far.

    `values` has the shape of Slack's `view.state.values`: block_id -> action_id -> the input's state.
    """

    id: str
    app_id: str
    user_id: str
    definition: JsonObject
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, dict[str, JsonObject]] = field(default_factory=dict)

    @property
    def is_modal(self) -> bool:
        """Whether it is a modal; otherwise it is an App Home tab."""
        return self.definition.get("type") == "modal"


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A command of the manifest; with `should_escape`, mentions in its text arrive as ids."""

    name: str
    description: str
    usage_hint: str = ""
    url: str | None = None
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A global or message shortcut of the manifest."""

    name: str
    type: Literal["global", "message"]
    callback_id: str
    description: str = ""


@dataclass(slots=True)
class App:
    """An installed app: what its manifest asked for and the secrets that installing it made."""

    id: str
    name: str
    bot_user_id: str
    bot_id: str
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    verification_token: str = field(repr=False)
    scopes: frozenset[str]
    events: frozenset[str]
    commands: dict[str, SlashCommand]
    shortcuts: tuple[Shortcut, ...]
    is_socket_mode: bool
    events_url: str | None = None
    interactivity_url: str | None = None
    suggested_prompts: tuple[JsonObject, ...] = ()
