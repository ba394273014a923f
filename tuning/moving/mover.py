"""Looking after every move, of all teams, until it is over: one loop, held by one process at a time.

A move is a state in the database, and each step goes from one to the next. A step first looks what was done already:
a job by its id, a file by its dataset's, an answer by its prompt's number. So a process may die at any point, and
nothing is paid twice.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from storage.errors import DatabaseUnavailable, DatasetGone, FileMissing
from storage.leases import LEASE_SECONDS, Lease
from storage.models import ModelStore
from storage.moves import MoveStore
from storage.rows import JSON, ChangeKind, Job, JobStatus, Model, Move, MoveState, NewChange
from tuning.access import Viewer
from tuning.datasets.parts import Part
from tuning.datasets.provider_facts import PROVIDER_FACTS
from tuning.errors import DatasetNotReady, InvalidRequest, ModelNotReady, MoveStopped, ProviderError, UserFacingError
from tuning.jobs.drafts import StartDraft
from tuning.jobs.jobs import Jobs
from tuning.jobs.waiting import wait_after
from tuning.known_models import base_of, suffix_of
from tuning.moving.data import OldData, needs_no_person
from tuning.moving.sampling import Sampling, content_of
from tuning.moving.side_by_side import SideBySide

logger = logging.getLogger(__name__)

ViewerOf: TypeAlias = Callable[[Move], Awaitable[Viewer]]
"""Who asked for a move, as they are known now: what they may start is judged when it starts."""

LOOK_SECONDS: Final = 2.0
_AGAIN_SECONDS: Final = 20.0
"""Between attempts while a provider is away."""
_PATIENCE: Final = timedelta(days=1)
"""After so long in one state a fault that may pass by itself is told as one that doesn't."""
_READY_PATIENCE: Final = timedelta(minutes=20)
"""A model just trained may answer 404 for some minutes (OpenAI's fine-tuning guide, December 2024)."""
_AT_ONCE: Final = 4
_RENEW_SECONDS: Final = LEASE_SECONDS / 4
_SPLIT_PERCENT: Final = (80, 90)
_TOLD: Final = {MoveState.NEEDS_PROMPTS, MoveState.DEPLOYING, MoveState.DONE, MoveState.FAILED}


@dataclass(frozen=True, slots=True)
class Steps:
    """What a mover works with."""

    moves: MoveStore
    models: ModelStore
    jobs: Jobs
    data: OldData
    sampling: Sampling
    side_by_side: SideBySide
    viewer_of: ViewerOf


