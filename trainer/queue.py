"""Jobs in the order in which they came: files are validated beside training, and only so many jobs train at a time.

The store is the queue. What the server was doing when it died is taken up again: a job that ran goes on first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Final, Literal

from trainer.errors import Refused, no_room
from trainer.files import Files
from trainer.lifecycle import TRAINING_STATUSES, Lifecycle
from trainer.lines import UnusableFile, count_examples
from trainer.plans import Plans
from trainer.process import TrainingProcess
from trainer.store import Document, Query, Store, StoreUnavailable

logger = logging.getLogger(__name__)

_RETRY_SECONDS: Final = 5


class Queue:
    """Moves jobs from status to status until each has ended.

    Args:
        n_at_once: how many jobs train at the same time: 1 on one machine, more where a cluster does the work.
    """

    def __init__(self, store: Store, files: Files, plans: Plans, lifecycle: Lifecycle, n_at_once: int) -> None:
        self._store = store
        self._plans = plans
        self._files = files
        self._lifecycle = lifecycle
        self._to_validate = asyncio.Event()
        self._to_train = asyncio.Event()
        self._n_at_once = n_at_once
        self._taken: set[str] = set()
        self._running: dict[str, TrainingProcess] = {}

    def wake(self) -> None:
        """A job was created."""
        self._to_validate.set()

    def cancel(self, job: Document) -> None:
        """End the job, and its process if it has one."""
        self._lifecycle.cancelled(job)
        if job["id"] in self._running:
            self._running[job["id"]].kill()

    def pause(self, job: Document) -> None:
        """Let the job stop after its step, or before its first."""
        self._lifecycle.pausing(job)
        if job["id"] in self._running:
            self._running[job["id"]].pause()

    def resume(self, job: Document) -> None:
        """Let a paused job wait for its turn again."""
        self._lifecycle.resumed(job)
        self._to_train.set()

    async def run(self) -> None:
        """Work until cancelled."""
        for job in self._store.find(Query("job", fields={"status": "pausing"})):
            self._lifecycle.paused(job)  # The server died while its process was at the last step.
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take_turns(("validating_files",), self._validate, self._to_validate))
            for _ in range(self._n_at_once):
                tasks.create_task(self._take_turns(("running", "queued"), self._train, self._to_train))

    async def _take_turns(
        self, statuses: Sequence[str], work: Callable[[Document], Awaitable[None]], signal: asyncio.Event
    ) -> None:
        while True:
            signal.clear()
            try:
                job = self._oldest(statuses)
                await (self._work_on(job, work) if job else signal.wait())
            except StoreUnavailable:
                # A full disk, say. The job keeps its status, so it is taken up again once there is room.
                logger.exception("store_unavailable")
                await asyncio.sleep(_RETRY_SECONDS)

    async def _work_on(self, job: Document, work: Callable[[Document], Awaitable[None]]) -> None:
        self._taken.add(job["id"])
        try:
            await work(job)
        except StoreUnavailable:
            raise
        except OSError as error:
            logger.exception("job_found_no_room", extra={"job_id": job["id"]})
            self._fail(job, "insufficient_storage", no_room(error))
        except Exception:
            # One job's fault, whatever it is, must not stop the queue for the others.
            logger.exception("job_broke", extra={"job_id": job["id"]})
            self._fail(job, "server_error", "The server had an error while working on this job. Its log says more.")
        finally:
            self._taken.discard(job["id"])

    def _oldest(self, statuses: Sequence[str]) -> Document | None:
        """The one that waits longest, but for those that are being worked on."""
        n_tried = len(self._taken) + 1
        waiting = (
            job
            for status in statuses
            for job in self._store.find(Query("job", fields={"status": status}, limit=n_tried, is_newest_first=False))
        )
        return next((job for job in waiting if job["id"] not in self._taken), None)

    async def _validate(self, job: Document) -> None:
        n_examples = await self._count(job, "Training")
        if n_examples is None or (job["validation_file"] and await self._count(job, "Validation") is None):
            return
        if self._lifecycle.is_open(job):
            self._lifecycle.validated(job, n_examples)
            self._to_train.set()

    async def _count(self, job: Document, role: Literal["Training", "Validation"]) -> int | None:
        param = f"{role.lower()}_file"
        try:
            return await asyncio.to_thread(count_examples, self._files.path(job[param]), role, job["method"]["type"])
        except FileNotFoundError:
            self._fail(job, "invalid_training_file", f"{role} file {job[param]} was deleted", param)
        except UnusableFile as error:
            self._fail(job, error.code, str(error), param)
        return None

    def _fail(self, job: Document, code: str, message: str, param: str | None = None) -> None:
        if self._lifecycle.is_open(job):
            self._lifecycle.failed(job, code, message, param)

    async def _train(self, job: Document) -> None:
        try:
            command = self._plans.command(job)
        except Refused as error:
            self._fail(job, error.code or "invalid_request", str(error), error.param)
            return
        self._lifecycle.started(job)
        process = await TrainingProcess.start(command, self._plans.directory(job))
        self._running[job["id"]] = process
        try:
            self._pause_if_asked_meanwhile(job, process)
            await self._listen(job, process)
        finally:
            del self._running[job["id"]]
            process.kill()
            await process.ended()
        if not self._lifecycle.is_open(job):
            self._plans.tidy(job)

    def _pause_if_asked_meanwhile(self, job: Document, process: TrainingProcess) -> None:
        if self._status(job) == "pausing":
            process.pause()

    def _status(self, job: Document) -> object:
        return (self._lifecycle.job(job["id"]) or {}).get("status")

    async def _listen(self, job: Document, process: TrainingProcess) -> None:
        async with aclosing(process.progress()) as lines:
            async for progress in lines:
                if not self._lifecycle.is_open(job):
                    return  # It was cancelled, perhaps while its process was starting.
                self._heard(job, progress)
        status = await process.ended()
        if self._status(job) in TRAINING_STATUSES:
            message = f"The training process ended unexpectedly (exit status {status}). {process.last_words()}"
            self._fail(job, "server_error", message.strip())

    def _heard(self, job: Document, progress: Document) -> None:
        if progress["kind"] == "finished":
            self._lifecycle.succeeded(job, progress["trained_tokens"])
        elif progress["kind"] == "failed":
            self._lifecycle.failed(job, progress["code"], progress["message"])
        else:
            self._lifecycle.progressed(job, progress)
