"""A vocabulary as a small file: its tokens in the order of their ranks, each behind its length, then zlib.

Ranks are contiguous from 0, so they need not be written. A packed vocabulary is a third of tiktoken's own file.
"""

import base64
import zlib


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
    return zlib.compress(b"".join(len(token).to_bytes() + token for token in tokens), level=9)


def unpack(packed: bytes) -> dict[bytes, int]:
    """Each token's rank."""
    unpacked, position = zlib.decompress(packed), 0
    ranks: dict[bytes, int] = {}
    while position < len(unpacked):
        end = position + 1 + unpacked[position]
        ranks[unpacked[position + 1 : end]] = len(ranks)
        position = end
    return ranks


def tiktoken_file(ranks: dict[bytes, int]) -> bytes:
    """The `.tiktoken` file that a vocabulary was packed from, byte for byte."""
    return b"".join(base64.b64encode(token) + f" {rank}\n".encode() for token, rank in ranks.items())
