"""What each person has looked at: it says where the page opens for them, and which conversations are marked unread."""

from workspace.people import Person
from workspace.records import Message


class Looked:
    """Remembers how far each person has looked into each conversation, for as long as the page is served."""

    def __init__(self) -> None:
        self._newest_ts: dict[tuple[str, str], str] = {}

    def look(self, person: Person, channel_id: str) -> None:
        """Note that someone sees a conversation as it is now."""
        message = newest(person, channel_id)
        if message:
            self._newest_ts[person.user.id, channel_id] = message.ts

    def is_unread(self, person: Person, channel_id: str) -> bool:
        """Whether someone else has written since; whoever writes has seen what came before."""
        message = newest(person, channel_id)
        if message is None or message.user_id == person.user.id:
            return False
        return message.ts > self._newest_ts.get((person.user.id, channel_id), "")


def newest(person: Person, channel_id: str) -> Message | None:
    """Return the last message that someone sees in a conversation, its threads and what only they see included."""
    said = person.messages(channel_id)
    replies = [reply for message in said for reply in person.state.replies(channel_id, message.ts)]
    return max([*said, *replies, *person.ephemerals(channel_id)], key=lambda message: message.ts, default=None)


def liveliest(person: Person) -> str:
    """Return the conversation with the newest message that someone sees; where nothing was said yet, their first."""
    channel_ids = [channel.id for channel in person.channels()]
    messages = [message for channel_id in channel_ids if (message := newest(person, channel_id))]
    return max(messages, key=lambda message: message.ts).channel_id if messages else channel_ids[0]
