"""Long work on whole files in a process of its own: a thread would keep the interpreter from everything else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Final, TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")

APART_BYTES: Final = 4 << 20
"""Of a file; what is smaller is done sooner than a process has started."""


async def apart(work: Callable[[Argument, Argument], Result], one: Argument, other: Argument) -> Result:
    """What `work` makes of two values; it and they must be such that can be sent to another process.

    Whoever is cancelled waits no longer; the process ends by itself when it is done.
    """
    # Started afresh: a fork of a process with threads may hang.
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work, one, other)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
