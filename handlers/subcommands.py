"""What each of the bot's commands answers, whether it was typed after `/finetune`, mentioned, or pressed as a button."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from handlers.announcements import Announcements
from handlers.blocks.comparison import comparison
from handlers.blocks.greeting import help_page
from handlers.blocks.kit import Content, actions, button, section
from handlers.blocks.lists import delete_question, event_list, job_list, model_list
from handlers.blocks.usage import usage
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from handlers.permalinks import thread_link
from handlers.reports import Reports
from handlers.requests import Request
from storage.rows import Job, Place, Tenant
from tuning.access import Actor, Viewer, require_change
from tuning.jobs.jobs import Jobs
from tuning.models import Models

MOST_EVENTS = 30


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which language they read, and where."""

    viewer: Viewer
    voice: Voice
    place: Place

    @property
    def tenant(self) -> Tenant:
        return self.viewer.tenant

    @property
    def actor(self) -> Actor:
        return self.viewer.actor


Answer: TypeAlias = Callable[[Asker, str], Awaitable[Content]]
"""What a subcommand answers to its argument."""


@dataclass(frozen=True, slots=True)
class Subcommands:
    """One method a command; each answers with what is shown to whoever asked."""

    jobs: Jobs
    models: Models
    reports: Reports
    announcements: Announcements
    client: AsyncWebClient
    bot_user_id: str

    async def answer(self, asker: Asker, request: Request) -> Content:
        """The answer to a typed request; a word that is no command gets the nearest one suggested."""
        answers: dict[str, Answer] = {
            "start": self.start,
            "jobs": self.list_jobs,
            "status": self.status,
            "events": self.events,
            "cancel": self.cancel,
            "models": self.list_models,
            "delete": self.delete,
            "check": self.check,
            "compare": self.compare,
            "help": self.help,
        }
        return await answers[request.name](asker, request.argument) if request.name else _unknown(asker, request)

    async def start(self, asker: Asker, text: str) -> Content:
        """Where no modal can be opened, the button that opens it."""
        dataset = await self.reports.datasets.find(asker.viewer, text) if text else None
        told = asker.voice("commands.start.button")
        door = button(asker.voice("commands.door.start"), "jobs.start", dataset.id if dataset else "", style="primary")
        return Content(told, (section(told), actions([door])))

    async def list_jobs(self, asker: Asker, _: str) -> Content:
        return job_list(asker.voice, await self.jobs.recent(asker.viewer))

    async def status(self, asker: Asker, text: str) -> Content:
        return await self.announcements.card(asker.voice, await self._job(asker, text))

    async def events(self, asker: Asker, text: str) -> Content:
        job = await self._job(asker, text)
        return event_list(asker.voice, job, await self.jobs.events(asker.viewer, job.id, MOST_EVENTS))

    async def cancel(self, asker: Asker, text: str) -> Content:
        if not text:
            return _asked(asker, "commands.which.job")
        job = await self.jobs.cancel(asker.viewer, text)
        return _asked(asker, "commands.cancelled", name=escape(job.name))

    async def compare(self, asker: Asker, text: str) -> Content:
        job = await self._job(asker, text)
        if not job.comparison:
            return _asked(asker, "commands.compare.waiting", name=escape(job.name))
        return comparison(asker.voice, job, job.comparison)

    async def list_models(self, asker: Asker, _: str) -> Content:
        return model_list(asker.voice, await self.models.recent(asker.viewer))

    async def delete(self, asker: Asker, text: str) -> Content:
        """Asks first; only the button in the answer deletes."""
        if not text:
            return _asked(asker, "commands.which.model")
        model = await self.models.find(asker.viewer, text)
        require_change(asker.actor, model.owner_id, "delete")
        return delete_question(asker.voice, model)

    async def check(self, asker: Asker, text: str) -> Content:
        return await self.reports.newest(asker.voice, asker.viewer, text)

    async def help(self, asker: Asker, _: str) -> Content:
        return help_page(asker.voice)

    async def delete_now(self, asker: Asker, model_id: str) -> Content:
        """What the confirmed button does."""
        model = await self.models.delete(asker.viewer, model_id)
        await self.jobs.redraw(asker.tenant, model.job_id)
        return _asked(asker, "commands.deleted", name=escape(model.name))

    async def keep(self, asker: Asker, model_id: str) -> Content:
        """What the other button of the question does: nothing, which it says."""
        model = await self.models.find(asker.viewer, model_id)
        require_change(asker.actor, model.owner_id, "delete")
        return _asked(asker, "commands.kept", name=escape(model.name))

    async def code(self, asker: Asker, model_id: str) -> Content:
        model = await self.models.find(asker.viewer, model_id)
        return usage(asker.voice, model, self.models.snippet(model))

    async def how_to_ask(self, asker: Asker, model_id: str) -> Content:
        model = await self.models.find(asker.viewer, model_id)
        link = await thread_link(self.client, model.place)
        typed = f"<@{self.bot_user_id}> {quoted_name(model.name)}"
        return _asked(asker, "chat.how", name=escape(model.name), link=link, typed=typed)

    async def _job(self, asker: Asker, text: str) -> Job:
        """The job that is named; without a name the one of this thread, else the newest."""
        if text:
            return await self.jobs.status(asker.viewer, text)
        return await self.jobs.in_thread_or_newest(asker.viewer, asker.place)


def _asked(asker: Asker, key: str, **parameters: str) -> Content:
    told = asker.voice(key, **parameters)
    return Content(told, (section(told),))


def _unknown(asker: Asker, request: Request) -> Content:
    given = escape(clip(request.given, 40))
    if not request.nearest:
        told = asker.voice("commands.unknown.far", given=given)
        return Content(told, (section(told), *help_page(asker.voice).blocks))
    return _asked(asker, "commands.unknown", given=given, nearest=request.nearest)
