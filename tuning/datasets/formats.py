"""The four formats of a training file, and how to tell which one a line is written in.

Shapes: OpenAI's OpenAPI specification of 2025-05 (FineTuneChatRequestInput, FineTunePreferenceRequestInput,
FineTuneCompletionRequestInput, FineTuneReinforcementRequestInput), the last one that stated them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from storage.rows import DatasetFormat

CHAT_KEYS = frozenset({"messages", "tools", "parallel_tool_calls", "functions"})
"""The keys that a chat line may have."""

FOREIGN_CHAT_KEYS = ("conversations", "conversation", "message", "dialog", "dialogue", "text", "instruction")
"""Where other tools keep what OpenAI's format calls `messages`."""

FOREIGN_PROMPT_KEYS = {
    "prompt": ("Prompt", "PROMPT", "input", "question", "query"),
    "completion": ("Completion", "COMPLETION", "output", "answer", "response"),
}
"""What other tools call a prompt and a completion."""

_PREFERENCE_KEYS = frozenset(
    {
        "preferred_output",
        "non_preferred_output",
        "preferred_completion",
        "non_preferred_completion",
        "chosen",
        "rejected",
    }
)
_WHOLE_PROMPT = frozenset({"prompt", "completion"})
_MESSAGE_FORMATS = frozenset({DatasetFormat.CHAT, DatasetFormat.REINFORCEMENT})


def format_of(row: Mapping[str, Any]) -> DatasetFormat:
    """The format in which a line's object is written, or UNKNOWN where its keys belong to none."""
    if row.keys() & _PREFERENCE_KEYS:
        return DatasetFormat.PREFERENCE
    if "messages" in row:
        return DatasetFormat.REINFORCEMENT if _is_reinforcement(row) else DatasetFormat.CHAT
    if row.keys() & {"prompt", "completion"}:
        return DatasetFormat.PROMPT_COMPLETION
    if any(key in row for key in FOREIGN_CHAT_KEYS):
        return DatasetFormat.CHAT
    if any(key in row for keys in FOREIGN_PROMPT_KEYS.values() for key in keys):
        return DatasetFormat.PROMPT_COMPLETION
    return DatasetFormat.UNKNOWN


def majority_format(rows: Iterable[Mapping[str, Any]], *, is_graded: bool = False) -> DatasetFormat:
    """The format of a file, by its first rows; chat where none of them tells.

    Rows are counted by what they are written in, except that chat and reinforcement share `messages`: among them
    a file is for reinforcement only if most of its rows are.

    Args:
        is_graded: whether there is a grader, so that messages without an answer wait for one.
    """
    votes = Counter(
        DatasetFormat.REINFORCEMENT if is_graded and _awaits_answer(row) else format_of(row) for row in rows
    )
    votes.pop(DatasetFormat.UNKNOWN, None)
    if not votes:
        return DatasetFormat.CHAT
    with_messages = sum(votes[kind] for kind in _MESSAGE_FORMATS)
    others = {kind: n for kind, n in votes.items() if kind not in _MESSAGE_FORMATS}
    if others and max(others.values()) > with_messages:
        return max(others, key=lambda kind: others[kind])
    is_reinforcement = votes[DatasetFormat.REINFORCEMENT] > votes[DatasetFormat.CHAT]
    return DatasetFormat.REINFORCEMENT if is_reinforcement else DatasetFormat.CHAT


def is_foreign(row: Mapping[str, Any], file_format: DatasetFormat) -> bool:
    """Whether a row is written in another format than its file, so that no rule of that file can judge it.

    A row with other tools' keys alone, or with half of a pair, is a faulty row of its file: the file's own rules say
    what is missing in it.
    """
    row_format = format_of(row)
    is_sure = "messages" in row or bool(row.keys() & _PREFERENCE_KEYS) or row.keys() >= _WHOLE_PROMPT
    return is_sure and row_format is not file_format and not {row_format, file_format} <= _MESSAGE_FORMATS


def _is_reinforcement(row: Mapping[str, Any]) -> bool:
    """Fields for a grader beside the messages, and no answer at the end: the model writes that itself."""
    return bool(row.keys() - CHAT_KEYS) and _awaits_answer(row)


def _awaits_answer(row: Mapping[str, Any]) -> bool:
    messages = row.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and last.get("role") != "assistant"