@dataclass(slots=True)
class Mover:
    """Takes each open move as far as it goes by itself."""

    steps: Steps
    lease: Lease
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the outbox that there is something to show."""
    look_seconds: float = LOOK_SECONDS
    _due_at: dict[str, datetime] = field(default_factory=dict, init=False)
    _stop: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until `stop` is set; then what is being asked is still heard, and nothing more is begun."""
        self._stop = stop
        renewing = asyncio.create_task(self._renew(), name="mover_lease")
        try:
            await self._sweep_again_and_again(stop)
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)
        await self.lease.release()

    async def _renew(self) -> None:
        """Keep the lease while a sweep lasts longer than that: an old model may think for a minute at each prompt."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(DatabaseUnavailable):
                await self.lease.is_held()

    async def _may_go_on(self) -> bool:
        """Asked before each step and each question, so that no two processes pay for the same."""
        return not self._stop.is_set() and await self.lease.is_held()

    async def _sweep_again_and_again(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                if await self.lease.is_held():
                    await self.sweep()
            except Exception:  # The loop's own edge: a database that is away must not end the moves.
                logger.exception("mover_sweep_failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(self.look_seconds):
                    await stop.wait()

    async def sweep(self) -> int:
        """Look once at every open move that is due; returns how many there were."""
        now = self.clock()
        due = [move for move in await self.steps.moves.open() if self._due_at.get(move.id, now) <= now]
        room = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._take_on(move, room) for move in due))
        return len(due)

    async def _take_on(self, move: Move, room: asyncio.Semaphore) -> None:
        """As many steps as can be done now."""
        async with room:
            while await self._may_go_on() and (after := await self._stepped(move)) is not None:
                changes = [] if after.state is move.state else changes_of(after)
                written = await self.steps.moves.advance(move, after, changes)
                self.wake()
                if written is None or not written.state.is_open:
                    return
                move = written

    async def _stepped(self, move: Move) -> Move | None:
        """The move after its next step; None where there is nothing to do now."""
        try:
            old = await self.steps.models.get(move.tenant, move.model_id)
            if old is None or old.deleted_at:
                return self._failed(move, MoveStopped("move_model_gone"))
            return await self._step(move)(move, old)
        except DatabaseUnavailable:
            raise
        except UserFacingError as error:
            return self._held_up(move, error)
        except (DatasetGone, FileMissing):
            return self._failed(move, MoveStopped("move_data_gone"))
        except Exception:  # The edge of one move: whatever is wrong, somebody waits to be told.
            logger.exception("move_step_failed", extra={"move_id": move.id, "state": move.state})
            return self._failed(move, MoveStopped("move_broken", move=move.id))

    def _step(self, move: Move) -> Callable[[Move, Model], Awaitable[Move | None]]:
        return {
            MoveState.FETCHING: self._fetch,
            MoveState.SAMPLING: self._sample,
            MoveState.STARTING: self._start,
            MoveState.TRAINING: self._watch,
            MoveState.DEPLOYING: self._watch,
            MoveState.COMPARING: self._compare,
        }[move.state]

    def _held_up(self, move: Move, error: UserFacingError) -> Move | None:
        is_young = isinstance(error, ModelNotReady) and move.state is MoveState.COMPARING
        patience = _READY_PATIENCE if is_young else _PATIENCE
        may_pass = is_young or needs_no_person(error)
        if not may_pass or self.clock() - move.state_since > patience:
            return self._failed(move, error)
        self._due_at[move.id] = self.clock() + timedelta(seconds=wait_after(error, _AGAIN_SECONDS))
        logger.info("move_held_up", extra={"move_id": move.id, "code": error.code})
        return None

    def _failed(self, move: Move, error: UserFacingError) -> Move:
        parameters: JSON = dict(error.parameters)
        if isinstance(error, InvalidRequest):
            parameters["findings"] = [asdict(finding) for finding in error.findings]
        return replace(self._in(move, MoveState.FAILED), error_code=error.code, error_parameters=parameters)

    def _in(self, move: Move, state: MoveState) -> Move:
        return replace(move, state=state, state_since=self.clock(), error_code="", error_parameters={})

    async def _fetch(self, move: Move, old: Model) -> Move:
        if old.provider == move.provider and base_of(old.base_model) == move.base_model:
            raise MoveStopped("move_to_itself")
        brought = await self.steps.data.sampled(move) or await self.steps.data.bring(move, old)
        if brought is None:
            # Prompts that were offered before are asked further, with the answers that were bought already.
            state = MoveState.SAMPLING if move.terms_accepted_by else MoveState.NEEDS_PROMPTS
            return self._in(move, state)
        training, validation = brought
        validation_id = validation.id if validation else ""
        known = replace(move, version_id=training.id, validation_version_id=validation_id)
        if not training.is_ready and not training.is_part:
            _, report = await self.steps.jobs.datasets.report(move.tenant, training.id)
            return self._failed(known, DatasetNotReady(training.file_name, report.things_to_fix))
        return self._in(known, MoveState.STARTING)

    async def _sample(self, move: Move, old: Model) -> Move | None:
        needed = PROVIDER_FACTS[move.provider].minimum_examples
        rows = await self.steps.sampling.ask(move, old, needed, self._may_go_on)
        if rows is None:
            return None
        version = await self.steps.data.keep_answers(move, old, content_of(rows))
        return self._in(replace(move, version_id=version.id), MoveState.STARTING)

    async def _start(self, move: Move, old: Model) -> Move:
        # Only now that their dataset is noted on the move: a crash before would have bought them again.
        await self.steps.moves.forget_answers(move)
        viewer = await self.steps.viewer_of(move)
        job = await self.steps.jobs.start(viewer, job_id=job_id_of(move), draft=await self._draft(move, old))
        return self._in(replace(move, job_id=job.id), MoveState.TRAINING)

    async def _draft(self, move: Move, old: Model) -> StartDraft:
        """The old job's settings as far as they mean the same on another base: its method, and how often it passed."""
        made = await self.steps.data.made(old)
        draft = StartDraft(
            training_version_id=move.version_id,
            provider=move.provider,
            base_model=move.base_model,
            n_epochs=move.n_epochs or made.n_epochs,
            suffix=suffix_of(old.id),
            # Several old models may have learned the same rows, and each was asked to be moved.
            is_repeat_accepted=True,
        )
        part = Part.from_id(move.version_id)
        if part is not None:
            return replace(
                draft,
                training_version_id=part.whole_id,
                split_train_percent=part.percent,
                split_seed=part.seed,
                portion_percent=part.portion_percent,
            )
        if move.validation_version_id:
            return replace(draft, validation_version_id=move.validation_version_id)
        version = await self.steps.jobs.datasets.version(move.tenant, move.version_id)
        least = PROVIDER_FACTS[move.provider].minimum_examples
        fitting = [percent for percent in _SPLIT_PERCENT if version.examples * percent // 100 >= least]
        return replace(draft, split_train_percent=fitting[0] if fitting else None)

    async def _watch(self, move: Move, old: Model) -> Move | None:
        """The job goes its own way; what is looked for is its end, and then a model that answers."""
        del old
        job = await self._job(move)
        if job.status in {JobStatus.FAILED, JobStatus.CANCELLED}:
            raise MoveStopped("move_job_ended", name=job.name)
        if job.status is not JobStatus.SUCCEEDED:
            return None
        new = await self._new_model(job)
        if new is not None and (new.served_as or not self._serves_by_deployment(move)):
            return self._in(move, MoveState.COMPARING)
        if self._serves_by_deployment(move) and move.state is not MoveState.DEPLOYING:
            return self._in(move, MoveState.DEPLOYING)
        return None

    async def _compare(self, move: Move, old: Model) -> Move:
        job = await self._job(move)
        new = await self._new_model(job)
        if new is None or new.deleted_at:
            raise MoveStopped("move_model_gone")
        compared = await self.steps.side_by_side.next(old, new, job, move.comparison, await self._left(move))
        return self._in(move, MoveState.DONE) if compared is None else replace(move, comparison=compared)

    async def _left(self, move: Move) -> Decimal | None:
        """Of the budget, after the answers that were trained on; None where none was needed."""
        if move.budget is None:
            return None
        return move.budget - sum((sample.cost for sample in await self.steps.moves.samples(move)), Decimal())

    async def _job(self, move: Move) -> Job:
        job = await self.steps.jobs.store.get(move.tenant, move.job_id)
        if job is None:
            raise MoveStopped("move_data_gone")
        return job

    async def _new_model(self, job: Job) -> Model | None:
        return await self.steps.models.get(job.tenant, job.fine_tuned_model or job.id)

    def _serves_by_deployment(self, move: Move) -> bool:
        try:
            return self.steps.sampling.gateways.of(move.provider).profile.serves_by_deployment
        except ProviderError:
            return False


def job_id_of(move: Move) -> str:
    """The job that a move starts: the same attempt is the same job."""
    named = f"{move.tenant.enterprise_id}:{move.tenant.team_id}:{move.id}:{move.attempt}"
    return f"job_{hashlib.sha256(named.encode()).hexdigest()[:16]}"


def changes_of(move: Move) -> list[NewChange]:
    """What Slack should show of a move in another state."""
    shown = [NewChange(ChangeKind.CARD, f"move:{move.id}:card")]
    if move.state in _TOLD:
        shown.append(NewChange(ChangeKind.MILESTONE, f"move:{move.id}:{move.state}:{move.attempt}"))
    return shown
