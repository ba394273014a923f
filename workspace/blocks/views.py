"""Views: what Slack accepts as a modal or an App Home tab."""

import json

from workspace.blocks.check import Surface, check_blocks, refuse
from workspace.blocks.rules import Problem, anything, boolean, fields, one_of, optional, plain_text, required, text
from workspace.errors import SlackError, invalid_arguments
from workspace.records import JsonObject

MAX_VIEW_BYTES = 250_000  # views.open, error view_too_large: "greater than 250kb".
MAX_VIEW_BLOCKS = 100

_VIEW = fields(
    {
        "type": required(one_of("modal", "home")),
        "title": optional(plain_text(24)),
        "submit": optional(plain_text(24)),
        "close": optional(plain_text(24)),
        "blocks": required(anything),
        "private_metadata": optional(text(3000, minimum=0)),
        "callback_id": optional(text(255, minimum=0)),
        "external_id": optional(text(255, minimum=0)),
        "clear_on_close": optional(boolean),
        "notify_on_close": optional(boolean),
        "submit_disabled": optional(boolean),
    }
)


def check_view(view: JsonObject) -> None:
    """Raise what views.open would answer: view_too_large, or invalid_arguments with a pointer to each problem."""
    if len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    refuse("invalid_arguments", list(problems(view)))


def problems(view: JsonObject) -> list[Problem]:
    """Return everything that is wrong with a view."""
    found = list(_VIEW(view, "/view"))
    if found:
        return found
    if view["type"] == "modal":
        found += _modal_problems(view)
    blocks = view["blocks"]
    if not isinstance(blocks, list):
        raise invalid_arguments("must be an array [json-pointer:/view/blocks]")
    surface: Surface = "modal" if view["type"] == "modal" else "home"
    return found + check_blocks(blocks, surface, "/view/blocks", MAX_VIEW_BLOCKS)


def _modal_problems(view: JsonObject) -> list[Problem]:
    found = []
    if "title" not in view:
        found.append(Problem("/view", "missing required field: title"))
    has_input = any(isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"])
    if has_input and "submit" not in view:
        found.append(Problem("/view", "missing required field: submit"))
    return found
