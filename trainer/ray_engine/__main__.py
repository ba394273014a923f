"""Have a plan trained on a cluster: ``python -m trainer.ray_engine PLAN OPTIONS CLUSTER``, as the server writes them.

It submits one Ray job and tells its server what the job's workers tell. A second process watches this one: should it
be killed, the job is stopped.
"""

import json
import secrets
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from ray.job_submission import JobSubmissionClient

import trainer
from trainer.engine.plan import Unfit
from trainer.engine.telling import attempt, obey
from trainer.ray_engine.options import PAUSE, Cluster, told_in

_POLL_SECONDS: Final = 0.1
_STATUS_SECONDS: Final = 2.0
_LAST_SECONDS: Final = 60.0
_ENDS: Final = frozenset({"finished", "failed", "paused"})


def main() -> None:
    """Train what the command line says."""
    must_pause = obey()
    plan, options, cluster = sys.argv[1:]
    attempt(lambda: _train(Path(plan), options, cluster, must_pause))


def _train(plan: Path, options: str, cluster: str, must_pause: Callable[[], bool]) -> None:
    directory = plan.parent
    for left in (told_in(directory), directory / PAUSE):
        left.unlink(missing_ok=True)
    client, job_id = _client(Cluster(**json.loads(cluster)).address), f"tunesmith-{secrets.token_hex(8)}"
    watch = [sys.executable, "-m", "trainer.ray_engine.watch", Cluster(**json.loads(cluster)).address, job_id]
    with subprocess.Popen(watch, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True):  # noqa: S603 - our own program
        client.submit_job(
            entrypoint=shlex.join(["python", "-m", "trainer.ray_engine.driver", str(plan), options, cluster]),
            submission_id=job_id,
            runtime_env={"py_modules": [str(Path(trainer.__file__).parent)]},
        )
        for line in _lines(client, job_id, directory, must_pause):
            print(line, end="", flush=True)


def _client(address: str) -> JobSubmissionClient:
    try:
        return JobSubmissionClient(address)
    except (ConnectionError, RuntimeError) as error:
        message = f"The Ray cluster at {address} does not answer. Start it, or correct --ray, and create the job again."
        raise Unfit("no_cluster", message) from error


def _lines(client: Any, job_id: str, directory: Path, must_pause: Callable[[], bool]) -> Iterator[str]:  # noqa: ANN401 - Ray's client has no types
    """What the job tells, until it has told its end."""
    told, ask_at = told_in(directory), time.monotonic()
    at, has_ended = 0, False
    while True:
        for line in _new_lines(told, at):
            at += len(line.encode())
            is_end = json.loads(line)["kind"] in _ENDS
            if is_end:
                _wait_for_end(client, job_id)
            yield line
            if is_end:
                return
        if has_ended:
            raise Unfit("cluster_failed", f"The Ray job {job_id} ended early. {_last_words(client, job_id)}")
        if must_pause():
            (directory / PAUSE).touch()
        if time.monotonic() >= ask_at:
            has_ended = _has_ended(client, job_id)
            ask_at = time.monotonic() + _STATUS_SECONDS
        time.sleep(_POLL_SECONDS)


def _has_ended(client: Any, job_id: str) -> bool:  # noqa: ANN401 - as above
    is_over: bool = client.get_job_status(job_id).is_terminal()
    return is_over


def _wait_for_end(client: Any, job_id: str) -> None:  # noqa: ANN401 - as above
    """Let Ray put its workers away, so that the job counts there as what it was; one that hangs is stopped."""
    ends_at = time.monotonic() + _LAST_SECONDS
    while not _has_ended(client, job_id) and time.monotonic() < ends_at:
        time.sleep(_POLL_SECONDS)


def _new_lines(told: Path, at: int) -> Iterator[str]:
    if told.exists():
        with told.open(encoding="utf-8") as file:
            file.seek(at)
            yield from (line for line in file if line.endswith("\n"))


def _last_words(client: Any, job_id: str) -> str:  # noqa: ANN401 - as above
    lines = client.get_job_logs(job_id).strip().splitlines()
    return lines[-1] if lines else ""


if __name__ == "__main__":
    main()
