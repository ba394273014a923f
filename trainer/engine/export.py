"""An adapter, and a model with its adapter worked in, as other programs want them.

llama.cpp's converter permutes the rows of the query and key projections, and our weights come from its files. So
what goes to llama.cpp is left as it is, and what goes to transformers and peft gets those rows put back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np

from trainer.engine.llama import Llama
from trainer.engine.lora import ALPHA, RANK, Adapter, LayerAdapter
from trainer.engine.shape import Array, Shape
from trainer.engine.tensor_files import Tensor

_TRANSFORMERS_NAMES: Final = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_SITES: Final = (("attn_q", "attn_k", "attn_v"), ("attn_output",), ("ffn_gate", "ffn_up"), ("ffn_down",))
_PERMUTED: Final = frozenset({"attn_q", "attn_k"})

GGUF_METADATA: Final[Mapping[str, str | float]] = {
    "general.architecture": "llama",
    "general.type": "adapter",
    "adapter.type": "lora",
    "adapter.lora.alpha": float(ALPHA),
}


@dataclass(frozen=True, slots=True)
class _Part:
    """The adapter of one projection: y = x Wᵀ + scale (x A) B."""

    name: str
    a: Array
    """(in, rank)."""
    b: Array
    """(rank, out)."""


def unpermuted(rows: Array, head_size: int) -> Array:
    """Rows as transformers has them: a head's first halves of all pairs, then the second halves."""
    pairs = rows.reshape(-1, head_size // 2, 2, rows.shape[-1])
    return pairs.swapaxes(1, 2).reshape(rows.shape)


def gguf_tensors(adapter: Adapter) -> list[Tensor]:
    """A GGUF LoRA: for every projection (rank, in) and (out, rank)."""
    return [
        tensor
        for index, part in _parts(adapter)
        for tensor in (
            _tensor(f"blk.{index}.{part.name}.weight.lora_a", part.a.T),
            _tensor(f"blk.{index}.{part.name}.weight.lora_b", part.b.T),
        )
    ]


def peft_tensors(adapter: Adapter, shape: Shape) -> list[Tensor]:
    """peft's names and shapes: the same as llama.cpp's, with the rows of B put back."""
    return [
        tensor
        for index, part in _parts(adapter)
        for tensor in (
            _tensor(f"{_peft_name(index, part)}.lora_A.weight", part.a.T),
            _tensor(f"{_peft_name(index, part)}.lora_B.weight", _put_back(part.name, part.b.T, shape)),
        )
    ]


def peft_config(adapter: Adapter, base: str | None) -> dict[str, Any]:
    """peft's ``adapter_config.json``."""
    return {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": RANK,
        "lora_alpha": ALPHA,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "target_modules": [name.split(".")[1] for name in _TRANSFORMERS_NAMES.values()],
        "layers_to_transform": list(range(adapter.first_layer, adapter.first_layer + len(adapter.layers))),
    }


def merged_tensors(llama: Llama, adapter: Adapter) -> list[Tensor]:
    """The whole model with its adapter worked in, under transformers' names."""
    shape, weights = llama.shape, llama.weights
    tensors = [
        Tensor("model.embed_tokens.weight", weights.embedding.shape, lambda: weights.embedding),
        _tensor("model.norm.weight", weights.final_norm),
    ]
    for index, layer in enumerate(weights.layers):
        prefix = f"model.layers.{index}"
        tensors.append(_tensor(f"{prefix}.input_layernorm.weight", layer.attention_norm))
        tensors.append(_tensor(f"{prefix}.post_attention_layernorm.weight", layer.feed_forward_norm))
        parts = {part.name: part for part in _layer_parts(adapter.layer(index))}
        for name, rows in _projections(llama, index):
            made = partial(_merged, rows, parts.get(name), adapter.scale, name, shape)
            tensors.append(Tensor(f"{prefix}.{_TRANSFORMERS_NAMES[name]}.weight", rows.shape, made))
    return tensors


def transformers_config(shape: Shape, end_id: int) -> dict[str, Any]:
    """transformers' ``config.json``."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "torch_dtype": "float16",
        "hidden_size": shape.width,
        "intermediate_size": shape.feed_forward,
        "num_hidden_layers": shape.n_layers,
        "num_attention_heads": shape.n_heads,
        "num_key_value_heads": shape.n_key_value_heads,
        "head_dim": shape.head_size,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.context_tokens,
        "rope_theta": shape.rope_frequency,
        "rms_norm_eps": shape.norm_epsilon,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "eos_token_id": end_id,
    }


def _parts(adapter: Adapter) -> Iterator[tuple[int, _Part]]:
    for index, layer in enumerate(adapter.layers, start=adapter.first_layer):
        yield from ((index, part) for part in _layer_parts(layer))


def _layer_parts(layer: LayerAdapter | None) -> Iterator[_Part]:
    for names, site in zip(_SITES, layer or (), strict=layer is not None):
        for name, (b, columns, _) in zip(names, site.parts(), strict=True):
            yield _Part(name, site.a[:, columns], b)


def _projections(llama: Llama, index: int) -> Iterator[tuple[str, Array]]:
    layer, shape = llama.weights.layers[index], llama.shape
    queries, keys = shape.query_width, shape.query_width + shape.key_value_width
    fused = (
        np.split(layer.qkv, (queries, keys)),
        (layer.output,),
        np.split(layer.gate_up, 2),
        (layer.down,),
    )
    for names, matrices in zip(_SITES, fused, strict=True):
        yield from zip(names, matrices, strict=True)


def _merged(rows: Array, part: _Part | None, scale: float, name: str, shape: Shape) -> Array:
    whole = rows if part is None else rows + scale * (part.a @ part.b).T
    return _put_back(name, whole, shape)


def _put_back(name: str, rows: Array, shape: Shape) -> Array:
    return unpermuted(rows, shape.head_size) if name in _PERMUTED else rows


def _peft_name(index: int, part: _Part) -> str:
    return f"base_model.model.model.layers.{index}.{_TRANSFORMERS_NAMES[part.name]}"


def _tensor(name: str, values: Array) -> Tensor:
    return Tensor(name, values.shape, lambda: values)
