import base64

import pytest

from tuning.tokens.encodings import CL100K, O200K, VOCABULARIES, encoding, encoding_for, is_genuine, ranks
from tuning.tokens.packing import pack, tiktoken_file, unpack


@pytest.mark.parametrize("name", VOCABULARIES)
def test_the_vocabulary_is_tiktokens_byte_for_byte(name) -> None:
    assert is_genuine(name, ranks(name))


def test_a_changed_vocabulary_is_not_genuine() -> None:
    changed = ranks(CL100K)
    changed[b"tunesmith's own"] = changed.pop(next(iter(changed)))
    assert not is_genuine(CL100K, changed)


def test_packing_loses_nothing() -> None:
    tokens = [b"a", b"\x00", b" " * 255]
    file = b"".join(base64.b64encode(token) + f" {rank}\n".encode() for rank, token in enumerate(tokens))
    assert tiktoken_file(unpack(pack(file))) == file


def test_a_gap_in_the_ranks_is_refused() -> None:
    with pytest.raises(ValueError, match="rank 1 is missing"):
        pack(b"YQ== 0\nYg== 2\n")


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4.1-mini-2025-04-14", O200K),
        ("ft:gpt-4.1-mini-2025-04-14:ours::id", O200K),
        ("gpt-4o", O200K),
        ("o4-mini-2025-04-16", O200K),
        ("ft:gpt-3.5-turbo-0125:ours::id", CL100K),
        ("gpt-4-0613", CL100K),
        ("davinci-002", CL100K),
        ("smollm2-135m", None),
        ("meta-llama/Llama-3.1-8B", None),
    ],
)
def test_a_model_has_its_encoding_tuned_or_not(model, name) -> None:
    assert encoding_for(model) == name


@pytest.mark.parametrize(
    ("name", "tokens"), [(O200K, [13225, 2375, 11, 220, 1323, 21]), (CL100K, [9906, 1917, 11, 220, 2366, 21])]
)
def test_a_text_is_encoded_as_tiktoken_does(name, tokens) -> None:
    assert encoding(name).encode_ordinary("Hello world, 2026") == tokens
