"""What administrators see of a provider account as a whole, and what they take into the team."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Answer, Asker, Commands
from handlers.blocks.account import IMPORT_JOB, IMPORT_MODEL, JOBS, MODELS, account_jobs, account_models
from handlers.blocks.kit import Content
from handlers.mrkdwn import escape, quoted_name
from handlers.new_threads import open_thread
from handlers.permalinks import thread_link
from storage.rows import Place
from tuning.jobs.account import Account


@dataclass(frozen=True, slots=True)
class AccountCommands:
    """Lists with Next and Previous, and Import."""

    account: Account
    client: AsyncWebClient
    providers: Mapping[str, str]
    """All that are set up, with their names in sentences."""

    def table(self) -> Commands:
        turns = ["previous", "next", *(f"at.{name}" for name in self.providers)]
        lists: dict[str, Answer] = {JOBS: self.jobs, MODELS: self.models}
        return Commands(
            pressed={**lists, IMPORT_JOB: self.import_job, IMPORT_MODEL: self.import_model},
            decided={f"{name}.{turn}": answer for name, answer in lists.items() for turn in turns},
        )

    async def jobs(self, asker: Asker, text: str) -> Content:
        """`[provider [after ...]]`: what each page so far was asked with, the wanted one last; the first with nothing."""
        provider, *asked_with = text.split(" ")
        page = await self.account.list_jobs(asker.viewer, provider, asked_with[-1] if asked_with else "")
        return account_jobs(asker.voice, page, asked_with or [""], self.providers)

    async def models(self, asker: Asker, text: str) -> Content:
        """`[provider [page]]`."""
        provider, _, page = text.partition(" ")
        shown = await self.account.list_models(asker.viewer, provider, int(page) if page.isdecimal() else 0)
        models = self.account.ends
        return account_models(asker.voice, shown, models.today(), models.closing(), self.providers)

    async def import_job(self, asker: Asker, value: str) -> Content:
        """`provider job`."""
        provider, _, job_id = value.partition(" ")

        async def place() -> Place:
            told = asker.voice("account.imported.job", user=f"<@{asker.actor.user_id}>", id=quoted_name(job_id))
            return await open_thread(self.client, asker, told)

        job = await self.account.import_job(asker.viewer, provider, job_id, place)
        link = await thread_link(self.client, job.place)
        return asker.told("account.imported.job.done", name=escape(job.name), link=link)

    async def import_model(self, asker: Asker, value: str) -> Content:
        """`provider model`."""
        provider, _, model_id = value.partition(" ")

        async def place() -> Place:
            told = asker.voice("account.imported.model", user=f"<@{asker.actor.user_id}>", id=quoted_name(model_id))
            return await open_thread(self.client, asker, told)

        model = await self.account.import_model(asker.viewer, provider, model_id, place)
        link = await thread_link(self.client, model.place)
        return asker.told(
            "account.imported.model.done", name=escape(model.name), ask=quoted_name(model.name), link=link
        )
