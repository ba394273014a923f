"""The public Cookbook algorithm, the baseline of the check.

It is ours, written after OpenAI's Cookbook, "Data preparation and analysis for chat model fine-tuning": load every line
with `json.loads`, look for its eight format errors, count tokens of every value with tiktoken, and count those of the
assistant again. It is guarded where the original stops with an exception on valid data: values that are no text are
passed over, and special tokens written as text count as text.
"""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import tiktoken

from tuning.tokens.encodings import O200K, encoding

_KNOWN_KEYS = ("role", "content", "name", "function_call", "weight", "tool_calls", "tool_call_id")
_KNOWN_ROLES = ("system", "user", "assistant", "function", "tool")


def cookbook(path: Path) -> dict[str, int]:
    """Errors by name, and tokens, as the Cookbook's notebook counts them."""
    with path.open("r", encoding="utf-8") as stream:
        dataset = [json.loads(line) for line in stream]
    found: dict[str, int] = defaultdict(int)
    for example in dataset:
        _look_at(example, found)
    encoder = encoding(O200K)
    for example in dataset:
        messages = example.get("messages", [])
        found["tokens"] += _tokens(encoder, messages)
        found["assistant tokens"] += sum(
            len(encoder.encode(message["content"], disallowed_special=()))
            for message in messages
            if message["role"] == "assistant" and isinstance(message.get("content"), str)
        )
    return found


def _look_at(example: object, found: dict[str, int]) -> None:
    if not isinstance(example, dict):
        found["data_type"] += 1
        return
    messages = example.get("messages")
    if not messages:
        found["missing_messages_list"] += 1
        return
    for message in messages:
        found["message_missing_key"] += "role" not in message or "content" not in message
        found["message_unrecognized_key"] += any(key not in _KNOWN_KEYS for key in message)
        found["unrecognized_role"] += message.get("role") not in _KNOWN_ROLES
        content, calls = message.get("content"), message.get("function_call") or message.get("tool_calls")
        found["missing_content"] += (not content and not calls) or not isinstance(content, str | None)
    found["example_missing_assistant_message"] += not any(m.get("role") == "assistant" for m in messages)


def _tokens(encoder: tiktoken.Encoding, messages: list[dict[str, Any]]) -> int:
    tokens = 3
    for message in messages:
        tokens += 3
        for key, value in message.items():
            if isinstance(value, str):
                tokens += len(encoder.encode(value, disallowed_special=())) + (key == "name")
    return tokens
