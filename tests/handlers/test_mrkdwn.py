"""What models and people write may be shown, but may ping nobody and disguise nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mrkdwn import Neutraliser, clip, escape, quoted_name

ATTACKS = [
    pytest.param("<!channel> hello", "&lt;!channel&gt; hello", id="everyone in the channel"),
    pytest.param("<@U0ADA> look", "&lt;@U0ADA&gt; look", id="a person"),
    pytest.param("<!subteam^S1|team>", "&lt;!subteam^S1|team&gt;", id="a group"),
    pytest.param("<#C1>", "&lt;#C1&gt;", id="a channel"),
    pytest.param(
        "<https://evil.example|https://bank.example>",
        "&lt;https://evil.example|https://bank.example&gt;",
        id="a labelled link",
    ),
    pytest.param(
        "[https://bank.example](https://evil.example)",
        "[https://bank.example] (https://evil.example)",
        id="a markdown link",
    ),
    pytest.param("[bank]: https://evil.example", "[bank] : https://evil.example", id="a link's definition"),
    pytest.param("@here come", "@\u2060here come", id="a typed ping"),
    pytest.param("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", id="an escaped ping"),
    pytest.param("[bank]\x0b(https://evil.example)", "[bank] (https://evil.example)", id="a link around a control"),
    pytest.param("```a```\n[bank](evil) @channel", "```a```\n[bank] (evil) @\u2060channel", id="code in one line"),
    pytest.param(
        "````\n```\n````\n[bank](evil) @channel",
        "````\n```\n````\n[bank] (evil) @\u2060channel",
        id="a fence in a longer fence",
    ),
    pytest.param("- a\n  ```\n[bank](evil)", "- a\n  ```\n[bank] (evil)", id="a fence that ends with its list"),
    pytest.param("a\r```\n[bank](evil)", "a\r```\n[bank] (evil)", id="a fence after a carriage return"),
    pytest.param("```\nx ``` [bank](evil)", "```\nx ``` [bank] (evil)", id="a fence that ends within a line"),
]


def neutral(text: str) -> str:
    """The answer as it is shown when it comes in one piece."""
    neutraliser = Neutraliser()
    return neutraliser.feed(text) + neutraliser.close()


@pytest.mark.parametrize(("said", "shown"), ATTACKS)
def test_an_answer_pings_nobody_and_disguises_no_link(said, shown):
    assert neutral(said) == shown


@pytest.mark.parametrize(("said", "shown"), ATTACKS)
def test_an_answer_cut_into_single_characters_is_as_harmless_as_the_whole(said, shown):
    neutraliser = Neutraliser()

    assert "".join([*(neutraliser.feed(character) for character in said), neutraliser.close()]) == shown


@given(st.text(alphabet="ab[](:<>&@`~\n\r\x01\x0bhereconal ", max_size=60), st.data())
def test_however_an_answer_is_cut_the_same_is_shown(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    neutraliser = Neutraliser()
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    assert "".join([*(neutraliser.feed(piece) for piece in pieces), neutraliser.close()]) == neutral(text)


def test_code_in_a_fence_stays_as_the_model_wrote_it():
    assert neutral("```\nrow[0](x) @here\n```\n[a](b)") == "```\nrow[0](x) @here\n```\n[a] (b)"
    assert neutral("```py\nrow[0](x)\n```\n```\nf[1](y)\n") == "```py\nrow[0](x)\n```\n```\nf[1](y)\n"


def test_a_name_with_formatting_characters_stays_inert():
    assert quoted_name("*<!here>*`x`") == "`*&lt;!here&gt;*ˋxˋ`"


def test_clipping_never_cuts_an_entity_in_half():
    assert clip(escape("aaa<b"), 6) == "aaa…"


def test_a_text_within_the_limit_is_not_clipped():
    assert clip("exactly", 7) == "exactly"
