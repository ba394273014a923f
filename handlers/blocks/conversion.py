"""How a file that is no JSON Lines would be converted: which columns become which turns, and its first row."""

from collections.abc import Iterable
from typing import Any, Final

from handlers.blocks.kit import Block, button
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from tuning.datasets.convert.conversion import Proposal

CONVERT: Final = "datasets.convert"
_TEXT_CHARACTERS: Final = 120
_SEPARATOR: Final = "\n"
_TURNS: Final = ("messages", "input", "preferred_output", "non_preferred_output")


def proposal_lines(voice: Voice, proposal: Proposal) -> list[str]:
    """What would become of the file, in a few lines."""
    lines = [f"*{voice('convert.proposal')}*"]
    if proposal.mapping:
        for turn, columns in proposal.mapping.columns.items():
            named = " + ".join(quoted_name(column) for column in columns)
            lines.append(f"• {voice('convert.mapping', columns=named, turn=turn)}")
    lines += [f"> *{role}*: {_short(text)}" for sample in proposal.samples[:1] for role, text in _said(sample.after)]
    if proposal.left_out:
        lines.append(voice("convert.left_out", columns=", ".join(map(quoted_name, proposal.left_out))))
    return lines + [_note(voice, note.code, note.parameters) for note in proposal.notes]


def convert_button(voice: Voice, version_id: str, mapping: Iterable[str] = ()) -> Block:
    """Converts by the mapping that a person wrote, or by the one that is proposed."""
    return button(voice("convert.button"), CONVERT, _SEPARATOR.join([version_id, *mapping]), style="primary")


def read_value(value: str) -> tuple[str, tuple[str, ...]]:
    """The version's id and the mapping that the button carries."""
    version_id, *mapping = value.split(_SEPARATOR)
    return version_id, tuple(mapping)


def _said(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Who says what in a row, in the order in which it is read."""
    said = []
    for key in _TURNS:
        value = row.get(key) or []
        messages = value.get("messages", []) if isinstance(value, dict) else value
        for message in messages:
            role = message.get("role", "?") if key in {"messages", "input"} else key
            said.append((escape(str(role)), str(message.get("content"))))
    return said[:4]


def _short(text: str) -> str:
    return clip(escape(" ".join(text.split())), _TEXT_CHARACTERS)


def _note(voice: Voice, code: str, parameters: dict[str, str | int]) -> str:
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in parameters.items()}
    return voice(f"convert.note.{code}", **safe)
