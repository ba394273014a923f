"""Starting a job: the modal opens, its price follows the choices, and what is submitted starts exactly once."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.approvals import hurdle_sentence
from handlers.blocks.dataset_report import price
from handlers.blocks.job_card import ELSEWHERE
from handlers.blocks.kit import Block
from handlers.blocks.start_job_modal import (
    CALLBACK_ID,
    CHANGED,
    PRESET_PERCENT,
    REPEAT,
    Priced,
    StartForm,
    loading_modal,
    notice_modal,
    repriced,
    start_job_modal,
    validations,
)
from handlers.envelopes import tenant_of_interaction
from handlers.errors import sentence
from handlers.mrkdwn import escape
from handlers.people import People
from handlers.permalinks import thread_link
from handlers.refusals import refusal
from handlers.start_choices import (
    Opening,
    base_models,
    dataset_choice,
    default_model,
    job_id_of,
    origin_of,
    replaced,
    tuned_models,
    wanted,
)
from handlers.start_faults import start_faults
from handlers.start_form import Entered, fault_sentence, repeat_sentence
from storage.rows import JSON, Dataset, DatasetVersion, Job, JobStatus
from tuning.access import require_member
from tuning.errors import UserFacingError
from tuning.jobs.draft_checks import OVER_BUDGET, SAME_JOB
from tuning.jobs.drafts import StartOptions
from tuning.jobs.jobs import Jobs
from tuning.jobs.methods import BUILT

_MOST_NOTES = 5
_SIGNS = {"W": "🟡", "I": "🔵"}


@dataclass(frozen=True, slots=True)
class StartHandlers:
    """Buttons and the command open the modal; only its submission starts a job."""

    client: AsyncWebClient
    people: People
    jobs: Jobs

    def register(self, interactions: AsyncApp) -> None:
        interactions.action("jobs.start")(self.pressed)
        interactions.action(re.compile(rf"^(jobs\.again|{re.escape(ELSEWHERE)}\..+)$"))(self.pressed_again)
        interactions.action(re.compile(rf"^{re.escape(CHANGED)}\."))(self.changed)
        interactions.view(CALLBACK_ID)(self.submitted)

    async def typed(self, body: JSON, name: str) -> None:
        """`/finetune start [dataset]`."""

        async def named(opening: Opening) -> Opening:
            dataset = await self.jobs.datasets.find(opening.viewer, name) if name else None
            return replace(opening, dataset_id=dataset.id if dataset else "")

        await self._open(body, named)

    async def pressed(self, ack: AsyncAck, body: JSON, action: JSON) -> None:
        await ack()

        async def of_the_button(opening: Opening) -> Opening:
            return replace(opening, dataset_id=action.get("value") or "")

        await self._open(body, of_the_button)

    async def pressed_again(self, ack: AsyncAck, body: JSON, action: JSON) -> None:
        """The form as it was for a job that failed or was cancelled, at its own provider or at the one of the button."""
        await ack()
        provider = action["action_id"].removeprefix(f"{ELSEWHERE}.").removeprefix("jobs.again")

        async def as_before(opening: Opening) -> Opening:
            request = (await self.jobs.status(opening.viewer, action["value"])).request
            before = Entered.of_request(replace(request, provider=provider or request.provider))
            dataset = await self.jobs.datasets.seen(opening.viewer, before.version_id)
            again = replace(opening, model_id=before.model, validation=before.validation, typed=before.typed)
            return replace(again, dataset_id=dataset.id)

        await self._open(body, as_before)

    async def changed(self, ack: AsyncAck, body: JSON) -> None:
        """Another choice, another price; what was entered stays."""
        await ack()
        view = body["view"]
        opening = await self._opening(body)
        priced = await self._price(opening, Entered.from_state(view["state"]["values"]))
        shown = repriced(opening.voice, view, priced)
        await self._update(view["id"], shown, view["hash"])

    async def submitted(self, ack: AsyncAck, body: JSON, view: JSON) -> None:
        """Start the job, or say at each field what is wrong with it. The same view starts one job, however often sent."""
        opening = await self._opening(body)
        entered = Entered.from_state(view["state"]["values"])
        job_id = job_id_of(opening.viewer.tenant, view["id"])
        faults = await start_faults(self.jobs, opening, entered, job_id) | entered.faults(opening.voice)
        if faults.keys() == {REPEAT} and all(block["block_id"] != REPEAT for block in view["blocks"]):
            # What was typed last asks for a job that runs or ran, and the form has no box to say so yet.
            priced = await self._price(opening, entered)
            await ack(response_action="update", view=repriced(opening.voice, view, priced))
            return
        if REPEAT in faults:
            faults.setdefault("model", faults.pop(REPEAT))
        if faults:
            await ack(response_action="errors", errors=faults)
            return
        for id_, draft in entered.drafts(job_id).items():
            job = await self.jobs.start(opening.viewer, job_id=id_, draft=draft)
        await ack()
        await self._tell(opening, job)

    async def _opening(self, body: JSON) -> Opening:
        """Who acts, in which language they read, and where the modal was or will be opened.

        Raises:
            NotAMember: this person may start nothing.
        """
        tenant, origin = tenant_of_interaction(body), origin_of(body)
        user_id = str(body.get("user_id") or body["user"]["id"])
        viewer = await self.people.viewer(tenant, user_id, origin["channel_id"])
        require_member(viewer.actor)
        return Opening(viewer, await self.people.voice(tenant, user_id), origin)

    async def _open(self, body: JSON, chosen: Callable[[Opening], Awaitable[Opening]]) -> None:
        """At once with a notice, since a trigger lives three seconds; then with the form.

        Args:
            chosen: looks up what shall stand in the form at first, which may take longer than that.
        """
        opening = await self._opening(body)
        opened = await self.client.views_open(trigger_id=body["trigger_id"], view=loading_modal(opening.voice))
        try:
            view = await self._first_view(await chosen(opening))
        except UserFacingError as error:
            # The modal is open already, and would say for ever that it is looking things up.
            view = notice_modal(opening.voice, sentence(opening.voice, error))
        await self._update(opened["view"]["id"], view)

    async def _update(self, view_id: str, view: Block, seen_hash: str | None = None) -> None:
        """Show another state of an open modal.

        It may be closed by now; and a newer choice may have changed it, whose own event brings its own price.
        """
        try:
            await self.client.views_update(view_id=view_id, hash=seen_hash, view=view)
        except SlackApiError as error:
            if refusal(error) not in {"hash_conflict", "not_found"}:
                raise

    async def _first_view(self, opening: Opening) -> Block:
        options = await self.jobs.options(opening.viewer)
        datasets = list(options.datasets)
        if opening.dataset_id and all(dataset.id != opening.dataset_id for dataset, _ in datasets):
            datasets.insert(0, await self.jobs.startable(opening.viewer, opening.dataset_id))
        if not datasets:
            return notice_modal(opening.voice, opening.voice("start.nothing"))
        if not base_models(options, BUILT[0]):
            titles = ", ".join(offer.title for offer in options.offers)
            return notice_modal(opening.voice, opening.voice("start.no_models", provider=titles))
        return start_job_modal(opening.voice, await self._form(opening, options, datasets))

    async def _form(
        self, opening: Opening, options: StartOptions, datasets: Sequence[tuple[Dataset, DatasetVersion]]
    ) -> StartForm:
        chosen = next((version for dataset, version in datasets if dataset.id == opening.dataset_id), datasets[0][1])
        method = chosen.format.method
        bases, tuned = base_models(options, method), tuned_models(options)
        form = StartForm(
            origin=opening.origin,
            datasets=[dataset_choice(opening.voice, dataset, version) for dataset, version in datasets],
            dataset_id=chosen.id,
            base_models=bases,
            tuned_models=tuned,
            model_id=wanted([*bases, *tuned], opening.model_id, default_model(options, method)),
            validation=opening.validation,
            auto={},
            price="",
            entered=opening.typed,
        )
        if opening.validation not in validations(form):
            form = replace(form, validation=f"split:{PRESET_PERCENT}")
        first = Entered(form.dataset_id, form.validation, form.model_id, form.entered)
        priced = await self._price(opening, first)
        notes = [*replaced(opening, form), *priced.notes]
        return replace(
            form,
            auto=priced.auto,
            price=priced.told,
            notes=notes,
            is_foreign=priced.is_foreign,
            repeats=priced.repeats,
            needs_approval=priced.needs_approval,
            method=method,
        )

    async def _price(self, opening: Opening, entered: Entered) -> Priced:
        """The price as a sentence, what `auto` becomes and what is worth a warning; without a price, the reason."""
        voice, (*smaller, draft) = opening.voice, entered.drafts().values()
        try:
            quote = await self.jobs.quote(opening.viewer, draft)
            usd = [(await self.jobs.quote(opening.viewer, one)).usd for one in smaller]
            hurdle = await self.jobs.hurdle(opening.viewer, quote)
            # Whether or not the box is checked, it stays where it is.
            findings = await self.jobs.check(opening.viewer, replace(draft, is_repeat_accepted=False))
            is_foreign = await self.jobs.is_foreign(opening.viewer, draft)
        except UserFacingError as error:
            # The form stays usable without a price: its submission checks again.
            return Priced(voice("start.price.away", reason=sentence(voice, error)))
        auto = {name: f"{value:g}" for name, value in asdict(quote.auto).items() if value is not None}
        warnings = [one for one in findings if one.severity in _SIGNS and not (hurdle and one.code == OVER_BUDGET)]
        repeats = next((repeat_sentence(voice, one) for one in findings if one.code == SAME_JOB), "")
        notes = [
            f"{_SIGNS[finding.severity]} {escape(fault_sentence(voice, finding))}" for finding in warnings[:_MOST_NOTES]
        ]
        if quote.n_epochs is None and quote.method == "dpo":
            notes.insert(0, voice("start.price.epochs"))
        if hurdle:
            notes.insert(0, f"🙋 {hurdle_sentence(voice, hurdle)}")
        percent, told, asks = draft.trained_percent, price(voice, quote), hurdle is not None
        is_part = draft.split_train_percent is not None
        told = voice("start.price.part", percent=percent, price=told) if is_part else voice("start.price", price=told)
        if smaller:
            costs = [one for one in (*usd, quote.usd) if one is not None]
            cost = voice.usd(sum(costs, Decimal(0))) if len(costs) > len(smaller) else voice("approvals.unpriced")
            told = voice("start.price.curve", cost=cost, largest=told)
        return Priced(told, notes, auto, is_foreign, repeats, needs_approval=asks, method=quote.method)

    async def _tell(self, opening: Opening, job: Job) -> None:
        """Where the modal was opened elsewhere than in the job's thread, a word with the way there.

        A command works in channels that we aren't in, and the App Home is no channel at all: there it is said by
        direct message.
        """
        channel_id, thread_ts = opening.origin["channel_id"], opening.origin["thread_ts"]
        if (channel_id, thread_ts) == (job.place.channel_id, job.place.thread_ts):
            return
        user_id, link = opening.viewer.actor.user_id, await thread_link(self.client, job.place)
        key = "approvals.asked" if job.status is JobStatus.AWAITING_APPROVAL else "start.started"
        told = opening.voice(key, name=escape(job.name), link=link)
        if not channel_id or not await self._whispered(channel_id, user_id, told):
            await self.client.chat_postMessage(channel=user_id, text=told, unfurl_links=False)

    async def _whispered(self, channel_id: str, user_id: str, told: str) -> bool:
        """Say it to one person in a channel; False where we may not."""
        try:
            await self.client.chat_postEphemeral(channel=channel_id, user=user_id, text=told)
        except SlackApiError:
            return False
        return True
