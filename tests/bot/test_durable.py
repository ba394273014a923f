import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from dbos import DBOS, PortableWorkflowError

from bot.durable import Durable
from bot.executors import AlreadyRunning, LeasedExecutors, SoleExecutor
from storage.engine import Database
from storage.leases import LeaseStore

_CHILD = dedent("""
    import asyncio, sys
    from pathlib import Path
    from bot.durable import Durable
    from bot.executors import LeasedExecutors, SoleExecutor
    from storage.engine import Database
    from storage.leases import LeaseStore

    async def main(url, folder):
        executors = SoleExecutor(folder / "durable.lock")
        if url.startswith("postgresql"):
            executors = LeasedExecutors(LeaseStore(await Database.open(url)), lease_seconds=1)
        durable = Durable(url, executors)

        async def upload(name):
            with (folder / "uploads").open("a") as file:
                file.write(name + "\\n")
            return {"file_id": f"file-{name}"}

        async def create(file_id):
            print("creating", flush=True)
            await asyncio.Event().wait()

        upload, create = durable.step("upload", upload), durable.step("create", create)

        async def start_job(name):
            uploaded = await upload(name)
            return await create(uploaded["file_id"])

        durable.workflow("start_job", start_job)
        await durable.launch()
        await durable.start("start_job", "start:job_1", "marv")
        await asyncio.Event().wait()

    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
""")


class Story:
    """The same workflow as the child's, with a second step that ends, and what became of it."""

    def __init__(self, durable: Durable, folder: Path) -> None:
        self.created: list[str] = []
        self.has_ended = asyncio.Event()
        self._uploads = folder / "uploads"
        upload, create = durable.step("upload", self._upload), durable.step("create", self._create)

        async def start_job(name: str) -> dict[str, str]:
            uploaded = await upload(name)
            created = await create(uploaded["file_id"])
            self.has_ended.set()
            return created

        durable.workflow("start_job", start_job)

    async def _upload(self, name: str) -> dict[str, str]:
        with self._uploads.open("a") as file:
            file.write(f"{name}\n")
        return {"file_id": f"file-{name}"}

    async def _create(self, file_id: str) -> dict[str, str]:
        self.created.append(file_id)
        return {"job_id": f"ftjob-{file_id}"}

    def uploads(self) -> list[str]:
        return self._uploads.read_text().split()


@asynccontextmanager
async def _launched(durable: Durable) -> AsyncIterator[Durable]:
    await durable.launch()
    try:
        yield durable
    finally:
        await durable.close()


@pytest.fixture
def durable_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'durable.sqlite'}"


@pytest.fixture
def durable(durable_url: str, tmp_path: Path) -> Durable:
    return Durable(durable_url, SoleExecutor(tmp_path / "durable.lock"))


async def _killed_while_creating(url: str, folder: Path) -> None:
    """A child process starts the job, uploads, and is killed while it waits for the provider."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _CHILD, url, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"creating\n"
    child.send_signal(signal.SIGKILL)
    await child.communicate()


async def test_the_same_id_twice_is_one_run(durable, tmp_path):
    story = Story(durable, tmp_path)
    async with _launched(durable):
        await asyncio.gather(*(durable.start("start_job", "start:job_1", "marv") for _ in range(5)))
        await story.has_ended.wait()
        await durable.start("start_job", "start:job_1", "marv")

    assert story.uploads() == ["marv"]
    assert story.created == ["file-marv"]


async def test_a_killed_process_s_work_is_finished_and_its_finished_steps_are_not_done_again(
    durable, durable_url, tmp_path
):
    await _killed_while_creating(durable_url, tmp_path)
    story = Story(durable, tmp_path)

    async with _launched(durable):
        await story.has_ended.wait()

    assert story.uploads() == ["marv"]
    assert story.created == ["file-marv"]


async def test_on_postgresql_a_living_process_takes_over_when_another_is_killed(postgresql_url, tmp_path):
    database = await Database.open(postgresql_url)
    survivor = Durable(postgresql_url, LeasedExecutors(LeaseStore(database), lease_seconds=1))
    story = Story(survivor, tmp_path)

    async with _launched(survivor):
        await _killed_while_creating(postgresql_url, tmp_path)
        await story.has_ended.wait()
    await database.close()

    assert story.uploads() == ["marv"]
    assert story.created == ["file-marv"]


async def test_closing_stops_at_once_and_the_next_launch_finishes(durable, durable_url, tmp_path):
    is_creating = asyncio.Event()

    async def create(name: str) -> None:
        del name
        is_creating.set()
        await asyncio.Event().wait()

    durable.workflow("start_job", create)
    async with _launched(durable):
        await durable.start("start_job", "start:job_1", "marv")
        await is_creating.wait()

    second = Durable(durable_url, SoleExecutor(tmp_path / "durable.lock"))
    story = Story(second, tmp_path)
    async with _launched(second):
        await story.has_ended.wait()
    assert story.created == ["file-marv"]


async def test_a_workflow_that_fails_ends_in_error_and_says_so_in_the_log(durable, caplog):
    async def fail() -> None:
        raise RuntimeError("no such dataset")

    durable.workflow("start_job", fail)
    async with _launched(durable):
        await durable.start("start_job", "start:job_1")
        with pytest.raises(PortableWorkflowError, match="no such dataset"):
            await DBOS.get_result_async("start:job_1")

        assert await durable.status("start:job_1") == "ERROR"
        assert await durable.progress("start:job_1") == "over"
    assert "workflow_failed" in caplog.messages


async def test_an_unknown_id_has_no_status(durable):
    async with _launched(durable):
        assert await durable.status("start:nothing") is None
        assert await durable.progress("start:nothing") == "unknown"


async def test_workflows_that_ended_before_a_moment_are_forgotten(durable, tmp_path):
    story = Story(durable, tmp_path)
    async with _launched(durable):
        await durable.start("start_job", "start:job_1", "marv")
        await story.has_ended.wait()
        await DBOS.get_result_async("start:job_1")

        forgotten = [await durable.forget(datetime.now(UTC) + timedelta(hours=hours)) for hours in (-1, 1)]
        assert (forgotten, await durable.status("start:job_1")) == ([0, 1], None)


async def test_a_second_process_on_the_same_files_is_told_what_to_do(durable, durable_url, tmp_path):
    async with _launched(durable):
        second = Durable(durable_url, SoleExecutor(tmp_path / "durable.lock"))
        with pytest.raises(AlreadyRunning, match="Stop it first"):
            await second.launch()


async def test_steps_run_in_the_loop_of_the_bot_with_threads_still_to_use_after_the_end(durable):
    loops = []

    async def remember() -> None:
        loops.append(asyncio.get_running_loop())

    done = asyncio.Event()
    step = durable.step("remember", remember)

    async def work() -> None:
        await step()
        done.set()

    durable.workflow("work", work)
    async with _launched(durable):
        await durable.start("work", "work:1")
        await done.wait()

    assert loops == [asyncio.get_running_loop()]
    assert await asyncio.to_thread(str, 1) == "1"
