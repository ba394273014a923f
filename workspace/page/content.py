"""Pure: what of a message is drawn as blocks, whether it came as blocks, as text or as a stream."""

from workspace.records import JsonObject


def blocks_of(message: JsonObject) -> list[JsonObject]:
    """Return the blocks of a message; text without blocks becomes a section of its own, a stream shows its tasks."""
    blocks = [*_tasks(message.get("stream")), *message.get("blocks", ())]
    if not blocks and message.get("text"):
        blocks = [_section(message["text"])]
    return blocks + [block for attachment in message.get("attachments", ()) for block in _attached(attachment)]


def _tasks(stream: JsonObject | None) -> list[JsonObject]:
    if not stream or not stream["tasks"]:
        return []
    return [{"type": "plan", "title": stream["plan_title"], "tasks": stream["tasks"]}]


def _attached(attachment: JsonObject) -> list[JsonObject]:
    if attachment.get("blocks"):
        return list(attachment["blocks"])
    text = attachment.get("text") or attachment.get("fallback")
    return [_section(text)] if text else []


def _section(text: str) -> JsonObject:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
