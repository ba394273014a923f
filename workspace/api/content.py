"""What a message is to say: text, markdown_text, blocks and attachments, checked together."""

from dataclasses import dataclass

from workspace.api.arguments import Arguments
from workspace.blocks.check import check_message_blocks
from workspace.errors import SlackError
from workspace.records import JsonObject

# docs.slack.dev/reference/methods/chat.postMessage and chat.update.
MAX_POSTED_CHARACTERS = 40_000
MAX_UPDATED_CHARACTERS = 4_000
MAX_MARKDOWN_CHARACTERS = 12_000
MAX_ATTACHMENTS = 100


@dataclass(frozen=True, slots=True)
class Content:
    """The checked content of a call; None where the call said nothing of it."""

    text: str | None
    blocks: list[JsonObject] | None
    attachments: list[JsonObject] | None
    is_markdown: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.text or self.blocks or self.attachments)


def read_content(arguments: Arguments) -> Content:
    """Read and check what a message is to say.

    Raises markdown_text_conflict, msg_too_long, invalid_blocks_format, invalid_blocks, msg_blocks_too_long,
    invalid_attachments or too_many_attachments.
    """
    text = arguments.text("text")
    blocks = arguments.objects("blocks", "invalid_blocks_format")
    markdown = read_markdown(arguments)
    if markdown is not None:
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if blocks:
        check_message_blocks(blocks)
    attachments = arguments.objects("attachments", "invalid_attachments")
    if attachments and len(attachments) > MAX_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return Content(text, blocks, attachments, is_markdown=markdown is not None)


def read_markdown(arguments: Arguments) -> str | None:
    """Return markdown_text; raises msg_too_long above 12,000 characters."""
    markdown = arguments.text("markdown_text")
    if markdown and len(markdown) > MAX_MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    return markdown


def read_metadata(arguments: Arguments) -> JsonObject | None:
    """Return message metadata: an event_type and an event_payload."""
    metadata = arguments.object("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    is_whole = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not is_whole:
        raise SlackError("invalid_metadata_format")
    return metadata
