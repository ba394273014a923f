"""Slack's mrkdwn as HTML, safe by construction: every character of the text leaves here escaped.

The syntax is that of docs.slack.dev/messaging/formatting-message-text.
"""

import re
from datetime import UTC, datetime
from html import escape
from itertools import groupby

from workspace.page.writing.emoji import emoji, with_emoji
from workspace.page.writing.links import link
from workspace.page.writing.viewer import Viewer

_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<control>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<strong>(?=\S)[^*\n]+(?<=\S))\*(?![\w*])"
    r"|(?<![\w_])_(?P<em>(?=\S)[^_\n]+(?<=\S))_(?![\w_])"
    r"|(?<![\w~])~(?P<s>(?=\S)[^~\n]+(?<=\S))~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+'-]+):",
)
_QUOTE_MARKS = ("&gt;", ">")
_AGO = "{ago}"
_DATE_TOKEN = re.compile(r"\{(\w+)\}")


def mrkdwn(text: str, viewer: Viewer) -> str:
    """Return the HTML of a mrkdwn text, as this viewer sees its mentions and dates."""
    pieces = []
    for index, part in enumerate(_FENCE.split(text)):
        if index % 2:
            pieces.append(f"<pre>{literal(part)}</pre>")
        elif part:
            pieces.append(_lines(part, viewer))
    return "".join(pieces)


def plain(text: str) -> str:
    """Return the HTML of a plain_text object: no markup but emoji and line breaks."""
    return with_emoji(literal(text)).replace("\n", "<br>")


def literal(text: str) -> str:
    """Escape text in which Slack has already written & < and > as entities, without doing so twice."""
    return escape(_entities_back(text))


def _lines(text: str, viewer: Viewer) -> str:
    html = []
    for is_quote, lines in groupby(text.split("\n"), key=lambda line: line.startswith(_QUOTE_MARKS)):
        if is_quote:
            inner = "<br>".join(inline(_without_quote_mark(line), viewer) for line in lines)
            html.append(f"<blockquote>{inner}</blockquote>")
        else:
            html.append("<br>".join(inline(line, viewer) for line in lines))
    return "".join(html)


def _without_quote_mark(line: str) -> str:
    return line.removeprefix(_QUOTE_MARKS[0]).removeprefix(_QUOTE_MARKS[1]).removeprefix(" ")


def inline(text: str, viewer: Viewer) -> str:
    """Return the HTML of one line: emphasis, code, links, mentions, dates and emoji."""
    html, end = [], 0
    for match in _INLINE.finditer(text):
        html += [literal(text[end : match.start()]), _marked(match, viewer)]
        end = match.end()
    return "".join([*html, literal(text[end:])])


def _marked(match: re.Match[str], viewer: Viewer) -> str:
    kind, inner = str(match.lastgroup), match[str(match.lastgroup)]
    if kind == "code":
        return f"<code>{literal(inner)}</code>"
    if kind == "control":
        return _control(inner, viewer)
    if kind == "emoji":
        return escape(emoji(inner))
    return f"<{kind}>{inline(inner, viewer)}</{kind}>"


def _control(content: str, viewer: Viewer) -> str:
    """Return the HTML of what stands between angle brackets: a mention, a date or a link."""
    target, _, label = content.partition("|")
    if target.startswith("@"):
        return mention("@" + (viewer.user_name(target[1:]) or label or target[1:]), is_me=target[1:] == viewer.user_id)
    if target.startswith("#"):
        return mention("#" + (viewer.channel_name(target[1:]) or label or viewer.say("private_channel")))
    if target.startswith("!date^"):
        return _date(target, label, viewer)
    if target.startswith("!"):
        return mention("@" + (label or target[1:].partition("^")[0]).removeprefix("@"))
    return link(_entities_back(target), _entities_back(label or target))


def mention(name: str, *, is_me: bool = False) -> str:
    """Return a highlighted @name or #channel."""
    css = "mention mention-me" if is_me else "mention"
    return f'<span class="{css}">{literal(name)}</span>'


def _date(target: str, fallback: str, viewer: Viewer) -> str:
    _, seconds, form, *rest = [*target.split("^"), "", ""]
    if not seconds.isdigit():
        return literal(fallback or target)
    url = rest[0] if rest else ""
    if url:
        return link(_entities_back(url), date(int(seconds), form, viewer, fallback))
    return dated(int(seconds), form, viewer, fallback)


def dated(seconds: int, form: str, viewer: Viewer, fallback: str = "") -> str:
    """Return the HTML of a date; what {ago} stands for is marked, so that the browser can keep it true."""
    shown = date(seconds, form, viewer, fallback)
    if _AGO not in form or shown in {form, fallback}:
        return f"<time>{literal(shown)}</time>"
    moment = datetime.fromtimestamp(seconds, UTC).isoformat()
    ago = f'<time class="ago" datetime="{moment}">{literal(date(seconds, _AGO, viewer))}</time>'
    return ago.join(literal(date(seconds, part, viewer)) for part in form.split(_AGO))


def date(seconds: int, form: str, viewer: Viewer, fallback: str = "") -> str:
    """Fill a date format such as `{date_short} at {time}`; an unknown token leads to the fallback text."""
    filled = {token: viewer.date_token(token, seconds) for token in _DATE_TOKEN.findall(form)}
    if None in filled.values():
        return fallback or form
    return _DATE_TOKEN.sub(lambda match: str(filled[match[1]]), form)


def _entities_back(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
