"""rich_text blocks as HTML (docs.slack.dev/reference/block-kit/blocks/rich-text-block)."""

from collections.abc import Callable
from html import escape

from workspace.page.writing.emoji import emoji
from workspace.page.writing.links import link
from workspace.page.writing.mrkdwn import dated, mention
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

_STYLES = (("code", "code"), ("strike", "s"), ("italic", "em"), ("bold", "strong"))


def rich_text(block: JsonObject, viewer: Viewer) -> str:
    """Return the HTML of a rich_text block or table cell."""
    return "".join(_element(element, viewer) for element in block.get("elements", ()))


def _element(element: JsonObject, viewer: Viewer) -> str:
    match element.get("type"):
        case "rich_text_list":
            tag = "ol" if element.get("style") == "ordered" else "ul"
            items = "".join(f"<li>{_element(item, viewer)}</li>" for item in element.get("elements", ()))
            indent = min(int(element.get("indent", 0)), 8)
            return f'<{tag} class="indent-{indent}">{items}</{tag}>'
        case "rich_text_preformatted":
            return f"<pre>{_inline(element, viewer)}</pre>"
        case "rich_text_quote":
            return f"<blockquote>{_inline(element, viewer)}</blockquote>"
    return _inline(element, viewer)


def _inline(element: JsonObject, viewer: Viewer) -> str:
    return "".join(_piece(piece, viewer) for piece in element.get("elements", ()))


def _piece(piece: JsonObject, viewer: Viewer) -> str:
    make = _PIECES.get(str(piece.get("type")))
    html = make(piece, viewer) if make else escape(str(piece.get("text", "")))
    for style, tag in _STYLES:
        if piece.get("style", {}).get(style):
            html = f"<{tag}>{html}</{tag}>"
    return html


def _text(piece: JsonObject, _: Viewer) -> str:
    return escape(piece["text"]).replace("\n", "<br>")


def _user(piece: JsonObject, viewer: Viewer) -> str:
    user_id = piece["user_id"]
    return mention("@" + (viewer.user_name(user_id) or user_id), is_me=user_id == viewer.user_id)


def _channel(piece: JsonObject, viewer: Viewer) -> str:
    return mention("#" + (viewer.channel_name(piece["channel_id"]) or viewer.say("private_channel")))


_PIECES: dict[str, Callable[[JsonObject, Viewer], str]] = {
    "text": _text,
    "user": _user,
    "channel": _channel,
    "link": lambda piece, _: link(piece["url"], piece.get("text") or piece["url"]),
    "emoji": lambda piece, _: escape(emoji(piece["name"])),
    "broadcast": lambda piece, _: mention("@" + piece["range"]),
    "date": lambda piece, viewer: dated(
        int(piece["timestamp"]), piece.get("format", "{date}"), viewer, piece.get("fallback", "")
    ),
}
