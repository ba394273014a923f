"""Talking: commands by mention, and questions that the tuned model of a thread answers."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from slack_sdk.errors import SlackClientError

from handlers.answers import AnswerWriter
from handlers.asker import Asker
from handlers.blocks.greeting import greeting
from handlers.blocks.job_card import stage_name
from handlers.blocks.kit import Content, section
from handlers.envelopes import answer_place
from handlers.errors import explanation, incident
from handlers.language import Voice, clock_time
from handlers.mrkdwn import escape
from handlers.outbox import Outbox
from handlers.people import People
from handlers.requests import Request, read_request
from handlers.streams import Reader, Streams
from handlers.subcommands import Subcommands
from storage.rows import JSON, Job, Model, Place, Tenant, Turn
from tuning.access import require_member
from tuning.chat import Chat
from tuning.errors import UserFacingError
from tuning.jobs.jobs import Jobs
from tuning.models import Models

logger = logging.getLogger(__name__)

_FOR_SOMEBODY_ELSE = re.compile(r"\s*<@[A-Z0-9]+(?:\|[^>]*)?>")
_AFTER_A_NAME = ":,，："
_COMMAND_WORDS = 2
"""Inside a job's thread a longer text is a question, even when it begins with the name of a command."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything posted here goes out once, under the ts of the message it answers."""

    people: People
    outbox: Outbox
    subcommands: Subcommands
    jobs: Jobs
    models: Models
    chat: Chat
    streams: Streams
    new_id: Callable[[], str]

    async def addressed(self, tenant: Tenant, event: JSON, text: str) -> None:
        """Words meant for us: a direct message, or a mention without it."""
        asker, request = await self._asker(tenant, event), read_request(text)
        if not await self._understood(asker, event, request, text):
            await self._say(asker, event, await self._unknown(asker, request))

    async def beside_files(self, tenant: Tenant, event: JSON, text: str) -> None:
        """Words meant for us, beside files that are being checked: the report answers 'is this good?', but no question to a model."""
        request = read_request(text)
        if not request.given or request.name == "check":
            return
        asker = await self._asker(tenant, event)
        if not await self._understood(asker, event, request, text):
            named = [model for model in await self.models.recent(asker.viewer) if is_named(model.name, text)]
            if len(named) == 1:
                await self._ask(asker, event, named[0], text)

    async def _understood(self, asker: Asker, event: JSON, request: Request, text: str) -> bool:
        """Answer a command, or a question to a model or job; False where the words are neither."""
        home = await self._home_of(asker.tenant, asker.place)
        is_question = home and len(text.split()) > _COMMAND_WORDS
        if not request.given or (request.name and not is_question):
            await self._say(asker, event, await self.subcommands.answer(asker, request))
            return True
        name, words = request.given.rstrip(_AFTER_A_NAME), text.strip().removeprefix(request.given)
        if model := await self.models.named(asker.viewer, name):
            await self._ask_by_name(asker, event, model, words)
        elif named := await self.jobs.named(asker.viewer, name):
            await self._ask_job(asker, event, named, words)
        elif home:
            await self._ask_thread(asker, event, home, text)
        else:
            return False
        return True

    async def overheard(self, tenant: Tenant, event: JSON, text: str) -> None:
        """A reply in a thread, not addressed to anybody: in the thread of a job or a model it is a question."""
        if not text.strip() or _FOR_SOMEBODY_ELSE.match(text):
            return
        home = await self._home_of(tenant, answer_place(event))
        if home:
            await self._ask_thread(await self._asker(tenant, event), event, home, text)

    async def _home_of(self, tenant: Tenant, place: Place) -> Job | Model | None:
        """Whose thread it is: the newest job's that lives there, else that of a model made elsewhere."""
        return await self.jobs.in_thread(tenant, place) or await self.models.in_thread(tenant, place)

    async def resume(self) -> None:
        """Finish the answers that a crash interrupted."""
        async for turn in self.chat.unfinished():
            try:
                await self._resume(turn)
            except Exception:
                # The edge of one turn: a thread that can't be written to must not keep the others from their answers.
                logger.exception("answer_not_resumed", extra={"turn_id": turn.id})

    async def _resume(self, turn: Turn) -> None:
        try:
            await self._write(turn)
        except UserFacingError as error:
            await self._say_instead(turn, explanation(await self._voice(turn), error))
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            incident_id = self.new_id()
            logger.exception("answer_not_shown", extra={"turn_id": turn.id, "incident_id": incident_id})
            await self._say_instead(turn, incident(await self._voice(turn), incident_id))

    async def _ask_thread(self, asker: Asker, event: JSON, home: Job | Model, question: str) -> None:
        """The newest model of the thread answers; where there is none, its newest job says how far it is."""
        model = await self.models.in_thread(asker.tenant, asker.place)
        if model and model.deleted_at is None:
            await self._ask(asker, event, model, question)
        elif isinstance(home, Job):
            await self._say(asker, event, why_silent(asker.voice, home, model))
        elif home.deleted_at:
            await self._say(asker, event, deleted(asker.voice, home, home.deleted_at))

    async def _ask_job(self, asker: Asker, event: JSON, job: Job, words: str) -> None:
        """A job is named, by an id of its own or since it has no model that could answer."""
        model = await self.models.of_job(job)
        if model and model.deleted_at is None:
            await self._ask_by_name(asker, event, model, words)
        else:
            await self._say(asker, event, why_silent(asker.voice, job, model))

    async def _unknown(self, asker: Asker, request: Request) -> Content:
        """To words that are no command: a greeting is greeted, where nobody else reads it."""
        is_small_talk = asker.place.channel_id.startswith("D") and not request.nearest
        return greeting(asker.voice) if is_small_talk else await self.subcommands.answer(asker, request)

    async def _ask_by_name(self, asker: Asker, event: JSON, model: Model, words: str) -> None:
        """`marv What is the capital of France?` asks the model of that name, wherever it is said."""
        if question := words.lstrip(f" {_AFTER_A_NAME}"):
            await self._ask(asker, event, model, question)
        else:
            told = asker.voice("chat.no_question", name=escape(model.name))
            await self._say(asker, event, Content(told, (section(told),)))

    async def _ask(self, asker: Asker, event: JSON, model: Model, question: str) -> None:
        require_member(asker.actor)
        turn = await self.chat.ask(
            asker.tenant,
            place=asker.place,
            asked_by=asker.actor.user_id,
            message_ts=str(event["ts"]),
            question=question,
            model=model,
        )
        if turn is not None:
            await self._write(turn)

    async def _write(self, turn: Turn) -> None:
        reader = Reader(turn.tenant.team_id, turn.asked_by, turn.place)
        writer = AnswerWriter(self.streams, reader)
        async with self.chat.answering(turn) as pieces:
            await writer.write(pieces)
        if not writer.first_ts:
            told = (await self._voice(turn))("chat.empty")
            await self._say_instead(turn, Content(told, (section(told),)))

    async def _say_instead(self, turn: Turn, content: Content) -> None:
        """What stands in the thread where the answer should."""
        await self.outbox.put(turn.tenant, f"answer:{turn.id}", turn.place, content)

    async def _voice(self, turn: Turn) -> Voice:
        return await self.people.voice_in(turn.tenant, turn.place.channel_id, turn.asked_by)

    async def _asker(self, tenant: Tenant, event: JSON) -> Asker:
        user_id, place = str(event["user"]), answer_place(event)
        voice = await self.people.voice_in(tenant, place.channel_id, user_id)
        is_alone = place.channel_id.startswith("D")
        viewer = await self.people.viewer(tenant, user_id, place.channel_id, is_alone=is_alone)
        return Asker(viewer, voice, place)

    async def _say(self, asker: Asker, event: JSON, content: Content) -> None:
        key = f"reply:{asker.place.channel_id}:{event['ts']}"
        await self.outbox.put(asker.tenant, key, asker.place, content)


