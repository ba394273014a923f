"""The two encodings of OpenAI's models, and which model uses which."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import tiktoken

from tuning.tokens.packing import tiktoken_file, unpack

O200K: Final = "o200k_base"
CL100K: Final = "cl100k_base"

END_OF_TEXT: Final = "<|endoftext|>"
"""A special token of both."""

_OF_MODELS = (
    ("gpt-4.1", O200K), ("gpt-4.5", O200K), ("gpt-4o", O200K), ("chatgpt-4o", O200K), ("gpt-5", O200K),
    ("o1", O200K), ("o3", O200K), ("o4", O200K),
    ("gpt-3.5", CL100K), ("gpt-4", CL100K), ("davinci-002", CL100K), ("babbage-002", CL100K),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How an encoding splits text, what it reserves, and how its file is recognised.

    Source: tiktoken 0.14, `tiktoken_ext/openai_public.py` (MIT; see vocabularies/NOTICE).
    """

    sha256: str
    alternatives: tuple[str, ...]
    special_tokens: dict[str, int]


VOCABULARIES: Final = {
    O200K: Vocabulary(
        sha256="446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
        alternatives=(
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"\p{N}{1,3}",
            r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
            r"\s*[\r\n]+",
            r"\s+(?!\S)",
            r"\s+",
        ),
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    ),
    CL100K: Vocabulary(
        sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        alternatives=(
            r"'(?i:[sdmt]|ll|ve|re)",
            r"[^\r\n\p{L}\p{N}]?+\p{L}++",
            r"\p{N}{1,3}+",
            r" ?[^\s\p{L}\p{N}]++[\r\n]*+",
            r"\s++$",
            r"\s*[\r\n]",
            r"\s+(?!\S)",
            r"\s",
        ),
        special_tokens={
            "<|endoftext|>": 100257,
            "<|fim_prefix|>": 100258,
            "<|fim_middle|>": 100259,
            "<|fim_suffix|>": 100260,
            "<|endofprompt|>": 100276,
        },
    ),
}


def encoding_for(model: str) -> str | None:
    """The encoding of a model or of a model tuned from it; None where the model is none of OpenAI's.

    tiktoken's own map gives `ft:gpt-4.1-…` the encoding of gpt-4, which is wrong by a tenth; so a tuned model's
    name is reduced to its base first.
    """
    base = model.removeprefix("ft:").split(":")[0]
    return next((encoding for prefix, encoding in _OF_MODELS if base.startswith(prefix)), None)


@cache
def encoding(name: str) -> tiktoken.Encoding:
    """tiktoken's encoding `name`, built once from the packed vocabulary beside this file; no network is needed."""
    vocabulary = VOCABULARIES[name]
    return tiktoken.Encoding(
        name=name,
        pat_str="|".join(vocabulary.alternatives),
        mergeable_ranks=ranks(name),
        special_tokens=vocabulary.special_tokens,
    )


def ranks(name: str) -> dict[bytes, int]:
    """Each token's rank in the encoding `name`."""
    return unpack(resources.files("tuning.tokens").joinpath("vocabularies", f"{name}.zlib").read_bytes())


def is_genuine(name: str, vocabulary_ranks: dict[bytes, int]) -> bool:
    """Whether a vocabulary is, byte for byte, the one whose sha256 tiktoken states."""
    return hashlib.sha256(tiktoken_file(vocabulary_ranks)).hexdigest() == VOCABULARIES[name].sha256
