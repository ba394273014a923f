"""trigger_ids: proof that a person has just done something, with which an app may open a modal for them."""

from dataclasses import dataclass

from workspace.errors import SlackError
from workspace.ids import Ids

TRIGGER_SECONDS = 3.0  # docs.slack.dev/interactivity/handling-user-interaction: "expire in three seconds".


@dataclass(slots=True)
class _Trigger:
    app_id: str
    user_id: str
    issued_at: float
    is_exchanged: bool = False


class Triggers:
    """Issues trigger_ids and takes each back once, within three seconds."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._issued: dict[str, _Trigger] = {}

    def issue(self, app_id: str, user_id: str) -> str:
        """Return a new trigger_id for what a user did to an app."""
        now = self._ids.clock()
        trigger_id = f"{self._ids.random.randrange(10**12, 10**13)}.{int(now)}.{self._ids.secret(32)}"
        self._issued[trigger_id] = _Trigger(app_id, user_id, now)
        return trigger_id

    def exchange(self, app_id: str, trigger_id: str) -> str:
        """Use a trigger_id up and return its user's id.

        Raises invalid_trigger_id for one that this app never had, exchanged_trigger_id the second time and
        expired_trigger_id after three seconds.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise SlackError("invalid_trigger_id")
        if trigger.is_exchanged:
            raise SlackError("exchanged_trigger_id")
        if self._ids.clock() - trigger.issued_at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.is_exchanged = True
        return trigger.user_id
