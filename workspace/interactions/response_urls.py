"""response_urls: with each an app may answer one command or click up to five times within thirty minutes."""

from dataclasses import dataclass

from workspace.errors import SlackError
from workspace.ids import Ids

# docs.slack.dev/interactivity/handling-user-interaction, "Message responses".
MAX_USES = 5
LIFE_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a response_url leads: the app that got it, the user and channel, and the message that was clicked."""

    app_id: str
    user_id: str
    channel_id: str
    message_ts: str | None = None
    thread_ts: str | None = None
    is_ephemeral: bool = False


@dataclass(slots=True)
class _Issued:
    origin: Origin
    issued_at: float
    uses: int = 0


class ResponseUrls:
    """Issues response_urls and counts their uses."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._issued: dict[str, _Issued] = {}

    def issue(self, base_url: str, origin: Origin) -> str:
        """Return a new response_url."""
        secret = self._ids.secret(24)
        self._issued[secret] = _Issued(origin, self._ids.clock())
        return f"{base_url}/response/{secret}"

    def use(self, secret: str) -> Origin:
        """Count one use; raises expired_url or used_url when there is none left."""
        issued = self._issued.get(secret)
        if issued is None or self._ids.clock() - issued.issued_at > LIFE_SECONDS:
            raise SlackError("expired_url")
        if issued.uses >= MAX_USES:
            raise SlackError("used_url")
        issued.uses += 1
        return issued.origin
