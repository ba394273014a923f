"""Markdown blocks and rich text as HTML."""

from random import SystemRandom

import pytest

from workspace.ids import Ids
from workspace.page.writing.markdown import markdown
from workspace.page.writing.rich_text import rich_text
from workspace.page.writing.viewer import Viewer
from workspace.world import marvellous

STATE = marvellous(Ids(lambda: 1_800_000_000.0, SystemRandom()))
ADA = Viewer(STATE, STATE.user_named("ada").id)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Title", "<h1>Title</h1>\n"),
        ("**b** *i* ~~s~~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>\n"),
        ("one\ntwo", "<p>one<br />\ntwo</p>\n"),
        ("done :tada: `:tada:`", "<p>done 🎉 <code>:tada:</code></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("**not closed yet", "<p>**not closed yet</p>\n"),
    ],
)
def test_markdown_is_marked_up_and_raw_html_stays_text(text: str, html: str):
    assert markdown(text) == html


def test_a_code_block_that_is_still_being_streamed_is_one_already():
    assert markdown("```python\nprint(1)") == '<pre><code class="language-python">print(1)</code></pre>\n'


def test_a_picture_in_markdown_is_a_link_and_never_fetched():
    html = markdown("![curve](https://example.com/a.png)")
    assert "<img" not in html
    assert '<a href="https://example.com/a.png">curve</a>' in html


def test_rich_text_keeps_its_lists_styles_and_mentions():
    words = {"type": "text", "text": "a <b>", "style": {"bold": True, "code": True}}
    mention = {"type": "user", "user_id": STATE.user_named("bo").id}
    items = [{"type": "rich_text_section", "elements": [piece]} for piece in (words, mention)]
    block = {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}
    assert rich_text(block, ADA) == (
        '<ul class="indent-0"><li><strong><code>a &lt;b&gt;</code></strong></li>'
        '<li><span class="mention">@bo</span></li></ul>'
    )


def test_a_kind_of_rich_text_that_is_new_to_the_page_shows_its_text():
    block = {"elements": [{"type": "rich_text_section", "elements": [{"type": "hologram", "text": "<i>"}]}]}
    assert rich_text(block, ADA) == "&lt;i&gt;"
