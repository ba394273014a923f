"""Whether the tool calls of a row are sound, told without the rules: what they would look for is not there."""

from typing import Any

import msgspec

from tuning.datasets.calling_chat import CallingChat, Result
from tuning.datasets.declared_tools import DeclaredTools

_OBJECT = msgspec.json.Decoder(dict[str, Any])


def are_sound(row: CallingChat, tools: DeclaredTools) -> bool:
    """Whether no rule on calls and their results finds anything: each is declared, rightly filled and answered in time."""
    seen: set[str] = set()
    unanswered: set[str] = set()
    for message in row.messages:
        if isinstance(message, Result):
            if message.tool_call_id not in unanswered:
                return False
            unanswered.remove(message.tool_call_id)
        elif unanswered:
            return False
        for call in message.calls:
            if call.id in seen or not _is_sound(call.function.name, call.function.arguments, tools):
                return False
            seen.add(call.id)
            unanswered.add(call.id)
    return True


def _is_sound(name: str, arguments: str, tools: DeclaredTools) -> bool:
    try:
        read = _OBJECT.decode(arguments)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return False
    return tools.admit(name, read)
