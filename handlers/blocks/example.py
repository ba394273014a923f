"""What is said around the example dataset."""

from handlers.blocks.kit import Content, actions, button, section
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from storage.rows import Dataset


def example_root(voice: Voice, owner_id: str, file_name: str) -> Content:
    """The message in whose thread the report follows."""
    told = voice("first.example.root", owner=f"<@{owner_id}>", file=quoted_name(file_name))
    return Content(told, (section(told),))


def put_elsewhere(voice: Voice, link: str) -> Content:
    """The way to the example, for somebody who pressed where we may not post it."""
    told = voice("first.example.elsewhere", link=link)
    return Content(told, (section(told),))


def already_there(voice: Voice, dataset: Dataset, link: str) -> Content:
    """The way back to the example, for somebody who has it."""
    told = voice("first.example.again", name=quoted_name(dataset.name), link=link)
    start = button(voice("report.start"), "jobs.start", dataset.id, style="primary")
    return Content(told, (section(told), actions([start])))