def is_named(name: str, text: str) -> bool:
    """Whether a text names something in passing, in whatever case; Chinese puts no spaces around a name."""
    return bool(re.search(rf"(?<![a-z0-9_-]){re.escape(name.lower())}(?![a-z0-9_-])", text.lower()))


def why_silent(voice: Voice, job: Job, model: Model | None) -> Content:
    """Why a question to a job has no answer: its model was deleted, or there is none."""
    if model and model.deleted_at and job.status.is_final:
        return deleted(voice, model, model.deleted_at)
    return not_ready(voice, job)


def deleted(voice: Voice, model: Model, deleted_at: datetime) -> Content:
    """Why a thread in which a model answered has fallen silent."""
    told = voice("chat.deleted", name=escape(model.name), at=clock_time(deleted_at))
    return Content(told, (section(told),))


def not_ready(voice: Voice, job: Job) -> Content:
    """How far the training is, or why it will never answer."""
    name, stage = escape(job.name), stage_name(voice, job)
    if job.status.is_final:
        told = voice("chat.no_model", name=name, stage=stage)
    elif job.step is not None and job.total_steps:
        told = voice("chat.not_ready.step", name=name, stage=stage, step=job.step, total=job.total_steps)
    else:
        told = voice("chat.not_ready", name=name, stage=stage)
    return Content(told, (section(told),))
