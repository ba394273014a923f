"""The story of the tour: Ada drops a file, starts a job, watches it, and asks the tuned model.

The tour is a client of the workspace, like a person at the page; it never calls the bot's code.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo import sights
from bot.demo.person import Message, Person, Sight
from bot.demo.transcript import Transcript

CHANNEL = "fine-tuning"
QUESTION = "What is the tallest mountain in the world?"
PATIENCE_SECONDS = 90.0
"""Longer than anything but the training takes."""
TRAINING_PATIENCE_SECONDS = 900.0
_ENDED_BADLY = "jobs.again"
_READY = "models.ask"


class TourFailed(Exception):
    """The bot answered otherwise than the tour expects; `str()` is what it said."""

    def __init__(self, said: list[str]) -> None:
        super().__init__("\n".join(said))


@dataclass(slots=True)
class Tour:
    """Plays the story as one person, and prints what that person sees."""

    person: Person
    transcript: Transcript
    dataset: Path
    is_mentioning: bool = False
    """Whether the bot is mentioned wherever it is to hear something."""
    mention: str = ""
    channel_id: str = ""
    names: dict[str, str] = field(default_factory=dict)
    """What the people are called, by user id."""

    async def play(self) -> None:
        """From the dropped file to an answer in the thread.

        Raises:
            TourFailed: the bot refused the file or the job.
            WorkspaceRefused: the workspace refused an act.
        """
        self.channel_id, self.names = await self.person.channel(CHANNEL), await self.person.names()
        app_user_id = await self.person.app_user()
        self.mention = f"<@{app_user_id}>" if self.is_mentioning else ""
        await self.person.act("invite", channel_id=self.channel_id, user_id=app_user_id)
        with self.transcript.chapter("file"):
            await self._drop_the_file()
        with self.transcript.chapter("start"):
            card = await self._start_the_job()
        with self.transcript.chapter("training"):
            await self._watch_it_train(card)
        with self.transcript.chapter("comparison"):
            await self._read_the_comparison()
        with self.transcript.chapter("answer"):
            await self._ask(card)

    async def _drop_the_file(self) -> None:
        self.transcript.say("demo.drop", file=self.dataset.name, channel=CHANNEL)
        since = self.person.now
        content = self.dataset.read_bytes()
        dropped = await self.person.drop(self.channel_id, self.dataset.name, content, self.mention)
        report = await self._message(since, lambda message: _is_report(message, dropped["ts"]))
        self.transcript.quote(sights.lines(report))
        if "jobs.start" not in sights.actions(report):
            raise TourFailed(sights.lines(report))

    async def _start_the_job(self) -> Message:
        name = self.dataset.stem
        self.transcript.say("demo.command", command=f"/finetune start {name}")
        since = self.person.now
        await self.person.act("command", channel_id=self.channel_id, command="/finetune", text=f"start {name}")
        view = await self._first(_start_form, since)
        self.transcript.say("demo.modal")
        errors = (await self.person.act("submit_view", view_id=view["id"]))["errors"]
        if errors:
            raise TourFailed([f"{field}: {error}" for field, error in errors.items()])
        card = await self._message(since, _is_card)
        self.transcript.quote(sights.lines(card, self.names)[:3])
        return card

    async def _watch_it_train(self, card: Message) -> None:
        """Print each step the card shows, until the card says that the model is ready."""
        shown: set[int] = set()

        def ended(sight: Sight) -> Message | None:
            message = sight.message
            if message.get("ts") != card["ts"]:
                return None
            for step in sights.steps(message):
                if step.number not in shown:
                    shown.add(step.number)
                    number, total = str(step.number).rjust(3), str(step.total)
                    self.transcript.say("demo.step", step=number, total=total, loss=step.loss)
            return message if _has_any(message, {_READY, _ENDED_BADLY}) else None

        last = await self._first(ended, 0, patience_seconds=TRAINING_PATIENCE_SECONDS)
        if _READY not in sights.actions(last):
            raise TourFailed(sights.lines(last))

    async def _read_the_comparison(self) -> None:
        questions = sights.compared(await self._message(0, lambda message: bool(sights.compared(message))))
        for asked in questions:
            self.transcript.line(f"? {asked.question}", indent=2)
            self.transcript.say_at(4, "demo.base", answer=asked.base)
            self.transcript.say_at(4, "demo.tuned", answer=asked.tuned)

    async def _ask(self, card: Message) -> None:
        self.transcript.say("demo.ask", question=QUESTION)
        thread_ts = card.get("thread_ts") or card["ts"]
        since = self.person.now
        question = f"{self.mention} {QUESTION}".strip()
        asked = await self.person.act("post", channel_id=self.channel_id, text=question, thread_ts=thread_ts)
        answer = await self._message(since, lambda message: _is_answer(message, thread_ts, asked["ts"]))
        self.transcript.quote(sights.lines(answer))

    async def _message(self, since: int, wanted: Callable[[Message], bool]) -> Message:
        def found(sight: Sight) -> Message | None:
            message = sight.message
            return message if message.get("bot_id") and wanted(message) else None

        return await self._first(found, since)

    async def _first(
        self, found: Callable[[Sight], Message | None], since: int, patience_seconds: float = PATIENCE_SECONDS
    ) -> Message:
        try:
            async with asyncio.timeout(patience_seconds):
                return await self.person.memory.first(found, since)
        except TimeoutError as error:
            raise TourFailed([self.transcript.text("demo.failed.stuck", seconds=int(patience_seconds))]) from error


def _start_form(sight: Sight) -> Message | None:
    """The modal; or, where the bot answered the command with words to this person alone, those end the tour."""
    if sight.kind == "ephemeral_posted":
        raise TourFailed(sights.lines(sight.message))
    view: Message = sight.details.get("view") or {}
    return view if view.get("callback_id") == "jobs.start" else None


def _has_any(message: Message, action_ids: set[str]) -> bool:
    return not action_ids.isdisjoint(sights.actions(message))


def _is_report(message: Message, file_ts: str) -> bool:
    return message.get("thread_ts") == file_ts and _has_any(message, {"jobs.start", "datasets.findings"})


def _is_card(message: Message) -> bool:
    return "jobs.events" in sights.actions(message)


def _is_answer(message: Message, thread_ts: str, asked_ts: str) -> bool:
    is_in_thread = message.get("thread_ts") == thread_ts and float(message["ts"]) > float(asked_ts)
    is_streaming = (message.get("stream") or {}).get("state") == "in_progress"
    return is_in_thread and not is_streaming and not sights.actions(message)
