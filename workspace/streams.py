"""Messages that grow while a model speaks: chat.startStream, appendStream, stopStream and the Stop button."""

from workspace import posting
from workspace.errors import SlackError
from workspace.records import JsonObject, Message, Stream, StreamState
from workspace.state import State

# Slack ends a stream about five minutes after its start, even an active one:
# github.com/slackapi/python-slack-sdk, issue 1859.
LIFE_SECONDS = 300.0
MAX_BLOCKS = 50
MAX_CHUNK_CHARACTERS = 12_000


def require_open(state: State, message: Message) -> Stream:
    """Return the message's stream if more may come; raises message_not_in_streaming_state or stopped_by_user."""
    stream = message.stream
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    if stream.state == "in_progress" and state.now - stream.started_at > LIFE_SECONDS:
        end(state, message, "expired")
    if stream.state == "stopped_by_user":
        raise SlackError("stopped_by_user")
    if stream.state != "in_progress":
        raise SlackError("message_not_in_streaming_state")
    return stream


def is_open(state: State, message: Message) -> bool:
    """Return whether a message is being streamed right now."""
    stream = message.stream
    return stream is not None and stream.state == "in_progress" and state.now - stream.started_at <= LIFE_SECONDS


def end(state: State, message: Message, outcome: StreamState) -> None:
    """Close a stream; the message stays as it is."""

    def change(message: Message) -> None:
        if message.stream:
            message.stream.state = outcome

    posting.revise(state, message, change)


def grow(message: Message, chunks: list[JsonObject]) -> None:
    """Add chunks to a streamed message: markdown_text, task_update, plan_update and blocks."""
    stream = message.stream
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    for chunk in chunks:
        _apply(message, stream, chunk)
    if len(stream.blocks) > MAX_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    message.blocks = [*_spoken(message), *stream.blocks]


def _apply(message: Message, stream: Stream, chunk: JsonObject) -> None:
    match chunk:
        case {"type": "markdown_text", "text": str(text)}:
            message.text += text
        case {"type": "task_update", "id": str(task_id), "title": str()}:
            details = {key: value for key, value in chunk.items() if key != "type"}
            stream.tasks[task_id] = stream.tasks.get(task_id, {}) | details
        case {"type": "plan_update", "title": str(title)}:
            stream.plan_title = title
        case {"type": "blocks", "blocks": list(blocks)}:
            stream.blocks = [*stream.blocks, *blocks]
        case _:
            raise SlackError("invalid_chunks")


def _spoken(message: Message) -> list[JsonObject]:
    """Cut the text into markdown blocks, for one block holds 12,000 characters."""
    text = message.text
    starts = range(0, len(text), MAX_CHUNK_CHARACTERS)
    return [{"type": "markdown", "text": text[start : start + MAX_CHUNK_CHARACTERS]} for start in starts]
