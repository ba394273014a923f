"""A vocabulary as a small file: the lengths of its tokens in the order of their ranks, then the tokens, all in zlib.

Ranks are contiguous from 0, so they need not be written. A packed vocabulary is a third of tiktoken's own file.
"""

import base64
import zlib
from itertools import accumulate, pairwise
from typing import Final

_COUNT_BYTES: Final = 4


def pack(tiktoken_file: bytes) -> bytes:
    """The packed form of a `.tiktoken` file: lines of a token in base64 and its rank.

    Raises:
        ValueError: the ranks are not contiguous from 0, or a token is longer than 255 bytes.
    """
    tokens = []
    for rank, line in enumerate(tiktoken_file.splitlines()):
        encoded, written_rank = line.split()
        if int(written_rank) != rank:
            raise ValueError(f"rank {rank} is missing")
        tokens.append(base64.b64decode(encoded))
    lengths = bytes(map(len, tokens))
    return zlib.compress(len(tokens).to_bytes(_COUNT_BYTES) + lengths + b"".join(tokens), level=9)


def unpack(packed: bytes) -> dict[bytes, int]:
    """Each token's rank."""
    unpacked = zlib.decompress(packed)
    count = int.from_bytes(unpacked[:_COUNT_BYTES])
    first = _COUNT_BYTES + count
    ends = accumulate(unpacked[_COUNT_BYTES:first], initial=first)
    return {unpacked[start:end]: rank for rank, (start, end) in enumerate(pairwise(ends))}


def tiktoken_file(ranks: dict[bytes, int]) -> bytes:
    """The `.tiktoken` file that a vocabulary was packed from, byte for byte."""
    return b"".join(base64.b64encode(token) + f" {rank}\n".encode() for token, rank in ranks.items())
