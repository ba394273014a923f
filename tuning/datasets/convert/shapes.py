"""From records to rows: conversations as other tools keep them, and columns by their mapping.

Shapes that are recognised: OpenAI's own; ShareGPT (`conversations` of `from` and `value`); Alpaca (`instruction`,
`input`, `output`, `system`, `history`); TRL (`prompt`, `completion`, `chosen`, `rejected` as texts or messages).
Sources: FastChat's and LLaMA-Factory's data READMEs and TRL's "Dataset formats" (read 2026-11).
"""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from storage.rows import DatasetFormat
from tuning.datasets.convert.mapping import ColumnMapping, Turn
from tuning.datasets.convert.records import Record
from tuning.datasets.formats import CHAT_KEYS, format_of
from tuning.datasets.roles import likely_role
from tuning.datasets.writing import in_usual_order
from tuning.errors import CannotConvert

_CONVERSATIONS: Final = ("messages", "conversations", "conversation", "dialog", "dialogue", "message")
_SPEAKER: Final = ("role", "from", "speaker")
_SPOKEN: Final = ("content", "value", "text", "utterance")
_PREFERENCE_KEYS: Final = frozenset({"input", "preferred_output", "non_preferred_output"})
_HISTORY: Final = "history"

Row = dict[str, Any]


def is_conversation(fields: Mapping[str, Any]) -> bool:
    """Whether a record says itself who speaks, so that no column needs to be mapped."""
    return _conversation(fields) is not None or fields.keys() >= _PREFERENCE_KEYS or _is_tagged(fields)


def row_of(record: Record, mapping: ColumnMapping | None) -> tuple[Row, AbstractSet[str]]:
    """The row that a record becomes, and the columns that found no place in it.

    Args:
        mapping: for records of columns; None where every record is a conversation.

    Raises:
        CannotConvert: a speaker is unknown, a mapped column is missing, or a value is no text; it names the line.
    """
    fields = record.fields
    if fields.keys() >= _PREFERENCE_KEYS:
        return dict(fields), frozenset()
    if _is_tagged(fields):
        return _preference(record), fields.keys() - {"prompt", "chosen", "rejected"}
    conversation = _conversation(fields)
    if conversation is not None:
        return _chat(record, *conversation)
    if mapping is None:
        raise CannotConvert("no_conversation", line=record.line)
    return _mapped(record, mapping), fields.keys() - mapping.used - {_HISTORY}


def _conversation(fields: Mapping[str, Any]) -> tuple[str, list[Any]] | None:
    """The key of a list of messages and the list; in a table it is written as JSON."""
    for key in _CONVERSATIONS:
        value = fields.get(key)
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = _read(value)
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return key, value
    return None


def _is_tagged(fields: Mapping[str, Any]) -> bool:
    """Two answers as lists of messages, TRL's conversational preference format."""
    return isinstance(fields.get("chosen"), list) and isinstance(fields.get("rejected"), list)


def _chat(record: Record, key: str, conversation: list[dict[str, Any]]) -> tuple[Row, AbstractSet[str]]:
    system = record.fields.get("system")
    messages = [_message(record.line, message) for message in conversation]
    if key != "messages" and isinstance(system, str) and system:
        messages = [{"role": "system", "content": system}, *messages]
    row = {"messages": messages, **{name: value for name, value in record.fields.items() if name != key}}
    if key == "messages" and format_of(row) is DatasetFormat.REINFORCEMENT:
        return in_usual_order(row), frozenset()
    kept = {name: _tools(value) for name, value in row.items() if name in CHAT_KEYS and value not in ("", None)}
    return kept, record.fields.keys() - CHAT_KEYS - {key, "system"}


def _tools(value: object) -> object:
    """Tools that a table or ShareGPT's format keeps as JSON in a text."""
    return _read(value) if isinstance(value, str) and value.lstrip().startswith("[") else value


def _message(line: int, message: Mapping[str, Any]) -> Row:
    """A message in OpenAI's words; what is in them already stays as it is, for the check to judge."""
    speaker = next((key for key in _SPEAKER if key in message), None)
    spoken = next((key for key in _SPOKEN if key in message), None)
    if speaker == "role" and spoken in {"content", None}:
        return in_usual_order(message)
    role = likely_role(str(message[speaker])) if speaker else None
    if role is None or spoken is None:
        raise CannotConvert("speaker", line=line, speaker=str(message.get(speaker or "", ""))[:40])
    return {"role": role, "content": message[spoken]}


def _preference(record: Record) -> Row:
    """TRL's preference: the prompt apart, or the beginning that both conversations share."""
    chosen, rejected = record.fields["chosen"], record.fields["rejected"]
    prompt = record.fields.get("prompt")
    if isinstance(prompt, str):
        prompt = [{"role": "user", "content": prompt}]
    if not isinstance(prompt, list):
        shared = sum(1 for one, other in zip(chosen[:-1], rejected[:-1], strict=False) if one == other)
        prompt, chosen, rejected = chosen[:shared], chosen[shared:], rejected[shared:]
    return _pair(*([_message(record.line, one) for one in listed] for listed in (prompt, chosen, rejected)))


def _pair(prompt: list[Row], preferred: list[Row], non_preferred: list[Row]) -> Row:
    return {"input": {"messages": prompt}, "preferred_output": preferred, "non_preferred_output": non_preferred}


def _mapped(record: Record, mapping: ColumnMapping) -> Row:
    spoken = {turn: _text(record, columns) for turn, columns in mapping.columns.items()}
    system = [_said("system", spoken["system"])] if spoken.get("system") else []
    asked = [*system, *_history(record), _said("user", spoken["user"])]
    if "assistant" in spoken:
        return {"messages": [*asked, _said("assistant", spoken["assistant"])]}
    sides: tuple[Turn, Turn] = ("preferred", "non_preferred")
    preferred, non_preferred = ([_said("assistant", spoken[side])] for side in sides)
    return _pair(asked, preferred, non_preferred)


def _said(role: str, text: str) -> Row:
    return {"role": role, "content": text}


def _history(record: Record) -> list[Row]:
    """Alpaca's earlier turns: pairs of a question and its answer."""
    history = record.fields.get(_HISTORY)
    turns = [turn for turn in (history if isinstance(history, list) else []) if isinstance(turn, list)]
    return [_said(role, str(text)) for turn in turns for role, text in zip(("user", "assistant"), turn, strict=False)]


def _text(record: Record, columns: tuple[str, ...]) -> str:
    """The texts of the columns that have one, with a blank line between them."""
    texts = []
    for column in columns:
        value = record.fields.get(column, None if len(columns) == 1 else "")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise CannotConvert("value", line=record.line, column=column)
        if str(value):
            texts.append(str(value))
    return "\n\n".join(texts)


def _read(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
