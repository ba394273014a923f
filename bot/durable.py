"""Work of several steps that survives a crash: the only file that knows DBOS.

A workflow's id is what makes it happen once. Its steps run at least once: a crash between a step's effect and
its record runs the step again, so a step that costs money looks first whether it was done already. Steps and
workflows take and return plain JSON, and a workflow decides on what a step returned, never on the class of an
exception, since a replay raises another one.
"""

import asyncio
import logging
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import uuid4

from dbos import DBOS, DBOSPortableJSONSerializer, SetWorkflowID, WorkflowStatus
from sqlalchemy import Engine

from bot.executors import Executors
from storage.blocking_engine import create_blocking_engine
from storage.errors import DatabaseUnavailable
from storage.rows import JSON

logger = logging.getLogger(__name__)

PlainJSON: TypeAlias = str | int | float | bool | list[Any] | JSON | None
Workflow: TypeAlias = Callable[..., Awaitable[JSON | None]]
Step: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]

_VERSION = "1"
"""A constant: left to itself, DBOS abandons running work at every change of a workflow's source."""
_MOST_RECOVERIES = 20
"""A workflow found unfinished after so many ends of a process is taken to be their cause, and parked."""
_POOL_SIZE = 10
_MOST_THREADS = 32
_RECOVERIES = "recoveries"
_UNFINISHED = {"PENDING", "ENQUEUED", "DELAYED"}


class SQLiteTooOld(Exception):
    """On Python 3.12 or newer DBOS 3.4 can't start with a SQLite before 3.42, which lacks `unixepoch('subsec')`.

    Source: https://www.sqlite.org/releaselog/3_42_0.html
    """

    def __init__(self) -> None:
        super().__init__(
            f"This Python ({sys.version_info[0]}.{sys.version_info[1]}) brings SQLite {sqlite3.sqlite_version}, and "
            "Tunesmith needs 3.42 or newer with it. Use Python 3.11, a newer system, or PostgreSQL."
        )


