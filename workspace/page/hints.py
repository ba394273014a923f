"""Pure: what a person may mean by what they have typed so far: a slash command, or someone to mention."""

import re
from dataclasses import dataclass

from workspace.page.visit import Visit

MAX_HINTS = 8
_MENTION = re.compile(r"(?:^|\s)@([\w.-]*)$")


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion: what is offered, what it is for, and the text once it is taken; None where nothing is left to add."""

    title: str
    explanation: str
    completed: str | None


def hints_for(text: str, visit: Visit) -> list[Hint]:
    """Return the suggestions for what stands in the composer."""
    if text.startswith("/"):
        return _commands(text, visit)[:MAX_HINTS]
    mention = _MENTION.search(text)
    return _people(text, mention[1], visit)[:MAX_HINTS] if mention else []


def _commands(text: str, visit: Visit) -> list[Hint]:
    name = text.partition(" ")[0]
    hints = []
    for app in visit.person.apps():
        for command in app.commands.values():
            is_meant = command.name == name if " " in text else command.name.startswith(name)
            if is_meant:
                title = f"{command.name} {command.usage_hint}".strip()
                hints.append(Hint(title, command.description, None if name == command.name else f"{command.name} "))
    return hints


def _people(text: str, begun: str, visit: Visit) -> list[Hint]:
    rest = text[: len(text) - len(begun)]
    return [
        Hint(f"@{user.name}", user.real_name, None if user.name == begun.lower() else f"{rest}{user.name} ")
        for user in visit.viewer.state.users.values()
        if user.name.startswith(begun.lower()) and user.id != visit.person.user.id
    ]
