"""mrkdwn as HTML: what is marked up, what stays text, and that nothing ever becomes a tag."""

from html.parser import HTMLParser
from random import SystemRandom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.ids import Ids
from workspace.page.writing.mrkdwn import mrkdwn, plain
from workspace.page.writing.viewer import Viewer
from workspace.world import marvellous

NOW = 1_800_000_000.0  # 15 January 2027, 08:00 in London.
ALLOWED_TAGS = {"a", "blockquote", "br", "code", "em", "pre", "s", "span", "strong", "time"}
STATE = marvellous(Ids(lambda: NOW, SystemRandom()))
ADA, LIN, BO = (Viewer(STATE, STATE.user_named(name).id) for name in ("ada", "lin", "bo"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*bold with _italic_ inside*", "<strong>bold with <em>italic</em> inside</strong>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold * and *neither *", "* not bold * and *neither *"),
        ("`*raw* <@U1>`", "<code>*raw* &lt;@U1&gt;</code>"),
        ("```\n*raw*\n```", "<pre>*raw*</pre>"),
        ("one\ntwo", "one<br>two"),
        ("&gt; quoted\n> too\nnot", "<blockquote>quoted<br>too</blockquote>not"),
        ("done :tada: :unheard_of:", "done 🎉 :unheard_of:"),
        ("at 12:30:45", "at 12:30:45"),
        ("a &amp; b &lt; c", "a &amp; b &lt; c"),
        ("&amp;lt;", "&amp;lt;"),
        (
            "<!here> <!channel|everyone here>",
            '<span class="mention">@here</span> <span class="mention">@everyone here</span>',
        ),
    ],
)
def test_mrkdwn_is_marked_up_as_slack_does(text: str, html: str):
    assert mrkdwn(text, ADA) == html


def test_a_link_leads_to_its_address_and_shows_its_label():
    html = mrkdwn("<https://example.com/?a=1&amp;b=2|the *docs*>", ADA)
    assert html == '<a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">the *docs*</a>'


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "//[", "file:///etc"]
)
def test_an_address_that_no_one_should_follow_stays_text(url: str):
    html = mrkdwn(f"<{url}|click me>", ADA)
    assert "<a" not in html
    assert "click me" in html


def test_mentions_are_names_and_ones_own_stands_out():
    ada_id = STATE.user_named("ada").id
    assert mrkdwn(f"<@{ada_id}>", BO) == '<span class="mention">@ada</span>'
    assert mrkdwn(f"<@{ada_id}>", ADA) == '<span class="mention mention-me">@ada</span>'
    assert mrkdwn("<@U0UNKNOWN>", ADA) == '<span class="mention">@U0UNKNOWN</span>'


def test_a_private_channel_keeps_its_name_from_those_outside():
    lab = STATE.channel_named("lab")
    assert "#lab" in mrkdwn(f"<#{lab.id}>", LIN)
    assert "lab" not in mrkdwn(f"<#{lab.id}>", BO)


@pytest.mark.parametrize(
    ("token", "english", "chinese"),
    [
        ("{date_num} {time}", "2027-01-15 08:00", "2027-01-15 16:00"),
        ("{date_short}", "Jan 15, 2027", "2027年1月15日"),
        ("{date_pretty}", "Today", "今天"),
    ],
)
def test_a_date_is_written_in_the_readers_own_time_and_language(token: str, english: str, chinese: str):
    assert mrkdwn(f"<!date^{int(NOW)}^{token}|then>", ADA) == f"<time>{english}</time>"
    assert mrkdwn(f"<!date^{int(NOW)}^{token}|then>", LIN) == f"<time>{chinese}</time>"


def test_how_long_ago_is_told_in_words():
    ago = '<time class="ago" datetime="2027-01-15T07:58:00+00:00">2 minutes ago</time>'
    assert mrkdwn(f"<!date^{int(NOW) - 120}^{{ago}}|then>", ADA) == ago
    assert mrkdwn(f"<!date^{int(NOW) - 120}^at {{time}} ({{ago}})|then>", ADA) == f"at 07:58 ({ago})"


def test_a_date_that_makes_no_sense_shows_its_fallback():
    assert mrkdwn("<!date^soon^{date}|next week>", ADA) == "next week"
    assert mrkdwn(f"<!date^{int(NOW)}^{{moon}}|next week>", ADA) == "<time>next week</time>"


def test_plain_text_has_no_markup_but_emoji_and_line_breaks():
    assert plain("*a* <b>\n:tada:") == "*a* &lt;b&gt;<br>🎉"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE_PIECES = [
    "<",
    ">",
    "&lt;",
    "&gt;",
    "&amp;",
    "*",
    "_",
    "~",
    "`",
    "```",
    "|",
    '"',
    "'",
    "^",
    "@",
    "#",
    "!",
    "!date^1^",
    "{date}",
    "{ago}",
    ":tada:",
    "script",
    "<img/src=x/onerror=alert(1)>",
    "javascript:",
    "https://x.y/",
    "onerror=",
    "<script>",
]


@given(st.lists(st.sampled_from([*HOSTILE_PIECES, " ", "\n"]), max_size=14).map("".join))
def test_no_text_makes_a_tag_or_an_attribute_of_its_own(text: str):
    tags = _Tags()
    tags.feed(mrkdwn(text, ADA))
    for tag, attributes in tags.found:
        assert tag in ALLOWED_TAGS
        assert set(attributes) <= {"class", "datetime", "href", "rel"}
        assert str(attributes.get("href") or "https://").startswith("https://")
