"""What an app shows around a thread: a status while it works, prompts to choose from, a title."""

from workspace.changes import ChangeKind
from workspace.records import JsonObject
from workspace.state import State


def set_status(state: State, channel_id: str, thread_ts: str, status: JsonObject) -> None:
    """Show a status such as `is thinking...` under a thread; an empty one takes it away."""
    if status["status"]:
        state.thread_statuses[channel_id, thread_ts] = status
    else:
        state.thread_statuses.pop((channel_id, thread_ts), None)
    details = {"thread_ts": thread_ts, **status}
    state.log.record(ChangeKind.STATUS_SET, details, channel_id=channel_id)


def clear_status(state: State, channel_id: str, thread_ts: str | None) -> None:
    """Take the status away, as Slack does when the app answers."""
    if thread_ts and (channel_id, thread_ts) in state.thread_statuses:
        set_status(state, channel_id, thread_ts, {"status": "", "loading_messages": []})


def set_prompts(state: State, channel_id: str, thread_ts: str | None, prompts: JsonObject) -> None:
    """Offer prompts that a person can send with a click: `{"title": ..., "prompts": [{title, message}]}`."""
    state.suggested_prompts[channel_id, thread_ts] = prompts
    state.log.record(ChangeKind.PROMPTS_SET, {"thread_ts": thread_ts, **prompts}, channel_id=channel_id)


def set_title(state: State, channel_id: str, thread_ts: str, title: str) -> None:
    """Name a thread of the app's direct message."""
    state.log.record(ChangeKind.TITLE_SET, {"thread_ts": thread_ts, "title": title}, channel_id=channel_id)
