"""How a call is refused: with Slack's own error code, and the fields Slack puts beside it."""

from workspace.records import JsonObject


class SlackError(Exception):
    """A refusal that the caller reads as `{"ok": false, "error": code, ...}`."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    def as_json(self) -> JsonObject:
        """Return the body of the answer."""
        return {"ok": False, "error": self.code, **self.details}


def invalid_arguments(message: str) -> SlackError:
    """Refuse arguments with a message for the developer, as Slack's `response_metadata` carries it."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})
