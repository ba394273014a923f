"""Rules on what a chat line teaches: they run on every line, however plain its shape."""

import re
from collections.abc import Iterator
from itertools import pairwise

from tuning.datasets.examples import ChatExample, Message
from tuning.datasets.roles import ROLES
from tuning.datasets.rules import Fault, rule
from tuning.datasets.rules.chat_messages import guessed_role

_HEADINGS = ("## Response:", "## Instruction:", "## Input:")

TEMPLATE_MARKUP = re.compile(
    r"<\|[A-Za-z_0-9]{2,40}\|>|\[/?INST\]|<</?SYS>>|(?<!#)#{2,3} (?:Response|Instruction|Input):"
    r"|<(?:start|end)_of_turn>|\A\s*</s>|</s>(?=\s*\Z)"
)
_ROLES_BEFORE_USER = ("system", "assistant", "tool", "function")
_ROLES_THAT_ALTERNATE = ("user", "assistant")


@rule("C014")
def no_answer(example: ChatExample) -> Iterator[Fault]:
    """Without an assistant message there is nothing to learn; one whose role is misspelt is told as that alone."""
    if example.messages and not any(_may_be_answer(example, message) for message in example.messages):
        yield Fault(path="messages")


@rule("C015")
def messages_after_last_answer(example: ChatExample) -> Iterator[Fault]:
    """What follows the last answer is billed but never learned; some providers refuse it."""
    answers = [message.position for message in example.messages if message.fields.get("role") == "assistant"]
    left_over = example.messages[-1].position - answers[-1] if answers else 0
    if left_over:
        path, severity = f"messages[{answers[-1] + 1}]", example.provider.after_last_answer
        yield Fault(path, severity=severity, parameters={"n": left_over})


@rule("C016")
def odd_order(example: ChatExample) -> Iterator[Fault]:
    """One system message, at the start, and a user before the first answer that is learned."""
    systems = [message.position for message in example.messages if message.fields.get("role") == "system"]
    if len(systems) > 1:
        yield Fault(f"messages[{systems[1]}]", phrases={"what": "chat.several_systems"})
    elif systems and systems[0] > 0:
        yield Fault(f"messages[{systems[0]}]", phrases={"what": "chat.system_not_first"})
    for message in example.messages:
        if message.role not in _ROLES_BEFORE_USER:
            return  # A user, or a role that has a finding of its own.
        if message.is_trained:
            yield Fault(message.path, phrases={"what": "chat.no_user_before_answer"})
            return


@rule("C017")
def same_role_in_a_row(example: ChatExample) -> Iterator[Fault]:
    """Turns alternate; some chat templates cannot even be filled otherwise."""
    for one, next_one in pairwise(example.messages):
        if one.role == next_one.role and one.role in _ROLES_THAT_ALTERNATE:
            parameters: dict[str, str | int] = {"m": one.number, "next": next_one.number, "role": one.role}
            yield Fault(next_one.path, severity=example.provider.same_role_in_a_row, parameters=parameters)


@rule("C020")
def every_answer_switched_off(example: ChatExample) -> Iterator[Fault]:
    """Weight 0 on every answer: the line is billed and nothing is learned."""
    answers = [message for message in example.messages if message.fields.get("role") == "assistant"]
    if answers and not any(message.is_trained for message in answers):
        yield Fault(f"{answers[-1].path}.weight")


@rule("C025")
def template_markup(example: ChatExample) -> Iterator[Fault]:
    """Special tokens written out as text; OpenAI answers 'message contains an invalid token'."""
    for message in example.messages:
        text = message.text
        if may_hold_markup(text) and (markup := TEMPLATE_MARKUP.search(text)):
            parameters: dict[str, str | int] = {"m": message.number, "token": markup.group()}
            yield Fault(f"{message.path}.content", evidence=text[markup.start() :], parameters=parameters)


@rule("C026")
def answer_is_a_copy(example: ChatExample) -> Iterator[Fault]:
    """An answer equal to the question or the system text mostly comes from a column mapped twice."""
    said: dict[str, Message] = {}
    for message in example.messages:
        text = message.text.strip()
        if message.is_trained and text in said:
            parameters: dict[str, str | int] = {"m": message.number, "role": said[text].role}
            yield Fault(f"{message.path}.content", evidence=text, parameters=parameters)
        elif text and message.role in {"user", "system"}:
            said[text] = message


def may_hold_markup(said: str) -> bool:
    """Whether special tokens may be written out in a text: a quick look."""
    if "<|" in said or "INST]" in said or "SYS>>" in said or "</s>" in said or "_of_turn>" in said:
        return True
    return "## " in said and any(heading in said for heading in _HEADINGS)


def _may_be_answer(example: ChatExample, message: Message) -> bool:
    role = message.fields.get("role")
    return role == "assistant" or (role not in ROLES and guessed_role(example, message) == "assistant")


ORDER_RULES = (
    no_answer,
    messages_after_last_answer,
    odd_order,
    same_role_in_a_row,
    every_answer_switched_off,
)
"""For every chat line; they look at roles and weights alone."""

TEXT_RULES = (template_markup, answer_is_a_copy)
"""For every chat line; they look at texts."""

RULES = (*ORDER_RULES, *TEXT_RULES)
