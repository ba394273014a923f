"""A conversation as the tokens that the model expects, through the chat template that came with its weights."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from jinja2.sandbox import ImmutableSandboxedEnvironment

from trainer.engine.tokenizer import Tokenizer

# The template is rendered with marks from Unicode's private use area in place of the contents. So what is special
# in the result can only come from the template, and a content is put back as plain text afterwards.
_MARK: Final = "\ue000{}\ue001"
_MARKS: Final = re.compile("\ue000(\\d+)\ue001")


class ChatTemplate:
    """Renders messages (mappings with `role` and `content`) and encodes the result."""

    def __init__(self, source: str, tokenizer: Tokenizer) -> None:
        self._template = ImmutableSandboxedEnvironment().from_string(source)
        self._tokenizer = tokenizer
        self._special = re.compile("(" + "|".join(map(re.escape, tokenizer.special_texts)) + ")")

    def render(self, roles: Sequence[str], *, is_prompt: bool) -> str:
        """The conversation's frame: message number i stands in it as a mark.

        With `is_prompt` it ends where the assistant's answer begins.
        """
        messages = [{"role": role, "content": _MARK.format(index)} for index, role in enumerate(roles)]
        return self._template.render(messages=messages, add_generation_prompt=is_prompt)

    def encode(self, frame: str, contents: Sequence[str]) -> list[int]:
        """The tokens of a rendered frame with its contents put in place of the marks."""
        return list(self._tokens(frame, contents))

    def prompt(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """The tokens after which the assistant's answer follows."""
        frame = self.render([message["role"] for message in messages], is_prompt=True)
        return self.encode(frame, [message["content"] for message in messages])

    def _tokens(self, frame: str, contents: Sequence[str]) -> Iterator[int]:
        for position, piece in enumerate(self._special.split(frame)):
            if position % 2:  # re.split puts what the group matched at the odd places
                yield self._tokenizer.special(piece)
            else:
                yield from self._tokenizer.encode(_MARKS.sub(lambda mark: contents[int(mark[1])], piece))
