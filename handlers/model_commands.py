"""What the commands about tuned models answer."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import EVERYTHING, Answer, Asker, Commands
from handlers.blocks.account import MODELS as ACCOUNT_MODELS
from handlers.blocks.account import with_account
from handlers.blocks.kit import Content
from handlers.blocks.known_model import known_model
from handlers.blocks.lists import Listed, delete_question, model_list
from handlers.blocks.usage import usage
from handlers.mrkdwn import escape, quoted_name
from handlers.permalinks import thread_link
from tuning.access import require_change
from tuning.jobs.jobs import Jobs
from tuning.jobs.serving import Serving
from tuning.models import Models


@dataclass(frozen=True, slots=True)
class ModelCommands:
    """List, use and delete tuned models."""

    models: Models
    jobs: Jobs
    serving: Serving
    of_account: Answer
    """What `models all` answers."""
    client: AsyncWebClient
    bot_user_id: str

    def table(self) -> Commands:
        return Commands(
            typed={"models": self.list_models, "delete": self.delete, "serve": self.serve},
            pressed={
                "models.list": self.list_models,
                "models.code": self.code,
                "models.ask": self.how_to_ask,
                "models.delete": self.delete_now,
            },
            decided={"models.delete.yes": self.delete_now, "models.delete.no": self.keep},
        )

    async def list_models(self, asker: Asker, text: str) -> Content:
        """The team's; `all` lists the account's, and the name of a base model tells what became of it."""
        scope, _, provider = text.partition(" ")
        if scope.lower() in EVERYTHING:
            return await self.of_account(asker, provider)
        if text:
            return known_model(asker.voice, text, await self.models.became(text))
        models = await self.models.recent(asker.viewer)
        ends = await self.models.ends(models)
        listed = Listed(models, ends, self.models.today(), self.models.closing(), asker.actor)
        return with_account(
            asker.voice, model_list(asker.voice, listed), ACCOUNT_MODELS if asker.actor.is_admin else ""
        )

    async def delete(self, asker: Asker, text: str) -> Content:
        """Asks first; only the button in the answer deletes."""
        if not text:
            return asker.told("commands.which.model")
        model = await self.models.find(asker.viewer, text)
        require_change(asker.actor, model.owner_id, "delete")
        return delete_question(asker.voice, model)

    async def delete_now(self, asker: Asker, model_id: str) -> Content:
        """What the confirmed button does."""
        model = await self.models.delete(asker.viewer, model_id)
        await self.jobs.redraw(asker.tenant, model.job_id)
        if model.is_nameless:
            served, provider = quoted_name(model.asked_as), self.models.provider_title(model)
            return asker.told("commands.deleted.deployment", name=escape(model.name), provider=provider, served=served)
        return asker.told("commands.deleted", name=escape(model.name))

    async def keep(self, asker: Asker, model_id: str) -> Content:
        """What the other button of the question does: nothing, which it says."""
        model = await self.models.find(asker.viewer, model_id)
        require_change(asker.actor, model.owner_id, "delete")
        return asker.told("commands.kept", name=escape(model.name))

    async def serve(self, asker: Asker, text: str) -> Content:
        """`serve MODEL DEPLOYMENT`: the name under which somebody has deployed it at its provider."""
        name, _, deployed_as = text.partition(" ")
        if not deployed_as.strip():
            return asker.told("commands.serve.which")
        model = await self.serving.register(asker.viewer, name, deployed_as.strip())
        served = quoted_name(model.asked_as)
        return asker.told("commands.serve.done", name=escape(model.name), served=served, ask=quoted_name(model.name))

    async def code(self, asker: Asker, model_id: str) -> Content:
        model = await self.models.find(asker.viewer, model_id)
        return usage(asker.voice, model, self.models.snippet(model))

    async def how_to_ask(self, asker: Asker, model_id: str) -> Content:
        model = await self.models.find(asker.viewer, model_id)
        link = await thread_link(self.client, model.place)
        typed = f"<@{self.bot_user_id}> {quoted_name(model.name)}"
        return asker.told("chat.how", name=escape(model.name), link=link, typed=typed)
