"""Read a GGUF file: its metadata and its tensors, dequantised to float32.

Layout: the GGUF specification, version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md);
block formats: ggml-common.h of llama.cpp. A file is mapped, never read whole, so opening one costs little memory.
"""

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

_MAGIC: Final = b"GGUF"
_VERSION: Final = 3
_DEFAULT_ALIGNMENT_BYTES: Final = 32
_BLOCK_VALUES: Final = 32
_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING: Final = 8
_ARRAY: Final = 9
_F32: Final = 0
_F16: Final = 1
_QUANTISED: Final = {
    2: np.dtype([("scale", "<f2"), ("quants", "u1", 16)]),  # Q4_0
    3: np.dtype([("scale", "<f2"), ("minimum", "<f2"), ("quants", "u1", 16)]),  # Q4_1
    8: np.dtype([("scale", "<f2"), ("quants", "i1", 32)]),  # Q8_0
}


class UnreadableWeights(Exception):
    """The file is not a GGUF file that this reader understands; the message says why."""


@dataclass(frozen=True, slots=True)
class _TensorRecord:
    shape: tuple[int, ...]
    kind: int
    offset_bytes: int


class _Cursor:
    """A place in the mapped file that moves on as values are read."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.at = len(_MAGIC)

    def scalars(self, code: str, count: int) -> tuple[Any, ...]:
        layout = struct.Struct(f"<{count}{code}")
        values = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return values

    def scalar(self, code: str) -> Any:  # noqa: ANN401 - the file decides the type
        return self.scalars(code, 1)[0]

    def text(self) -> str:
        length = self.scalar("Q")
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")

    def value(self, kind: int) -> Any:  # noqa: ANN401 - the file decides the type
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            element, count = self.scalar("I"), self.scalar("Q")
            return [self.value(element) for _ in range(count)] if element == _STRING else self._numbers(element, count)
        return self.scalar(_SCALARS[kind])

    def _numbers(self, element: int, count: int) -> list[Any]:
        return list(self.scalars(_SCALARS[element], count))


class GgufFile:
    """One opened GGUF file: ``metadata`` by key, tensors by name through :meth:`tensor`."""

    def __init__(self, path: Path) -> None:
        """Map the file and read its directory.

        Raises:
            UnreadableWeights: it is no GGUF file of version 3, or it is cut short.
        """
        with path.open("rb") as file:
            try:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise UnreadableWeights(f"{path.name} is empty.") from error
        try:
            self._read_directory(path.name)
        except (struct.error, KeyError, UnicodeDecodeError) as error:
            raise UnreadableWeights(f"{path.name} is damaged: its directory cannot be read ({error}).") from error

    def _read_directory(self, name: str) -> None:
        cursor = _Cursor(self._data)
        if self._data[: len(_MAGIC)] != _MAGIC or cursor.scalar("I") != _VERSION:
            raise UnreadableWeights(f"{name} is not a GGUF file of version {_VERSION}.")
        n_tensors, n_entries = cursor.scalar("Q"), cursor.scalar("Q")
        self.metadata: dict[str, Any] = {cursor.text(): cursor.value(cursor.scalar("I")) for _ in range(n_entries)}
        self._tensors = {cursor.text(): self._record(cursor) for _ in range(n_tensors)}
        alignment = int(self.metadata.get("general.alignment", _DEFAULT_ALIGNMENT_BYTES))
        self._start = -(-cursor.at // alignment) * alignment

    @staticmethod
    def _record(cursor: _Cursor) -> _TensorRecord:
        # Dimensions are stored fastest first: numpy's order is the reverse.
        shape = tuple(reversed(cursor.scalars("Q", cursor.scalar("I"))))
        return _TensorRecord(shape, cursor.scalar("I"), cursor.scalar("Q"))

    def names(self) -> tuple[str, ...]:
        """Every tensor's name, in the file's order."""
        return tuple(self._tensors)

    def tensor(self, name: str) -> Floats:
        """One tensor in float32, in numpy's dimension order: a projection is (out, in).

        Raises:
            UnreadableWeights: there is no such tensor, its type is unknown, or the file ends before it does.
        """
        record = self._tensors.get(name)
        if record is None:
            raise UnreadableWeights(f"The weights have no tensor {name!r}.")
        count = prod(record.shape)
        try:
            return self._values(record, count).reshape(record.shape)
        except ValueError as error:
            raise UnreadableWeights(f"The file ends inside tensor {name!r}.") from error

    def _values(self, record: _TensorRecord, count: int) -> Floats:
        at = self._start + record.offset_bytes
        if record.kind in {_F32, _F16}:
            stored = np.frombuffer(self._data, "<f4" if record.kind == _F32 else "<f2", count, at)
            return stored.astype(np.float32)
        if record.kind not in _QUANTISED:
            raise UnreadableWeights(f"Tensor type {record.kind} is not supported (F32, F16, Q4_0, Q4_1 and Q8_0 are).")
        return _dequantised(np.frombuffer(self._data, _QUANTISED[record.kind], count // _BLOCK_VALUES, at))


def _dequantised(blocks: NDArray[np.void]) -> Floats:
    names = blocks.dtype.names or ()
    scale = blocks["scale"].astype(np.float32)[:, None]
    quants = blocks["quants"]
    if quants.dtype == np.int8:
        return scale * quants.astype(np.float32)
    # The low nibbles are values 0 to 15 of a block, the high nibbles 16 to 31: halves, not interleaved.
    values = np.concatenate((quants & 0x0F, quants >> 4), axis=1).astype(np.float32)
    if "minimum" in names:
        return scale * values + blocks["minimum"].astype(np.float32)[:, None]
    return scale * (values - 8)
