"""A list of messages that follows its conversation: each message is drawn once and then changed in place."""

from workspace.errors import SlackError
from workspace.page.message import MessageCard, OpenThread
from workspace.page.tags import Tag, box
from workspace.page.visit import Visit
from workspace.records import JsonObject, Message
from workspace.shapes import message_json

SHOWN_AT_FIRST = 200  # What a page opens with; a longer history would only slow it down.


class MessageList:
    """Messages of one conversation or thread, oldest first, with a line wherever a new day begins."""

    def __init__(self, channel_id: str, visit: Visit, open_thread: OpenThread | None) -> None:
        self._channel_id = channel_id
        self._visit = visit
        self._open_thread = open_thread
        self._cards: dict[str, MessageCard] = {}
        self._last_day = ""
        self._column = box("messages", role="log")

    def fill(self, messages: list[Message]) -> None:
        """Draw the messages that are there already."""
        for message in sorted(messages, key=lambda message: message.ts)[-SHOWN_AT_FIRST:]:
            self.add(message_json(self._visit.viewer.state, message))

    def add(self, message: JsonObject) -> None:
        """Draw a new message below the others."""
        if message["ts"] in self._cards:
            return
        with self._column:
            day = self._visit.viewer.day(float(message["ts"]))
            if day != self._last_day:
                with box("day", role="separator"):
                    Tag("span", "", day)
            self._last_day = day
            self._cards[message["ts"]] = MessageCard(message, self._channel_id, self._visit, self._open_thread)

    def change(self, message: JsonObject) -> None:
        """Show what a message is now."""
        card = self._cards.get(message["ts"])
        if card:
            card.change(message)

    def remove(self, ts: str) -> None:
        """Take a deleted message away."""
        card = self._cards.pop(ts, None)
        if card:
            card.root.delete()

    def refresh_file(self, file_id: str) -> None:
        """Redraw the messages that share a file, after it was deleted."""
        for ts, card in self._cards.items():
            if any(file["id"] == file_id for file in card.message.get("files", ())):
                self._refresh(ts)

    def _refresh(self, ts: str) -> None:
        try:
            message = self._visit.person.message(self._channel_id, ts)
        except SlackError:
            return  # It was deleted meanwhile, and the change that says so follows.
        self._cards[ts].change(message_json(self._visit.viewer.state, message))
