"""The tokenizer and the chat template of an open model, as the engine's examples and answers use them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import TemplateError
from tokenizers import Tokenizer
from transformers import AutoTokenizer

from trainer.engine.examples import UnsuitableTemplate
from trainer.engine.model import Language, language_with
from trainer.engine.template import ChatTemplate
from trainer.engine.tokenizer import bytes_of_printable_characters

_BYTE_PREFIX: Final = "<0x"
_SPACE: Final = "▁"


class HubTokenizer:
    """A tokenizer of the `tokenizers` library. Special tokens never come from a text, as in the engine's own."""

    def __init__(self, tokenizer: Any) -> None:  # noqa: ANN401 - transformers states no type for what Auto gives
        # A copy: transformers sets this switch back in its own.
        self._fast = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._fast.encode_special_tokens = True
        self._specials: dict[str, int] = {
            token.content: index for index, token in tokenizer.added_tokens_decoder.items() if token.special
        }
        self._texts: list[str] = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
        self._added: dict[int, str] = {index: token.content for index, token in tokenizer.added_tokens_decoder.items()}
        self._byte_of = bytes_of_printable_characters() if _is_byte_level(self._fast) else None
        self.vocabulary = len(tokenizer)
        self.end_id: int = tokenizer.eos_token_id
        self.special_ids = frozenset((*self._specials.values(), self.end_id))
        self.text_prefix: tuple[int, ...] = _prefix(tokenizer)
        self.separator_id = self._specials.get("<|endoftext|>", self.end_id)

    @property
    def special_texts(self) -> tuple[str, ...]:
        """The special tokens as the chat template writes them."""
        return tuple(self._specials)

    def special(self, text: str) -> int:
        """The id of one special token."""
        return self._specials[text]

    def encode(self, text: str) -> list[int]:
        """The tokens of an ordinary text."""
        return list(self._fast.encode(text, add_special_tokens=False).ids)

    def decode_bytes(self, tokens: Sequence[int]) -> bytes:
        """The bytes behind tokens."""
        return b"".join(map(self._bytes, tokens))

    def _bytes(self, token: int) -> bytes:
        if token >= len(self._texts):
            return b""  # Rows of the output matrix that only fill it up.
        if token in self._added:
            return self._added[token].encode()
        text = self._texts[token]
        if self._byte_of:
            return bytes(self._byte_of[character] for character in text)
        if text.startswith(_BYTE_PREFIX):
            return bytes([int(text.removeprefix(_BYTE_PREFIX).removesuffix(">"), 16)])
        return text.replace(_SPACE, " ").encode()


def hub_language(folder: Path) -> Language:
    """Read the tokenizer and the chat template of a model's folder."""
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)

    def rendered(messages: list[dict[str, str]], is_prompt: bool) -> str:  # noqa: FBT001 - the template's own argument
        try:
            # Templates of models that can think aloud read enable_thinking; the others know no such word.
            text: str = tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=is_prompt, enable_thinking=False
            )
        except (TemplateError, ValueError) as error:
            raise UnsuitableTemplate(f"The model's chat template refuses the conversation: {error}") from error
        return text

    known = HubTokenizer(tokenizer)
    return language_with(known, ChatTemplate(rendered, known))


def _is_byte_level(fast: Any) -> bool:  # noqa: ANN401 - as above
    return '"ByteLevel"' in json.dumps(json.loads(fast.to_str())["decoder"])


def _prefix(tokenizer: Any) -> tuple[int, ...]:  # noqa: ANN401 - as above
    empty = tokenizer("").input_ids
    return tuple(token for token in empty if token == tokenizer.bos_token_id)
