"""Small rules that say what a JSON value must be; together they describe Block Kit as data.

A rule takes a value and its JSON pointer and yields the problems, in the words of Slack's own messages
(docs.slack.dev/reference/methods/blocks.validate).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a JSON pointer such as /blocks/0/text."""

    pointer: str
    message: str

    def __str__(self) -> str:
        """Return it as `response_metadata.messages` spells it."""
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


Problems = Iterator[Problem]
Rule = Callable[[object, str], Problems]


@dataclass(frozen=True, slots=True)
class Field:
    """One property of an object."""

    rule: Rule
    is_required: bool


def required(rule: Rule) -> Field:
    """Describe a property that must be there."""
    return Field(rule, is_required=True)


def optional(rule: Rule) -> Field:
    """Describe a property that may be missing (or null)."""
    return Field(rule, is_required=False)


def anything(value: object, pointer: str) -> Problems:
    """Accept whatever it is."""
    del value, pointer
    return iter(())


def boolean(value: object, pointer: str) -> Problems:
    """Accept true and false."""
    if not isinstance(value, bool):
        yield Problem(pointer, "must be a boolean")


def text(maximum: int, minimum: int = 1) -> Rule:
    """Accept a string of `minimum` to `maximum` characters."""

    def rule(value: object, pointer: str) -> Problems:
        if not isinstance(value, str):
            yield Problem(pointer, "must be a string")
        elif len(value) > maximum:
            yield Problem(pointer, f"must be less than {maximum + 1} characters")
        elif len(value) < minimum:
            yield Problem(pointer, f"must be more than {minimum - 1} characters")

    return rule


def number(minimum: float | None = None, maximum: float | None = None) -> Rule:
    """Accept a number from `minimum` to `maximum`."""

    def rule(value: object, pointer: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield Problem(pointer, "must be a number")
        elif (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
            yield Problem(pointer, f"must be between {minimum} and {maximum}")

    return rule


def one_of(*allowed: str) -> Rule:
    """Accept one of these strings."""

    def rule(value: object, pointer: str) -> Problems:
        if value not in allowed:
            yield Problem(pointer, f"must be one of: {', '.join(allowed)}")

    return rule


def many(rule: Rule, maximum: int, minimum: int = 1) -> Rule:
    """Accept an array of `minimum` to `maximum` items that each follow `rule`."""

    def array(value: object, pointer: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(pointer, "must be an array")
            return
        if len(value) > maximum:
            yield Problem(pointer, f"no more than {maximum} items allowed")
        if len(value) < minimum:
            yield Problem(pointer, f"no fewer than {minimum} items allowed")
        for index, item in enumerate(value):
            yield from rule(item, f"{pointer}/{index}")

    return array


def fields(described: Mapping[str, Field]) -> Rule:
    """Accept an object with these properties and no others."""

    def rule(value: object, pointer: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(pointer, "must be an object")
            return
        for name, field in described.items():
            if value.get(name) is not None:
                yield from field.rule(value[name], f"{pointer}/{name}")
            elif field.is_required:
                yield Problem(pointer, f"missing required field: {name}")
        for name in value:
            if name not in described:
                yield Problem(pointer, f"invalid additional property: {name}")

    return rule


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """Accept an object whose `type` names one of the rules, and which follows it."""

    def rule(value: object, pointer: str) -> Problems:
        if not isinstance(value, dict):
            yield Problem(pointer, "must be an object")
        elif value.get("type") not in rules:
            yield Problem(f"{pointer}/type", f"unsupported type: {value.get('type')}")
        else:
            yield from rules[value["type"]](value, pointer)

    return rule


def typed(name: str, described: Mapping[str, Field]) -> Rule:
    """Accept an object of this `type` with these properties."""
    return fields({"type": required(one_of(name)), **described})


def plain_text(maximum: int, minimum: int = 1) -> Rule:
    """Accept a plain_text object."""
    return typed("plain_text", {"text": required(text(maximum, minimum)), "emoji": optional(boolean)})


def any_text(maximum: int, minimum: int = 1) -> Rule:
    """Accept a plain_text or mrkdwn object."""
    mrkdwn = typed("mrkdwn", {"text": required(text(maximum, minimum)), "verbatim": optional(boolean)})
    return by_type({"plain_text": plain_text(maximum, minimum), "mrkdwn": mrkdwn})
