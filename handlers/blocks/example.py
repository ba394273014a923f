"""The example datasets: which there are, and what is said around the one that somebody tries."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers.blocks.kit import Block, Content, actions, button, section
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from storage.rows import Dataset
from tuning.advice.pieces import Use
from tuning.texts import Language

USUAL: Final = "marv"
"""The example that is tried where nobody has chosen."""

EXAMPLES: Final[Mapping[Language, Mapping[Use, str]]] = MappingProxyType(
    {
        "en": {Use.TONE: USUAL, Use.FORMAT: "rooms-json", Use.COMPLEX: "returns-policy", Use.NARROW: "ticket-labels"},
        "zh": {
            Use.TONE: "tea-house-zh",
            Use.FORMAT: "orders-json-zh",
            Use.COMPLEX: "travel-policy-zh",
            Use.NARROW: "ticket-labels-zh",
        },
    }
)
"""One for each use and language; the name of a file in the folder of examples, without its ending."""

TRIED: Final = "welcome.example"
"""The action of the buttons that try one; behind it, after a full stop, the example's name."""
LISTED: Final = "welcome.more_examples"


def example_of(action_id: str) -> str:
    """The file of the example that a button stands for; the usual one's for a button, or a name, that knows none."""
    name = action_id.removeprefix(TRIED).removeprefix(".")
    known = {one for of_language in EXAMPLES.values() for one in of_language.values()}
    return f"{name if name in known else USUAL}.jsonl"


def example_choice(voice: Voice) -> Content:
    """An example for every use, those in the reader's language first."""
    told = voice("examples.choice")
    languages = sorted(EXAMPLES, key=lambda language: language != voice.language)
    blocks: list[Block] = [section(told)]
    for language in languages:
        blocks.append(section(f"*{voice(f'examples.language.{language}')}*"))
        blocks += [_offered(voice, use, name) for use, name in EXAMPLES[language].items()]
    return Content(told, tuple(blocks))


def _offered(voice: Voice, use: Use, name: str) -> Block:
    line = f"*{voice(f'advise.use.{use}')}*\n{voice(f'examples.{name}')}"
    return section(line, button(voice("examples.try"), f"{TRIED}.{name}"))


def example_root(voice: Voice, owner_id: str, file_name: str) -> Content:
    """The message in whose thread the report follows."""
    about = voice(f"examples.{file_name.removesuffix('.jsonl')}")
    told = voice("first.example.root", owner=f"<@{owner_id}>", file=quoted_name(file_name), about=about)
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
