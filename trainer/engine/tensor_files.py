"""Tensors written for others to read: safetensors and GGUF.

Layouts: https://github.com/huggingface/safetensors#format and the GGUF specification, version 3
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
"""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import IO, Final

import numpy as np

from trainer.engine.shape import Array

_HALF_BYTES: Final = 2
_ALIGNMENT_BYTES: Final = 32
_GGUF_VERSION: Final = 3
_GGUF_F16: Final = 1
_GGUF_STRING: Final = 8
_GGUF_F32: Final = 6


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor, made when it is written: a whole model need not be in memory twice."""

    name: str
    shape: tuple[int, ...]
    make: Callable[[], Array]

    def content(self) -> bytes:
        """Its values in half precision."""
        return np.ascontiguousarray(self.make(), np.float16).tobytes()

    @property
    def n_bytes(self) -> int:
        """How many bytes those are."""
        return _HALF_BYTES * prod(self.shape)


def write_safetensors(file: IO[bytes], tensors: Sequence[Tensor]) -> None:
    """A header in JSON behind its length, then the values one behind the other."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for tensor in tensors:
        header[tensor.name] = {
            "dtype": "F16",
            "shape": list(tensor.shape),
            "data_offsets": [at, at + tensor.n_bytes],
        }
        at += tensor.n_bytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write(struct.pack("<Q", len(text)) + text)
    for tensor in tensors:
        file.write(tensor.content())


def write_gguf(file: IO[bytes], metadata: Mapping[str, str | float], tensors: Sequence[Tensor]) -> None:
    """Metadata and a directory, then the values, each at a multiple of 32 bytes; dimensions stand fastest first."""
    head = b"GGUF" + struct.pack("<IQQ", _GGUF_VERSION, len(tensors), len(metadata))
    head += b"".join(_text(key) + _value(value) for key, value in metadata.items())
    at = 0
    for tensor in tensors:
        dimensions = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *reversed(tensor.shape))
        head += _text(tensor.name) + dimensions + struct.pack("<IQ", _GGUF_F16, at)
        at += _padded(tensor.n_bytes)
    file.write(head.ljust(_padded(len(head)), b"\0"))
    for tensor in tensors:
        file.write(tensor.content().ljust(_padded(tensor.n_bytes), b"\0"))


def _padded(n_bytes: int) -> int:
    return -(-n_bytes // _ALIGNMENT_BYTES) * _ALIGNMENT_BYTES


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _value(value: str | float) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", _GGUF_STRING) + _text(value)
    return struct.pack("<If", _GGUF_F32, value)
