"""A conversation as the tokens that the model expects, through the chat template that came with its weights."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from jinja2.sandbox import ImmutableSandboxedEnvironment

from trainer.engine.tokenizer import Tokenizer

# The template is rendered with marks from Unicode's private use area in place of the contents. So what is special
# in the result can only come from the template, and a content is put back as plain text afterwards.
_MARK: Final = "\ue000{}\ue001"
_MARKS: Final = re.compile("\ue000(\\d+)\ue001")
# Most files repeat a few sequences of roles, and rendering one costs as much as encoding a short conversation.
_FRAMES_REMEMBERED: Final = 256


def compiled(source: str) -> Callable[[list[dict[str, str]], bool], str]:
    """A template's source as a function of messages, and of whether the assistant's answer follows them."""
    template = ImmutableSandboxedEnvironment().from_string(source)
    return lambda messages, is_prompt: template.render(messages=messages, add_generation_prompt=is_prompt)


class ChatTemplate:
    """Renders messages (mappings with `role` and `content`) and encodes the result."""

    def __init__(self, rendered: Callable[[list[dict[str, str]], bool], str], tokenizer: Tokenizer) -> None:
        self._rendered = rendered
        self._tokenizer = tokenizer
        self._special = re.compile("(" + "|".join(map(re.escape, tokenizer.special_texts)) + ")")
        self._frame = lru_cache(_FRAMES_REMEMBERED)(self._render)

    def render(self, roles: Sequence[str], *, is_prompt: bool) -> str:
        """The conversation's frame: message number i stands in it as a mark.

        With `is_prompt` it ends where the assistant's answer begins.
        """
        return self._frame(tuple(roles), is_prompt=is_prompt)

    def _render(self, roles: tuple[str, ...], *, is_prompt: bool) -> str:
        messages = [{"role": role, "content": _MARK.format(index)} for index, role in enumerate(roles)]
        return self._rendered(messages, is_prompt)

    def encode(self, frame: str, contents: Sequence[str]) -> list[int]:
        """The tokens of a rendered frame with its contents put in place of the marks."""
        tokens: list[int] = []
        for position, piece in enumerate(self._special.split(frame)):
            if position % 2:  # re.split puts what the group matched at the odd places
                tokens.append(self._tokenizer.special(piece))
            elif piece:
                tokens += self._tokenizer.encode(_MARKS.sub(lambda mark: contents[int(mark[1])], piece))
        return tokens

    def prompt(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The tokens after which the assistant's answer follows."""
        frame = self.render([message["role"] for message in messages], is_prompt=True)
        return self.encode(frame, [message["content"] for message in messages])
