"""The pieces of Block Kit that our messages are made of, each kept within Slack's limits.

The limits are those of Slack's Block Kit reference (https://docs.slack.dev/reference/block-kit/blocks, read
2026-11): a section holds 3,000 characters and 10 fields of 2,000, a header 150, a button 75 with a value of
2,000, a context 10 elements, an actions block 25, a message 50 blocks. Screen readers and notifications read only
`text` (https://docs.slack.dev/reference/methods/chat.postMessage), so every message carries it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from handlers.mrkdwn import clip

Block: TypeAlias = dict[str, Any]
"""One Block Kit block or element, as Slack's JSON."""

SECTION_CHARACTERS = 3000
HEADER_CHARACTERS = 150
BUTTON_CHARACTERS = 75
VALUE_CHARACTERS = 2000
OPTION_VALUE_CHARACTERS = 150
CONTEXT_ELEMENTS = 10
MESSAGE_BLOCKS = 50
MESSAGE_CHARACTERS = 12_500
"""Of all blocks of a message: Slack took 13,172 and refused more (https://github.com/slackapi/bolt-js/issues/2509)."""
FALLBACK_CHARACTERS = 3500
"""Of a message's plain text: `chat.update` refuses more than 4,000, and escaping may lengthen it."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows: blocks, and the text that stands for them where blocks can't be shown."""

    text: str
    blocks: tuple[Block, ...] = ()

    def payload(self) -> dict[str, Any]:
        """As `chat.postMessage` and `chat.update` take it."""
        return {"text": clip(self.text, FALLBACK_CHARACTERS), "blocks": fitting(self.blocks)}


def fitting(blocks: Sequence[Block]) -> list[Block]:
    """The blocks as a message holds them: at most 50, and all their text within what Slack takes.

    Where there is too much, the last blocks are left out, but never the buttons.
    """
    kept = list(blocks)
    while len(kept) > MESSAGE_BLOCKS or sum(map(_characters, kept)) > MESSAGE_CHARACTERS:
        kept.pop(next(index for index in reversed(range(len(kept))) if kept[index]["type"] != "actions"))
    return kept


def _characters(node: object) -> int:
    if isinstance(node, dict):
        return sum(
            len(value) if key == "text" and isinstance(value, str) else _characters(value)
            for key, value in node.items()
        )
    return sum(map(_characters, node)) if isinstance(node, list) else 0


def plain(text: str, limit: int = BUTTON_CHARACTERS) -> Block:
    return {"type": "plain_text", "text": clip(text, limit), "emoji": False}


def mrkdwn(text: str, limit: int = SECTION_CHARACTERS) -> Block:
    """Formatted text in which only what we wrote as a link or mention becomes one (`verbatim`)."""
    return {"type": "mrkdwn", "text": clip(text, limit), "verbatim": True}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return {**block, "accessory": accessory} if accessory else block


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, HEADER_CHARACTERS)}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text, 2000) for text in texts[:CONTEXT_ELEMENTS]]}


def divider() -> Block:
    return {"type": "divider"}


def actions(elements: Sequence[Block], block_id: str = "") -> Block:
    block: Block = {"type": "actions", "elements": list(elements[:25])}
    return {**block, "block_id": block_id} if block_id else block


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: Literal["primary", "danger", ""] = "",
    confirm: Block | None = None,
) -> Block:
    """A button; `value` holds ids only, since whoever clicks is authorised again on the server."""
    element: Block = {"type": "button", "text": plain(text), "action_id": action_id}
    if value:
        element["value"] = value[:VALUE_CHARACTERS]
    if style:
        element["style"] = style
    if confirm:
        element["confirm"] = confirm
    return element


def confirmation(title: str, text: str, yes: str, no: str) -> Block:
    """Asks before a click counts; title 100 characters, text 300, answers 30 (Slack's confirmation dialog object)."""
    return {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def option(text: str, value: str, description: str = "") -> Block:
    """One choice of a select or radio group: 75 characters of text, 150 of value (Slack's option object)."""
    element: Block = {"text": plain(text), "value": value}
    return {**element, "description": plain(description)} if description else element


def code(text: str, limit: int = SECTION_CHARACTERS - 8) -> str:
    """Text in a code fence, cut so that the fence still closes."""
    return f"```{clip(text, limit)}```"


def sections(lines: Iterable[str]) -> list[Block]:
    """Lines gathered into as few sections as hold them, none of them cut in the middle of a line."""
    blocks: list[Block] = []
    gathered = ""
    for line in lines:
        joined = f"{gathered}\n{line}" if gathered else line
        if len(joined) > SECTION_CHARACTERS and gathered:
            blocks.append(section(gathered))
            joined = line
        gathered = joined
    return [*blocks, section(gathered)] if gathered else blocks
