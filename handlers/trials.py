"""Trying a prompt: the form opens, ten rows are asked durably, and the answers are marked where they stand."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Asker
from handlers.blocks.advice import TRY
from handlers.blocks.kit import Block, Content, section
from handlers.blocks.start_job_modal import loading_modal, notice_modal
from handlers.blocks.trial import BAD, GOOD, being_tried, mark_of, trial_page
from handlers.blocks.trial_modal import CALLBACK_ID, TrialForm, draft_of, trial_modal
from handlers.commands import asker_of
from handlers.errors import sentence
from handlers.outbox import Outbox
from handlers.patience import patiently, until_done
from handlers.people import People
from handlers.permalinks import thread_link
from handlers.private_answers import PrivateAnswers
from handlers.refusals import refusal
from storage.rows import JSON, Place, Tenant, Trial
from tuning.access import require_member
from tuning.errors import UserFacingError
from tuning.trials.trials import Trials


@dataclass(frozen=True, slots=True)
class TrialHandlers:
    client: AsyncWebClient
    people: People
    outbox: Outbox
    trials: Trials
    pause: Callable[[float], Awaitable[None]]

    def register(self, interactions: AsyncApp) -> None:
        interactions.action(TRY)(self.opened)
        interactions.view(CALLBACK_ID)(self.submitted)
        interactions.action(GOOD)(self.marked)
        interactions.action(BAD)(self.marked)

    async def opened(self, ack: AsyncAck, body: JSON, action: JSON) -> None:
        """At once with a notice, since a trigger lives three seconds; then with the form."""
        await ack()
        asker = await asker_of(self.people, body)
        require_member(asker.actor)
        opened = await self.client.views_open(trigger_id=body["trigger_id"], view=loading_modal(asker.voice))
        try:
            view = await self._form(asker, str(action["value"]))
        except UserFacingError as error:
            # The modal is open already, and would say for ever that it is looking things up.
            view = notice_modal(asker.voice, sentence(asker.voice, error))
        try:
            await self.client.views_update(view_id=opened["view"]["id"], view=view)
        except SlackApiError as error:
            # It may have been closed by now.
            if refusal(error) != "not_found":
                raise

    async def submitted(
        self, ack: AsyncAck, body: JSON, view: JSON, respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        """Have the rows asked; the same view is one trial, however often it is sent."""
        origin = json.loads(view["private_metadata"])
        asker = await asker_of(self.people, body | {"channel_id": origin["channel_id"]})
        trial = await self.trials.begin(asker.viewer, _id_of(asker.tenant, view["id"]), draft_of(view))
        dataset = await self.trials.datasets.of_version(asker.tenant, trial.version_id)
        voice = await self.people.voice_in(trial.tenant, trial.place.channel_id, trial.owner_id)
        await self.outbox.put_first(trial.tenant, _key(trial), trial.place, being_tried(voice, dataset, trial))
        await ack()
        if (origin["channel_id"], origin["thread_ts"]) != (trial.place.channel_id, trial.place.thread_ts):
            told = asker.voice("advise.begun", link=await thread_link(self.client, trial.place))
            place = Place(origin["channel_id"], "")
            await PrivateAnswers(respond, client, asker.actor.user_id, place).show(Content(told, (section(told),)))

    async def marked(self, ack: AsyncAck, body: JSON, action: JSON) -> None:
        """Keep the mark, and show it where the answer stands."""
        await ack()
        asker = await asker_of(self.people, body)
        trial_id, row = mark_of(str(action["value"]))
        await self._show(await self.trials.mark(asker.viewer, trial_id, row, is_good=action["action_id"] == GOOD))

    async def show(self, tenant_json: JSON, trial_id: str) -> None:
        """The workflow's second step: the message that said 'trying' becomes the answers."""
        tenant = Tenant(**tenant_json)

        async def shown() -> None:
            # Without a trial its dataset was deleted, and with it the message.
            if trial := await self.trials.store.get(tenant, trial_id):
                await self._show(trial)

        await patiently(shown, until_done(), self.pause)

    async def _show(self, trial: Trial) -> None:
        voice = await self.people.voice_in(trial.tenant, trial.place.channel_id, trial.owner_id)
        dataset = await self.trials.datasets.of_version(trial.tenant, trial.version_id)
        await self.outbox.put(trial.tenant, _key(trial), trial.place, trial_page(voice, dataset, trial))

    async def _form(self, asker: Asker, dataset_id: str) -> Block:
        dataset, version = await self.trials.datasets.ready_one(asker.viewer, dataset_id)
        _, report = await self.trials.datasets.report(asker.tenant, version.id)
        models = await self.trials.askable(report)
        if not models:
            titles = ", ".join(self.trials.gateways.titles.values())
            return notice_modal(asker.voice, asker.voice("start.no_models", provider=titles))
        place = asker.place
        origin = {"channel_id": place.channel_id, "thread_ts": place.thread_ts, "version_id": version.id}
        return trial_modal(asker.voice, TrialForm(origin, dataset.name, models, report.system_prompts.common))


def _id_of(tenant: Tenant, view_id: str) -> str:
    """The same view gives the same trial."""
    return f"tr_{hashlib.sha256(f'{tenant.enterprise_id}:{tenant.team_id}:{view_id}'.encode()).hexdigest()[:16]}"


def _key(trial: Trial) -> str:
    """Of its message; it begins as those of all reports on the dataset do, which are taken back when it is deleted."""
    return f"report:{trial.dataset_id}:{trial.id}"
