"""Functions that a model may call, written into a conversation as plain text, and read back from an answer.

SmolLM2's chat template knows no tools, so they stand in the system message and calls stand in tags, in the manner
of Hermes (https://github.com/NousResearch/Hermes-Function-Calling), which SmolLM2's larger sister follows too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from trainer.engine.guide import Form

OPENING: Final = "<tool_call>"
_CLOSING: Final = "</tool_call>"
_CALLS: Final = re.compile(f"{OPENING}(.*?)(?:{_CLOSING}|$)", re.DOTALL)
_HOW: Final = (
    "You may call these functions:\n<tools>\n{}\n</tools>\n"
    'To call one, answer with <tool_call>{{"name": ..., "arguments": {{...}}}}</tool_call>'
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a function; the arguments are JSON text, as in OpenAI's objects."""

    name: str
    arguments: str


def plain_messages(
    messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] | None = None
) -> list[dict[str, str]]:
    """The conversation as the roles and texts that a chat template knows."""
    plain = [{"role": _role(message["role"]), "content": _content(message)} for message in messages]
    if tools:
        described = _HOW.format("\n".join(json.dumps(tool["function"], ensure_ascii=False) for tool in tools))
        if plain[0]["role"] != "system":
            return [{"role": "system", "content": described}, *plain]
        plain[0]["content"] += f"\n\n{described}"
    return plain


def read_calls(answer: str) -> tuple[str, list[Call]]:
    """The text before the first call, and the calls; what looks like a call and is none stays text."""
    calls = [_call(match[1]) for match in _CALLS.finditer(answer)]
    if not calls or None in calls:
        return answer, []
    return answer[: answer.index(OPENING)].rstrip(), [call for call in calls if call]


def form_of_call(names: Sequence[str]) -> Form:
    """What an answer looks like that calls one of these functions and says nothing else."""
    heads = [f'{OPENING}{{"name": {json.dumps(name, ensure_ascii=False)}, "arguments": ' for name in names]
    return Form(tuple(heads), f"}}{_CLOSING}")


def _role(role: str) -> str:
    # OpenAI's newer models say developer for system; a function's result reaches the model as a user's message.
    return {"developer": "system", "tool": "user"}.get(role, role)


def _content(message: Mapping[str, Any]) -> str:
    text = _text(message.get("content"))
    if message["role"] == "tool":
        return f"<tool_response>\n{text}\n</tool_response>"
    calls = [
        f"{OPENING}{_written(call['function']['name'], call['function']['arguments'])}{_CLOSING}"
        for call in message.get("tool_calls") or ()
    ]
    return "\n".join([text, *calls] if text else calls)


def _text(content: str | Sequence[Mapping[str, str]] | None) -> str:
    """A message's text, whether it came as a string or as OpenAI's list of text parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content or ())


def _written(name: str, arguments: str) -> str:
    try:
        return json.dumps({"name": name, "arguments": json.loads(arguments)}, ensure_ascii=False)
    except ValueError:
        return json.dumps({"name": name, "arguments": arguments}, ensure_ascii=False)


def _call(text: str) -> Call | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("name"), str):
        return None
    arguments = fields.get("arguments", {})
    return Call(fields["name"], arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False))
