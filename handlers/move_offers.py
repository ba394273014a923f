"""Offering prompts where a model's training file is gone: a modal with the budget and the note on the terms."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.kit import Block
from handlers.blocks.move_modal import BUDGET, CALLBACK_ID, PROMPTS, TERMS, EnteredOffer, OfferForm, offer_modal
from handlers.blocks.moves import OFFER
from handlers.blocks.start_job_modal import Choice, loading_modal, notice_modal
from handlers.envelopes import tenant_of_interaction
from handlers.errors import sentence
from handlers.language import Voice
from handlers.people import People
from storage.rows import JSON
from tuning.access import Viewer
from tuning.errors import BudgetMissing, DatasetNotFound, TermsUnaccepted, UserFacingError
from tuning.moving.moving import Moving, Offered

_FIELDS = {TermsUnaccepted: TERMS, BudgetMissing: BUDGET, DatasetNotFound: PROMPTS}


@dataclass(frozen=True, slots=True)
class MoveOffers:
    """Only the modal's submission lets the old model be asked."""

    client: AsyncWebClient
    people: People
    moving: Moving

    def register(self, interactions: AsyncApp) -> None:
        interactions.action(OFFER)(self.pressed)
        interactions.view(CALLBACK_ID)(self.submitted)

    async def pressed(self, ack: AsyncAck, body: JSON, action: JSON) -> None:
        """At once with a notice, since a trigger lives three seconds; then with the form."""
        await ack()
        viewer, voice = await self._reader(body)
        opened = await self.client.views_open(trigger_id=body["trigger_id"], view=loading_modal(voice))
        try:
            view = await self._form(viewer, voice, action["value"])
        except UserFacingError as error:
            view = notice_modal(voice, sentence(voice, error))
        await self.client.views_update(view_id=opened["view"]["id"], view=view)

    async def submitted(self, ack: AsyncAck, body: JSON, view: JSON) -> None:
        """Say at its field what is missing; else the mover goes on."""
        viewer, voice = await self._reader(body)
        entered = EnteredOffer.from_state(view["state"]["values"])
        offered = Offered(entered.version_id, entered.budget, are_terms_accepted=entered.are_terms_accepted)
        try:
            await self.moving.offer(viewer, view["private_metadata"], offered)
        except UserFacingError as error:
            field = _FIELDS.get(type(error), PROMPTS)
            await ack(response_action="errors", errors={field: voice(f"errors.{error.code}", **error.parameters)})
            return
        await ack()

    async def _reader(self, body: JSON) -> tuple[Viewer, Voice]:
        tenant, user_id = tenant_of_interaction(body), str(body["user"]["id"])
        channel_id = (body.get("channel") or {}).get("id") or ""
        return await self.people.viewer(tenant, user_id, channel_id), await self.people.voice(tenant, user_id)

    async def _form(self, viewer: Viewer, voice: Voice, move_id: str) -> Block:
        move, model, tariff = await self.moving.tariff(viewer, move_id)
        datasets = self.moving.datasets
        known = [
            (dataset, await datasets.newest_version(viewer.tenant, dataset.id))
            for dataset in await datasets.recent(viewer)
        ]
        if not known:
            return notice_modal(voice, voice("moves.form.no_prompts"))
        choices = [
            Choice(version.id, voice("start.dataset.label", name=dataset.name, n=version.examples))
            for dataset, version in known
        ]
        title = self.moving.models.provider_title(model)
        return offer_modal(voice, OfferForm(move.id, model.name, model.provider, title, tariff.unit, choices))
