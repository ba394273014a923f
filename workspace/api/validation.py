"""api.test and blocks.validate, which need no token (docs.slack.dev/reference/methods/blocks.validate)."""

from collections.abc import Callable

from workspace.api.arguments import Arguments
from workspace.blocks import views
from workspace.blocks.check import MAX_MESSAGE_BLOCKS, check_blocks
from workspace.blocks.rules import Problem
from workspace.errors import SlackError, invalid_arguments
from workspace.records import JsonObject

_KINDS = ("blocks", "message", "view")


def api_test(arguments: Arguments) -> JsonObject:
    """Give the arguments back."""
    return {"args": dict(arguments.given)}


def validate(arguments: Arguments) -> JsonObject:
    """Check exactly one of blocks, message or view; every error comes with its JSON pointer."""
    given = [kind for kind in _KINDS if arguments.given.get(kind) not in (None, "")]
    if len(given) != 1:
        raise invalid_arguments("exactly one of blocks, message or view is required")
    kind = given[0]
    problems = _problems(kind, arguments.decoded(kind))
    if problems:
        errors = [{"pointer": problem.pointer, "message": problem.message} for problem in problems]
        raise SlackError(f"invalid_{kind}", errors=errors)
    return {}


def _problems(kind: str, value: object) -> list[Problem]:
    if kind == "view":
        return views.problems(value) if isinstance(value, dict) else [Problem("/view", "must be an object")]
    if kind == "message":
        if not isinstance(value, dict):
            return [Problem("/message", "must be an object")]
        return check_blocks(value.get("blocks"), "message", "/message/blocks", MAX_MESSAGE_BLOCKS)
    return check_blocks(value, "message", "/blocks", MAX_MESSAGE_BLOCKS)


OPEN_METHODS: dict[str, Callable[[Arguments], JsonObject]] = {"api.test": api_test, "blocks.validate": validate}
