"""What a person reads off the bot's messages: pure functions over messages in Slack's JSON."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.demo.person import Message

_STEP = re.compile(r"(\d+)\D+?(\d+)\D+?(\d+\.\d{3})\b")
_LATEST = re.compile(r"\b(\d+): (\d+\.\d{3})\b")
_MARKUP = re.compile(r"<!date\^[^|>]*\|([^>]*)>|<[^|>]*\|([^>]*)>")
_MENTION = re.compile(r"<@(\w+)>")
_BOLD = re.compile(r"\*([^*]*)\*")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a training, as the job's card shows it."""

    number: int
    total: int
    loss: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One held-out question with the answers of both models."""

    question: str
    base: str
    tuned: str


def actions(message: Message) -> list[str]:
    """The action ids of a message's buttons."""
    return [str(element.get("action_id")) for element in _elements(message, "actions")]


def steps(message: Message) -> list[Step]:
    """The steps that a job's card tells, in any language.

    Its sentence names two whole numbers and the loss; below the chart stand the newest steps, `38: 2.164`.
    """
    newest = _STEP.search(str(message.get("text") or ""))
    if newest is None:
        return []
    told = [found for element in _elements(message, "context") for found in _LATEST.findall(str(element.get("text")))]
    losses = {int(number): loss for number, loss in told} | {int(newest[1]): newest[3]}
    return [Step(number, int(newest[2]), losses[number]) for number in sorted(losses)]


def lines(message: Message, names: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """A message as a person reads it, top to bottom, without its mark-up and buttons.

    `names` holds what people are called, by user id.
    """
    blocks = message.get("blocks") or []
    texts = [text for block in blocks for text in _texts(block)] or [str(message.get("text") or "")]
    named = [_MENTION.sub(lambda found: f"@{names.get(found[1], found[1])}", text) for text in texts]
    return [plain(line) for text in named for line in text.splitlines() if line.strip()]


def compared(message: Message) -> list[Compared]:
    """The questions of a comparison; empty for every other message."""
    parts = [block for block in message.get("blocks") or [] if block.get("type") in {"divider", "section"}]
    starts = [number for number, block in enumerate(parts) if block["type"] == "divider"]
    questions = [[_said(block) for block in parts[at + 1 : at + 4]] for at in starts]
    return [Compared(*said) for said in questions if len(said) == 3]  # noqa: PLR2004 - a question and two answers.


def plain(text: str) -> str:
    """Slack's mark-up as plain text."""
    text = _MARKUP.sub(lambda found: found[1] or found[2] or "", text)
    text = _BOLD.sub(r"\1", text).replace("`", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _said(section: Message) -> str:
    """A section of a comparison without its bold label: `*base:* words`; a question is all bold."""
    text = str((section.get("text") or {}).get("text") or "")
    label, _, rest = text.partition(":* ")
    return plain(rest if rest and label.startswith("*") else text)


def _elements(message: Message, kind: str) -> Iterator[Message]:
    for block in message.get("blocks") or []:
        if block.get("type") == kind:
            yield from block.get("elements") or []


def _texts(block: Message) -> Iterator[str]:
    match block.get("type"):
        case "section" | "header":
            yield str((block.get("text") or {}).get("text") or "")
        case "context":
            yield " · ".join(str(element.get("text") or "") for element in block.get("elements") or [])
        case "markdown":
            yield str(block.get("text") or "")
