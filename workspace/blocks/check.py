"""Whether Slack would take a list of blocks: each block by itself, their number, their ids and their whole length."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from workspace.blocks.inputs import interactive
from workspace.blocks.layouts import BLOCKS, SURFACES
from workspace.blocks.rules import Problem, Problems, by_type
from workspace.errors import SlackError
from workspace.records import JsonObject

Surface = Literal["message", "modal", "home"]

MAX_MESSAGE_BLOCKS = 50
# A markdown block of 13,297 characters was the longest that passed: github.com/slackapi/bolt-js, issue 2509.
MAX_TEXT_CHARACTERS = 13_200
MAX_MARKDOWN_CHARACTERS = 12_000
_ONCE = {"table": 1, "data_visualization": 2}
_BLOCK = by_type(BLOCKS)


def check_message_blocks(blocks: object) -> None:
    """Raise what chat.postMessage answers: invalid_blocks with each problem, or msg_blocks_too_long."""
    refuse("invalid_blocks", check_blocks(blocks, "message", "/blocks", MAX_MESSAGE_BLOCKS))
    if isinstance(blocks, list) and sum(map(_characters, blocks)) > MAX_TEXT_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def refuse(code: str, problems: list[Problem]) -> None:
    """Raise SlackError with every problem spelt out, if there is any."""
    if problems:
        messages = [str(problem) for problem in problems]
        raise SlackError(code, errors=messages, response_metadata={"messages": messages})


def check_blocks(blocks: object, surface: Surface, pointer: str, maximum: int) -> list[Problem]:
    """Return everything that is wrong with a list of blocks on a surface."""
    if not isinstance(blocks, list):
        return [Problem(pointer, "must be an array")]
    found = [Problem(pointer, f"no more than {maximum} items allowed")] if len(blocks) > maximum else []
    for index, block in enumerate(blocks):
        found += _BLOCK(block, f"{pointer}/{index}")
    return found or [*_misplaced(blocks, surface, pointer), *_repeated(blocks, pointer), *_too_many(blocks, pointer)]


def _misplaced(blocks: list[JsonObject], surface: Surface, pointer: str) -> Problems:
    for index, block in enumerate(blocks):
        if surface not in SURFACES[block["type"]]:
            yield Problem(f"{pointer}/{index}/type", f"unsupported type: {block['type']}")
        if surface == "message" and block["type"] == "input" and block["element"]["type"] == "file_input":
            yield Problem(f"{pointer}/{index}/element/type", "unsupported type: file_input")


def _repeated(blocks: list[JsonObject], pointer: str) -> Problems:
    block_ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    for block_id, count in block_ids.items():
        if count > 1:
            yield Problem(pointer, f"block_id already exists: {block_id}")
    for index, block in enumerate(blocks):
        action_ids = Counter(placed.action_id for placed in interactive([block]))
        for action_id, count in action_ids.items():
            if count > 1:
                yield Problem(f"{pointer}/{index}", f"action_id already exists: {action_id}")


def _too_many(blocks: list[JsonObject], pointer: str) -> Problems:
    kinds = Counter(block["type"] for block in blocks)
    for kind, maximum in _ONCE.items():
        if kinds[kind] > maximum:
            yield Problem(pointer, f"no more than {maximum} {kind} blocks allowed")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MAX_MARKDOWN_CHARACTERS:
        yield Problem(pointer, f"markdown text must be less than {MAX_MARKDOWN_CHARACTERS + 1} characters in all")


def _characters(block: JsonObject) -> int:
    return sum(len(text) for text in _texts(block))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _texts(child)
    elif isinstance(node, dict):
        for key, child in node.items():
            if key == "text" and isinstance(child, str):
                yield child
            else:
                yield from _texts(child)
