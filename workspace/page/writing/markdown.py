"""Standard Markdown, as markdown blocks and streamed answers carry it, as HTML; raw HTML in it stays text."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from workspace.page.writing.emoji import with_emoji

# Pictures are left as links: the page fetches nothing from other hosts, whatever a model writes.
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True})
_PARSER.enable(["table", "strikethrough"]).disable(["image", "html_block", "html_inline"])


def markdown(text: str) -> str:
    """Return the HTML of a Markdown text, complete or still being streamed."""
    tokens = _PARSER.parse(text)
    for token in tokens:
        for child in token.children or ():
            _put_emoji(child)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _put_emoji(token: Token) -> None:
    if token.type == "text":
        token.content = with_emoji(token.content)
