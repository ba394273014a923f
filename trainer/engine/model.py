"""A base model with all that is needed to train and to serve it, and how one is read from GGUF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer.engine.examples import Encoder, example_from
from trainer.engine.gguf import GgufFile
from trainer.engine.llama import Layer, Llama, Weights
from trainer.engine.shape import Array, Shape
from trainer.engine.template import ChatTemplate, compiled
from trainer.engine.tokenizer import Tokenizer, smollm_tokenizer
from trainer.engine.tools import plain_messages


@dataclass(frozen=True, slots=True)
class Language:
    """The part of a model that needs no weights: enough to count tokens."""

    tokenizer: Tokenizer
    template: ChatTemplate
    encoder: Encoder

    def chat_prompt(
        self, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] | None = None
    ) -> list[int]:
        """The tokens after which the assistant answers, who may call the tools."""
        return self.template.prompt(plain_messages(messages, tools))

    def text_prompt(self, text: str) -> list[int]:
        """The tokens of a plain text to be continued, or the one that separates texts where it is empty."""
        return [*self.tokenizer.text_prefix, *self.tokenizer.encode(text)] or [self.tokenizer.separator_id]

    def count(self, example: dict[str, Any]) -> tuple[int, int]:
        """The tokens of an example of a training file, and how many of them are trained."""
        texts = self.encoder.lesson(example_from(example)).texts
        return sum(len(text.tokens) for text in texts), sum(int(text.is_trained.sum()) for text in texts)


def language_of(tokenizer: Tokenizer, template_source: str) -> Language:
    """A tokenizer with its chat template."""
    return language_with(tokenizer, ChatTemplate(compiled(template_source), tokenizer))


def language_with(tokenizer: Tokenizer, template: ChatTemplate) -> Language:
    """A tokenizer and a chat template, with what encodes examples by both."""
    return Language(tokenizer, template, Encoder(tokenizer, template))


def language_from_gguf(path: Path) -> Language:
    """The tokenizer and the chat template in the file's metadata."""
    metadata = GgufFile(path).metadata
    tokens, types = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.token_type"]
    tokenizer = smollm_tokenizer(tokens, types, metadata["tokenizer.ggml.eos_token_id"])
    return language_of(tokenizer, metadata["tokenizer.chat_template"])


def shape_from_gguf(path: Path) -> Shape:
    """The model's dimensions, from the file's metadata alone."""
    return _shape(GgufFile(path).metadata)


def llama_from_gguf(path: Path) -> Llama:
    """The model in float32; about 540 MB for SmolLM2-135M."""
    file = GgufFile(path)
    shape = _shape(file.metadata)
    layers = tuple(_layer(file, index) for index in range(shape.n_layers))
    weights = Weights(file.tensor("token_embd.weight"), layers, file.tensor("output_norm.weight"))
    return Llama(shape, weights)


def _shape(metadata: dict[str, Any]) -> Shape:
    return Shape(
        n_layers=metadata["llama.block_count"],
        width=metadata["llama.embedding_length"],
        feed_forward=metadata["llama.feed_forward_length"],
        n_heads=metadata["llama.attention.head_count"],
        n_key_value_heads=metadata["llama.attention.head_count_kv"],
        vocabulary=metadata["llama.vocab_size"],
        context_tokens=metadata["llama.context_length"],
        rope_frequency=metadata["llama.rope.freq_base"],
        norm_epsilon=metadata["llama.attention.layer_norm_rms_epsilon"],
    )


def _layer(file: GgufFile, index: int) -> Layer:
    def read(name: str) -> Array:
        return file.tensor(f"blk.{index}.{name}.weight")

    return Layer(
        attention_norm=read("attn_norm"),
        qkv=np.concatenate((read("attn_q"), read("attn_k"), read("attn_v"))),
        output=read("attn_output"),
        feed_forward_norm=read("ffn_norm"),
        gate_up=np.concatenate((read("ffn_gate"), read("ffn_up"))),
        down=read("ffn_down"),
    )
