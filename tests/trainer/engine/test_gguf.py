import struct
from pathlib import Path

import numpy as np
import pytest

from trainer.engine.gguf import GgufFile, UnreadableWeights


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(tensor_type: int, shape: tuple[int, ...], data: bytes) -> bytes:
    """A file with four metadata entries and one tensor, `t`."""
    metadata = (
        text("general.alignment")
        + struct.pack("<II", 4, 64)
        + text("name")
        + struct.pack("<I", 8)
        + text("Größe")
        + text("words")
        + struct.pack("<IIQ", 9, 8, 2)
        + text("a")
        + text("b")
        + text("numbers")
        + struct.pack("<IIQ3f", 9, 6, 3, 0.5, 1.5, 2.5)
    )
    record = text("t") + struct.pack(f"<I{len(shape)}QIQ", len(shape), *reversed(shape), tensor_type, 0)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 4) + metadata + record
    return head + b"\0" * (-len(head) % 64) + data


def read(tmp_path: Path, content: bytes) -> GgufFile:
    path = tmp_path / "a.gguf"
    path.write_bytes(content)
    return GgufFile(path)


def test_metadata_of_every_kind_is_read(tmp_path: Path) -> None:
    file = read(tmp_path, gguf(0, (1,), struct.pack("<f", 1)))
    assert file.metadata == {
        "general.alignment": 64,
        "name": "Größe",
        "words": ["a", "b"],
        "numbers": [0.5, 1.5, 2.5],
    }
    assert file.names() == ("t",)


def test_a_tensor_has_numpys_dimension_order(tmp_path: Path) -> None:
    expected = np.arange(6, dtype="<f4").reshape(2, 3)
    np.testing.assert_array_equal(read(tmp_path, gguf(0, (2, 3), expected.tobytes())).tensor("t"), expected)


def test_half_precision_is_widened(tmp_path: Path) -> None:
    tensor = read(tmp_path, gguf(1, (2,), np.array([0.5, -2], "<f2").tobytes())).tensor("t")
    assert (tensor.dtype, tensor.tolist()) == (np.float32, [0.5, -2.0])


LOW_AND_HIGH = bytes(low | (15 - low) << 4 for low in range(16))
"""Low nibbles 0 to 15, high nibbles 15 to 0."""


@pytest.mark.parametrize(
    ("tensor_type", "block", "expected"),
    [
        pytest.param(
            2,
            np.array([0.5], "<f2").tobytes() + LOW_AND_HIGH,
            [0.5 * (q - 8) for q in [*range(16), *reversed(range(16))]],
            id="Q4_0",
        ),
        pytest.param(
            3,
            np.array([0.5, -3], "<f2").tobytes() + LOW_AND_HIGH,
            [0.5 * q - 3 for q in [*range(16), *reversed(range(16))]],
            id="Q4_1",
        ),
        pytest.param(
            8,
            np.array([0.25], "<f2").tobytes() + np.arange(-16, 16, dtype="i1").tobytes(),
            [0.25 * q for q in range(-16, 16)],
            id="Q8_0",
        ),
    ],
)
def test_a_quantised_block_is_unpacked(tmp_path: Path, tensor_type: int, block: bytes, expected: list[float]) -> None:
    assert read(tmp_path, gguf(tensor_type, (1, 32), block)).tensor("t").tolist() == [expected]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"<html></html>" * 9, "not a GGUF file", id="HTML"),
        pytest.param(gguf(0, (1,), b"")[:60], "damaged", id="cut in the directory"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableWeights, match=sentence):
        read(tmp_path, content)


def test_a_tensor_that_is_missing_cut_or_of_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableWeights, match="no tensor 'u'"):
        read(tmp_path, gguf(0, (1,), b"\0\0\0\0")).tensor("u")
    with pytest.raises(UnreadableWeights, match="ends inside tensor 't'"):
        read(tmp_path, gguf(0, (9,), b"\0\0\0\0")).tensor("t")
    with pytest.raises(UnreadableWeights, match="Tensor type 12"):
        read(tmp_path, gguf(12, (256,), b"\0" * 144)).tensor("t")
