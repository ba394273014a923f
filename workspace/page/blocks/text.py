"""Text objects: plain_text or mrkdwn (docs.slack.dev/reference/block-kit/composition-objects/text-object)."""

from workspace.page.writing.mrkdwn import mrkdwn, plain
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject


def text_html(text: JsonObject, viewer: Viewer) -> str:
    """Return the HTML of a text object."""
    return mrkdwn(text["text"], viewer) if text["type"] == "mrkdwn" else plain(text["text"])
