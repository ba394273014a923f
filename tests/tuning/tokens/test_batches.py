import random

import pytest

from tuning.tokens.batches import BatchCounter, exact_counts, is_undisputed
from tuning.tokens.counting import Counter
from tuning.tokens.encodings import CL100K, O200K

PIECES = ("Hello, ", "world's ", "数到三，", "👩‍👩‍👧", "\n\n  ", "\t", "<|endoftext|>", "1234567", "ÄÖÜß", "\u088f", "\u1acf", "𲎰", "ﬁ", "e\u0301",
          "__init__", "한국어 ", "العربية ", "\u00a0", "\u200d", "!!!???")  # fmt: skip


@pytest.mark.parametrize("encoding", [O200K, CL100K])
def test_texts_that_were_prepared_are_counted_as_tiktoken_counts_them(encoding) -> None:
    draw = random.Random(3)  # noqa: S311 - a test's texts are no secret.
    texts = ["".join(draw.choices(PIECES, k=draw.randint(0, 30))) for _ in range(400)]
    counter, reference = BatchCounter(encoding), Counter(encoding)
    counter.prepare(texts)
    assert [counter.count(text) for text in texts] == [reference.count(text) for text in texts]
    assert counter.count("never prepared") == reference.count("never prepared")


@pytest.mark.parametrize("encoding", [O200K, CL100K])
def test_texts_that_tiktoken_counts_in_one_call_have_the_tokens_that_they_have_alone(encoding) -> None:
    draw = random.Random(4)  # noqa: S311 - a test's texts are no secret.
    texts = ["", " ", "\n\n", *("".join(draw.choices(PIECES, k=draw.randint(0, 30))) for _ in range(400))]
    reference = Counter(encoding)
    assert exact_counts(texts, encoding) == {text: reference.count(text) for text in texts}


def test_texts_on_which_the_counters_may_disagree_are_left_to_tiktoken() -> None:
    assert not is_undisputed("a\u088fb")
    assert not is_undisputed("𲎰")
    assert is_undisputed("plain, 中文, 👩‍👧 and ñ")


def test_a_counter_that_disagrees_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    counter, reference = BatchCounter(O200K), Counter(O200K)
    text = "这两种编码对中文的计数不同。"
    monkeypatch.setattr("toktok.batch_count", lambda texts, _encoding, _threads: [1] * len(texts))
    counter.prepare([text])
    assert (counter.count(text), counter.count("two words")) == (reference.count(text), reference.count("two words"))