class Durable:
    """Starts workflows by name and id, and finishes after a restart what a crash interrupted.

    DBOS lives once a process, so only one of these can be launched at a time. Workflows and steps run on the
    event loop that launched it.
    """

    def __init__(self, url: str, executors: Executors) -> None:
        """Keep workflows at a database URL: a SQLite file of their own, or a schema on PostgreSQL.

        Args:
            executors: the processes that share the database, from `bot.executors`.
        """
        self._url = url
        self._executors = executors
        # New at each start: with the name of a dead process, its work would be begun twice.
        self._executor_id = uuid4().hex
        self._workflows: dict[str, Workflow] = {}
        self._registered: dict[str, Callable[..., Any]] = {}
        self._running: set[asyncio.Task[Any]] = set()
        self._engine: Engine | None = None
        self._beats: asyncio.Task[None] | None = None

    def workflow(self, name: str, run: Workflow) -> None:
        """Register a workflow under the name that its unfinished runs are found by; before `launch`."""
        self._workflows[name] = run

    def step(self, name: str, run: Step) -> Step:
        """Wrap a step: inside a workflow its result is recorded, and not computed again after a crash."""

        async def recorded(*arguments: PlainJSON) -> PlainJSON:
            result: PlainJSON = await DBOS.run_step_async({"name": name}, run, *arguments)
            return result

        return recorded

    async def launch(self) -> None:
        """Begin to work, first on what dead processes left unfinished.

        Raises:
            AlreadyRunning: another process works on the same SQLite file.
            SQLiteTooOld: DBOS can't work with the SQLite that this Python brings.
        """
        is_sqlite = self._url.startswith("sqlite")
        if is_sqlite and sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42):
            raise SQLiteTooOld
        # Before anything of ours can be found running, else a newborn would look dead to the others.
        await self._executors.join(self._executor_id)
        self._engine = create_blocking_engine(self._url, _POOL_SIZE)
        _configure(self._engine, self._url, self._executor_id)
        for name, run in self._workflows.items():
            self._registered[name] = DBOS.workflow(name=name, max_recovery_attempts=10_000)(self._watched(name, run))
        # On this thread, although it blocks for a moment: DBOS runs workflows on the loop that it is launched in.
        DBOS.launch()
        await self._recover()
        if self._executors.beat_seconds is not None:
            self._beats = asyncio.create_task(self._beat(self._executors.beat_seconds))

    async def start(self, name: str, workflow_id: str, *arguments: PlainJSON) -> None:
        """Start a workflow with plain JSON arguments; on return it is recorded and will be finished.

        The same id a second time does nothing, whether the first is running or has ended.
        """
        with SetWorkflowID(workflow_id):
            await DBOS.start_workflow_async(self._registered[name], *arguments)

    async def status(self, workflow_id: str) -> str | None:
        """DBOS's word for how far a workflow is (PENDING, SUCCESS, ERROR, …), or None for an unknown id."""
        found = await DBOS.get_workflow_status_async(workflow_id)
        return None if found is None else found.status

    async def progress(self, workflow_id: str) -> Literal["unknown", "running", "over"]:
        """How far a workflow is; `over` says nothing of whether it ended well, was parked or failed."""
        status = await self.status(workflow_id)
        if status is None:
            return "unknown"
        return "running" if status in _UNFINISHED else "over"

    async def forget(self, before: datetime) -> int:
        """Delete the workflows that ended before a moment, and say how many; their ids could be used again."""
        ended = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before.isoformat(),
            load_input=False,
            load_output=False,
        )
        await DBOS.delete_workflows_async([one.workflow_id for one in ended])
        return len(ended)

    async def close(self) -> None:
        """Stop working at once; what is unfinished stays recorded, and is finished after the next launch."""
        for task in filter(None, (self._beats, *self._running)):
            task.cancel()
        await asyncio.gather(*filter(None, (self._beats, *self._running)), return_exceptions=True)
        if self._engine is not None:
            await _destroy()
            self._engine.dispose()
            self._engine = None
        await self._executors.leave(self._executor_id)

    def _watched(self, name: str, run: Workflow) -> Workflow:
        async def watched(*arguments: PlainJSON) -> JSON | None:
            self._remember(asyncio.current_task())
            try:
                return await run(*arguments)
            except Exception:
                # DBOS records the error, where nobody looks; operators look here.
                logger.exception("workflow_failed", extra={"workflow": name, "workflow_id": DBOS.workflow_id})
                raise

        return watched

    def _remember(self, task: asyncio.Task[Any] | None) -> None:
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _beat(self, beat_seconds: float) -> None:
        while True:
            await asyncio.sleep(beat_seconds)
            try:
                await self._executors.join(self._executor_id)
                await self._recover()
            except DatabaseUnavailable:
                logger.warning("durable_beat_missed", exc_info=True)

    async def _recover(self) -> None:
        """Put the unfinished workflows of processes that are no more in line again.

        Of the two ways that DBOS offers this is the public one; it is not safe to be done by two processes at
        once, which `Executors.alive` prevents.
        """
        alive = await self._executors.alive(self._executor_id)
        if alive is None:
            return
        pending = await DBOS.list_workflows_async(status="PENDING", load_input=False, load_output=False)
        orphans = [one for one in pending if one.executor_id not in alive]
        by_queue: defaultdict[str | None, list[str]] = defaultdict(list)
        for workflow in orphans:
            if await self._count_recovery(workflow):
                by_queue[workflow.queue_name].append(workflow.workflow_id)
        for queue_name, workflow_ids in by_queue.items():
            logger.info("workflows_recovered", extra={"count": len(workflow_ids)})
            await DBOS.resume_workflows_async(workflow_ids, queue_name=queue_name)

    async def _count_recovery(self, workflow: WorkflowStatus) -> bool:
        """Count one more recovery of a workflow, which DBOS does not; False when it was parked instead."""
        recoveries = int((workflow.attributes or {}).get(_RECOVERIES, 0)) + 1
        if recoveries > _MOST_RECOVERIES:
            logger.error("workflow_parked", extra={"workflow": workflow.name, "workflow_id": workflow.workflow_id})
            await DBOS.cancel_workflow_async(workflow.workflow_id)
            return False
        await DBOS.update_workflow_attributes_async(workflow.workflow_id, {_RECOVERIES: recoveries}, merge=True)
        return True


def _configure(engine: Engine, url: str, executor_id: str) -> None:
    DBOS(
        config={
            "name": "tunesmith",
            "system_database_url": url.replace("sqlite+aiosqlite", "sqlite"),
            "system_database_engine": engine,
            "application_version": _VERSION,
            "executor_id": executor_id,
            "serializer": DBOSPortableJSONSerializer(),
            "max_executor_threads": _MOST_THREADS,
            # We send no messages between workflows; the connection that listens for them can outlive its engine.
            "use_listen_notify": False,
            "log_level": "WARNING",
        }
    )


async def _destroy() -> None:
    """Take DBOS down, from a thread of its own: it waits for threads that may wait for this loop."""
    with ThreadPoolExecutor(1) as thread:
        await asyncio.get_running_loop().run_in_executor(thread, lambda: DBOS.destroy(destroy_registry=True))
    # DBOS made its own thread pool, now shut down, the loop's default.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
