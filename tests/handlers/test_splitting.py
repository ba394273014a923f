"""Long answers arrive whole, in messages that Slack takes."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.splitting import open_fence, split


def test_a_short_answer_is_one_message():
    assert split("short", 100) == ["short"]


def test_an_answer_is_cut_between_paragraphs():
    assert split("one two\n\n" + "b" * 8, 12) == ["one two", "bbbbbbbb"]


def test_a_code_fence_is_closed_and_opened_again():
    first, second = split("```python\n" + "a = 1\n" * 6 + "```", 40)

    assert (first.endswith("\n```"), second.startswith("```python\n")) == (True, True)


@given(st.text(alphabet="ab \n`", max_size=400), st.integers(60, 120))
def test_no_message_is_longer_than_allowed_and_none_leaves_a_fence_open_but_the_last(text, limit):
    *others, last = split(text, limit)

    assert all(len(message) <= limit + 4 for message in [*others, last])
    assert [open_fence(message) for message in others] == [""] * len(others)


@given(st.text(alphabet="ab \n", max_size=400), st.integers(60, 120))
def test_the_messages_together_say_every_word(text, limit):
    assert "".join("".join(split(text, limit)).split()) == "".join(text.split())
