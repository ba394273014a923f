"""What people ask about moves: where a model can go, to begin a move, to offer prompts for it, and to give it up."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from storage.audits import AuditStore
from storage.moves import MoveStore
from storage.rows import Audit, Model, Move, MoveState
from tuning.access import Viewer, require_change
from tuning.datasets.intake import Datasets
from tuning.errors import BudgetMissing, MoveDecided, MoveNotFound, MoveStopped, TermsUnaccepted
from tuning.jobs.moves import Moves, PlannedMove
from tuning.models import Models
from tuning.moving.budget import Tariff, tariff_of
from tuning.moving.mover import changes_of


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody offers where the training file of a model is gone."""

    prompts_version_id: str
    """A dataset whose prompts the old model shall answer."""
    budget: Decimal | None
    """In the unit of the model's tariff."""
    are_terms_accepted: bool
    """Whether they have accepted the note on the provider's terms."""


@dataclass(frozen=True, slots=True)
class Moving:
    """The use cases; the mover does the work."""

    store: MoveStore
    models: Models
    datasets: Datasets
    ways: Moves
    audits: AuditStore
    clock: Callable[[], datetime]
    wake: Callable[[], None]

    async def plan(self, viewer: Viewer, model_text: str) -> tuple[PlannedMove, Sequence[Move]]:
        """Where a model can go, and the moves of it that were begun.

        Raises:
            ModelNotFound: no such model, or none that may be shown here.
        """
        model = await self.models.find(viewer, model_text)
        return await self.ways.of(model), await self.store.of_model(viewer.tenant, model.id)

    async def begin(
        self, viewer: Viewer, model_text: str, provider: str, base_model: str, n_epochs: int | None = None
    ) -> Move:
        """Begin a move in the old model's thread. The same model to the same base twice is one move.

        What its job may cost is judged when that starts, as for every job: it may have to await an approval.

        Raises:
            ModelNotFound: no such model, or none that may be shown here.
            NotAllowed: it belongs to somebody else.
            ProviderNotConfigured: the target isn't set up here.
        """
        model = await self.models.find(viewer, model_text)
        require_change(viewer.actor, model.owner_id, "move")
        gateway = self.models.gateways.of(provider)
        now = self.clock()
        move = Move(
            id=_id_of(model, gateway.profile.name, base_model),
            tenant=viewer.tenant,
            model_id=model.id,
            owner_id=viewer.actor.user_id,
            place=model.place,
            provider=gateway.profile.name,
            base_model=base_model,
            created_at=now,
            state_since=now,
            n_epochs=n_epochs,
        )
        kept = await self.store.add(move, changes_of(move))
        await self._note(viewer, kept, "move")
        self.wake()
        return kept

    async def tariff(self, viewer: Viewer, move_id: str) -> tuple[Move, Model, Tariff]:
        """A move that waits for prompts, its old model, and in which unit a budget for that is given.

        Raises:
            MoveNotFound, NotAllowed, MoveDecided.
        """
        move, model = await self._changeable(viewer, move_id)
        if move.state is not MoveState.NEEDS_PROMPTS:
            raise MoveDecided
        return move, model, tariff_of(model.provider, model.base_model, self.clock().date())

    async def offer(self, viewer: Viewer, move_id: str, offered: Offered) -> Move:
        """Let the old model answer prompts, since its training file is gone.

        Raises:
            TermsUnaccepted: nobody is asked anything then.
            BudgetMissing: it is not a positive number.
            DatasetNotFound: there is no such dataset, or none that may be shown here.
            MoveNotFound, NotAllowed, MoveDecided.
        """
        move, model, tariff = await self.tariff(viewer, move_id)
        if not offered.are_terms_accepted:
            raise TermsUnaccepted(self.models.provider_title(model))
        if offered.budget is None or not offered.budget.is_finite() or offered.budget <= 0:
            raise BudgetMissing(tariff.unit)
        await self.datasets.seen(viewer, offered.prompts_version_id)
        now = self.clock()
        after = replace(
            move,
            state=MoveState.SAMPLING,
            state_since=now,
            prompts_version_id=offered.prompts_version_id,
            budget=offered.budget,
            budget_unit=tariff.unit,
            terms_accepted_by=viewer.actor.user_id,
            terms_accepted_at=now,
        )
        await self._advance(viewer, move, after, "accept_terms")
        return after

    async def decline(self, viewer: Viewer, move_id: str) -> Move:
        """Leave a model whose training file is gone where it is: its answers are not bought.

        Raises:
            MoveNotFound, NotAllowed, MoveDecided.
        """
        move, _, _ = await self.tariff(viewer, move_id)
        after = replace(move, state=MoveState.FAILED, state_since=self.clock(), error_code="move_declined")
        await self._advance(viewer, move, after, "decline_terms")
        return after

    async def again(self, viewer: Viewer, move_id: str) -> Move:
        """Try a move that failed once more, with whatever is here by now. Answers that were bought are kept.

        The note on the terms is asked again, with another budget, where data is still missing.

        Raises:
            MoveNotFound, NotAllowed, MoveDecided.
        """
        move, _ = await self._changeable(viewer, move_id)
        if move.state is not MoveState.FAILED:
            raise MoveDecided
        after = replace(
            move,
            state=MoveState.FETCHING,
            state_since=self.clock(),
            owner_id=viewer.actor.user_id,
            attempt=move.attempt + 1,
            terms_accepted_by="",
            terms_accepted_at=None,
            error_code="",
            error_parameters={},
            comparison=None,
        )
        await self._advance(viewer, move, after, "move")
        return after

    async def new_model(self, move: Move) -> Model | None:
        """What a move has led to; None before that."""
        job = await self.ways.jobs.get(move.tenant, move.job_id) if move.job_id else None
        return await self.models.store.get(move.tenant, job.fine_tuned_model or job.id) if job else None

    async def _changeable(self, viewer: Viewer, move_id: str) -> tuple[Move, Model]:
        move = await self.store.get(viewer.tenant, move_id)
        if move is None or not await viewer.may_see(move):
            raise MoveNotFound
        require_change(viewer.actor, move.owner_id, "move")
        model = await self.models.store.get(viewer.tenant, move.model_id)
        if model is None or model.deleted_at:
            raise MoveStopped("move_model_gone")
        return move, model

    async def _advance(self, viewer: Viewer, before: Move, after: Move, action: str) -> None:
        if await self.store.advance(before, after, changes_of(after)) is None:
            raise MoveDecided
        await self._note(viewer, after, action)
        self.wake()

    async def _note(self, viewer: Viewer, move: Move, action: str) -> None:
        model = await self.models.store.get(move.tenant, move.model_id)
        budget = {} if move.budget is None else {"budget": str(move.budget), "unit": move.budget_unit}
        subject = f"model:{move.model_id}"
        details = {"name": model.name if model else move.model_id, "to": f"{move.provider} {move.base_model}", **budget}
        key = f"move:{move.id}:{action}:{move.attempt}"
        await self.audits.add(Audit(move.tenant, key, viewer.actor.user_id, action, subject, self.clock(), details))


def _id_of(model: Model, provider: str, base_model: str) -> str:
    tenant = model.tenant
    named = f"{tenant.enterprise_id}:{tenant.team_id}:{model.provider}:{model.id}:{provider}:{base_model}"
    return f"move_{hashlib.sha256(named.encode()).hexdigest()[:16]}"
