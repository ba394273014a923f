"""What becomes of the text that a person types."""

import pytest

from workspace.running import RunningWorkspace
from workspace.typed_text import encode


@pytest.mark.parametrize(
    ("typed", "encoded"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("@bo, look", "<@{bo}>, look"),
        ("ask @bo.", "ask <@{bo}>."),
        ("@BO and @Echo", "<@{bo}> and <@{echo}>"),
        ("@Parrot and @parrot", "<@{echo}> and <@{echo}>"),
        ("in #General now", "in <#{general}|general> now"),
        ("@Here all", "<!here> all"),
        ("mail bo@bo", "mail bo@bo"),
        ("@nobody", "@nobody"),
        ("in #general now", "in <#{general}|general> now"),
        ("@here all", "<!here> all"),
        ("see https://example.com/a?b=1&c=2", "see <https://example.com/a?b=1&amp;c=2>"),
        ("already <@{bo}> & <https://example.com|there>", "already <@{bo}> &amp; <https://example.com|there>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
async def test_mentions_and_links_become_control_sequences_and_the_rest_is_escaped(
    workspace: RunningWorkspace, typed, encoded
):
    workspace.app.name = "Parrot"
    ids = {
        "bo": workspace.person("bo").user.id,
        "echo": workspace.credentials.bot_user_id,
        "general": workspace.state.channel_named("general").id,
    }

    assert encode(workspace.state, typed.format(**ids)) == encoded.format(**ids)
