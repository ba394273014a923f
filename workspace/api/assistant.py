"""assistant.threads.* and agents.sessions.*: what an agent shows around its threads."""

from workspace import statuses
from workspace.api.calls import Call, Method
from workspace.errors import SlackError, invalid_arguments
from workspace.limits import Tier
from workspace.records import JsonObject

MAX_PROMPTS = 4  # docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts.
_ASSISTANT = ("assistant:write",)


async def set_status(call: Call) -> JsonObject:
    """Show what the app is doing under a thread until it answers."""
    channel = call.channel_to_write("channel_id")
    status = {
        "status": str(call.arguments.given.get("status", "")),
        "loading_messages": call.arguments.decoded("loading_messages") or [],
    }
    statuses.set_status(call.state, channel.id, _thread(call, channel.id), status)
    return {}


async def set_suggested_prompts(call: Call) -> JsonObject:
    """Offer up to four prompts."""
    channel = call.channel_to_write("channel_id")
    prompts = call.arguments.objects("prompts") or []
    if not 0 < len(prompts) <= MAX_PROMPTS or not all({"title", "message"} <= set(prompt) for prompt in prompts):
        raise invalid_arguments("must be 1 to 4 prompts with title and message [json-pointer:/prompts]")
    thread_ts = _thread(call, channel.id) if call.arguments.text("thread_ts") else None
    shown = {"title": call.arguments.text("title") or "", "prompts": prompts}
    statuses.set_prompts(call.state, channel.id, thread_ts, shown)
    return {}


async def set_title(call: Call) -> JsonObject:
    """Name a thread."""
    channel = call.channel_to_write("channel_id")
    statuses.set_title(call.state, channel.id, _thread(call, channel.id), call.arguments.required("title"))
    return {}


def _thread(call: Call, channel_id: str) -> str:
    thread_ts = call.arguments.required("thread_ts")
    if call.state.message(channel_id, thread_ts) is None:
        raise SlackError("invalid_thread_ts")
    return thread_ts


async def sessions_disabled(call: Call) -> JsonObject:
    """Refuse: this workspace stands for the many whose plan has no agent sessions."""
    del call
    raise SlackError("feature_disabled")


METHODS = {
    "assistant.threads.setStatus": Method(set_status, Tier.SPECIAL, ("chat:write", "assistant:write")),
    "assistant.threads.setSuggestedPrompts": Method(set_suggested_prompts, Tier.T4, _ASSISTANT),
    "assistant.threads.setTitle": Method(set_title, Tier.T4, _ASSISTANT),
    "agents.sessions.setStatus": Method(sessions_disabled, Tier.T3, ("chat:write",)),
    "agents.sessions.rename": Method(sessions_disabled, Tier.T3, ("chat:write",)),
}
