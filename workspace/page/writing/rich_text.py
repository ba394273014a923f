"""rich_text blocks as HTML (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Callable
from html import escape

from workspace.page.writing.emoji import emoji
from workspace.page.writing.links import link
from workspace.page.writing.mrkdwn import date, mention
from workspace.page.writing.reader import Reader
from workspace.records import JsonObject

_STYLES = (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong"))


def rich_text(block: JsonObject, reader: Reader) -> str:
    """Return the HTML of a rich_text block or table cell."""
    return "".join(_element(element, reader) for element in block.get("elements", ()))


def _element(element: JsonObject, reader: Reader) -> str:
    match element.get("type"):
        case "rich_text_list":
            tag = "ol" if element.get("style") == "ordered" else "ul"
            items = "".join(f"<li>{_element(item, reader)}</li>" for item in element.get("elements", ()))
            indent = min(int(element.get("indent", 0)), 8)
            return f'<{tag} class="indent-{indent}">{items}</{tag}>'
        case "rich_text_preformatted":
            return f"<pre>{_inline(element, reader)}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{_inline(element, reader)}</blockquote>"
    return _inline(element, reader)


def _inline(element: JsonObject, reader: Reader) -> str:
    return "".join(_piece(piece, reader) for piece in element.get("elements", ()))


def _piece(piece: JsonObject, reader: Reader) -> str:
    make = _PIECES.get(str(piece.get("type")))
    html = make(piece, reader) if make else escape(str(piece.get("text", "")))
    for style, tag in _STYLES:
        if piece.get("style", {}).get(style):
            html = f"<{tag}>{html}</{tag}>"
    return html


def _text(piece: JsonObject, _: Reader) -> str:
    return escape(piece["text"]).replace("\n", "<br>")


def _user(piece: JsonObject, reader: Reader) -> str:
    user_id = piece["user_id"]
    return mention("@" + (reader.user_name(user_id) or user_id), is_me=user_id == reader.user_id)


def _channel(piece: JsonObject, reader: Reader) -> str:
    return mention("#" + (reader.channel_name(piece["channel_id"]) or reader.say("private_channel")))


_PIECES: dict[str, Callable[[JsonObject, Reader], str]] = {
    "text": _text,
    "user": _user,
    "channel": _channel,
    "link": lambda piece, _: link(piece["url"], piece.get("text") or piece["url"]),
    "emoji": lambda piece, _: escape(emoji(piece["name"])),
    "broadcast": lambda piece, _: mention("@" + piece["range"]),
    "date": lambda piece, reader: escape(
        date(int(piece["timestamp"]), piece.get("format", "{date}"), reader, piece.get("fallback", "")),
    ),
}
