"""Blocks, as docs.slack.dev/reference/block-kit/blocks describes them: properties, limits and surfaces."""

from collections.abc import Mapping

from workspace.blocks.charts import DATA_TABLE, DATA_VISUALIZATION, TABLE
from workspace.blocks.elements import BUTTONS_AND_CHOICES, ELEMENTS, IMAGE, INPUTS, elements
from workspace.blocks.rules import (
    Field,
    Problem,
    Problems,
    Rule,
    any_text,
    anything,
    boolean,
    by_type,
    fields,
    many,
    one_of,
    optional,
    plain_text,
    required,
    text,
    typed,
)

_ANYWHERE = frozenset({"message", "modal", "home"})
_MESSAGE = frozenset({"message"})
_MESSAGE_AND_HOME = frozenset({"message", "home"})


def _block(name: str, described: Mapping[str, Field]) -> Rule:
    return typed(name, {"block_id": optional(text(255)), **described})


def _section(value: object, pointer: str) -> Problems:
    yield from _SECTION(value, pointer)
    if isinstance(value, dict) and not (value.get("text") or value.get("fields")):
        yield Problem(pointer, "missing required field: text or fields")


_SECTION = _block(
    "section",
    {
        "text": optional(any_text(3000)),
        "fields": optional(many(any_text(2000), 10)),
        "accessory": optional(elements(*BUTTONS_AND_CHOICES, "image")),
        "expand": optional(boolean),
    },
)
_IMAGE = _block(
    "image",
    {
        "image_url": optional(text(3000)),
        "slack_file": optional(anything),
        "alt_text": required(text(2000)),
        "title": optional(plain_text(2000)),
    },
)
_RICH_TEXT = _block("rich_text", {"elements": required(many(anything, 1000))})
_CONTEXT_ELEMENT = by_type({"image": IMAGE, "plain_text": plain_text(3000), "mrkdwn": any_text(3000)})
_SOURCE = fields({"type": required(one_of("url")), "text": required(text(300)), "url": required(text(3000))})
_TASK_CARD = _block(
    "task_card",
    {
        "task_id": required(text(255)),
        "title": required(text(300)),
        "details": optional(_RICH_TEXT),
        "output": optional(_RICH_TEXT),
        "sources": optional(many(_SOURCE, 50)),
        "status": optional(one_of("pending", "in_progress", "complete", "error")),
    },
)
_CARD = _block(
    "card",
    {
        "hero_image": optional(IMAGE),
        "icon": optional(IMAGE),
        "title": optional(any_text(150)),
        "subtitle": optional(any_text(150)),
        "body": optional(any_text(200)),
        "actions": optional(many(ELEMENTS["button"], 5)),
    },
)
_VIDEO = _block(
    "video",
    {
        "alt_text": required(text(2000)),
        "title": required(plain_text(200)),
        "video_url": required(text(3000)),
        "thumbnail_url": required(text(3000)),
        "author_name": optional(text(50)),
        "description": optional(plain_text(200)),
        "provider_name": optional(text(50)),
        "provider_icon_url": optional(text(3000)),
        "title_url": optional(text(3000)),
    },
)
_SIMPLE: dict[str, Rule] = {
    "section": _section,
    "header": _block("header", {"text": required(plain_text(150))}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": required(many(_CONTEXT_ELEMENT, 10))}),
    "actions": _block("actions", {"elements": required(many(elements(*BUTTONS_AND_CHOICES, "datetimepicker"), 25))}),
    "image": _IMAGE,
    "rich_text": _RICH_TEXT,
    "markdown": _block("markdown", {"text": required(text(12_000))}),
    "table": _block("table", TABLE),
    "data_table": _block("data_table", DATA_TABLE),
    "data_visualization": _block("data_visualization", DATA_VISUALIZATION),
}
_CONTAINER = _block(
    "container",
    {
        "title": optional(plain_text(150)),
        "rich_text_title": optional(_RICH_TEXT),
        "subtitle": optional(any_text(150)),
        "child_blocks": required(many(by_type(_SIMPLE), 10)),
        "width": optional(one_of("narrow", "standard", "wide", "full")),
        "icon": optional(IMAGE),
        "is_collapsible": optional(boolean),
        "default_collapsed": optional(boolean),
        "has_header_divider": optional(boolean),
    },
)

BLOCKS: dict[str, Rule] = _SIMPLE | {
    "input": _block(
        "input",
        {
            "label": required(plain_text(2000)),
            "element": required(elements(*INPUTS)),
            "dispatch_action": optional(boolean),
            "hint": optional(plain_text(2000)),
            "optional": optional(boolean),
        },
    ),
    "context_actions": _block(
        "context_actions", {"elements": required(many(elements("feedback_buttons", "icon_button"), 5))}
    ),
    "video": _VIDEO,
    "task_card": _TASK_CARD,
    "plan": _block("plan", {"title": required(text(300)), "tasks": optional(many(_TASK_CARD, 50))}),
    "card": _CARD,
    "carousel": _block("carousel", {"elements": required(many(_CARD, 10))}),
    "container": _CONTAINER,
    "alert": _block(
        "alert",
        {
            "text": required(any_text(200)),
            "level": optional(one_of("default", "info", "warning", "error", "success")),
        },
    ),
}

SURFACES: dict[str, frozenset[str]] = dict.fromkeys(BLOCKS, _ANYWHERE) | {
    "markdown": _MESSAGE,
    "table": _MESSAGE,
    "carousel": _MESSAGE,
    "context_actions": _MESSAGE,
    "task_card": _MESSAGE,
    "plan": _MESSAGE,
    "data_table": _MESSAGE_AND_HOME,
    "data_visualization": _MESSAGE_AND_HOME,
    "container": _MESSAGE_AND_HOME,
    "alert": frozenset({"modal"}),
}
"""On which surfaces a block may stand: docs.slack.dev/reference/block-kit/blocks, "available in surfaces"."""
