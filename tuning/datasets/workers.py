"""Processes that judge pieces of large files: as many as there are processors to use, and killable."""

import contextlib
import os
import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from types import TracebackType
from typing import IO, Final, Protocol, Self, cast

from tuning.datasets.pieces import Piece
from tuning.datasets.piecework import JudgedPiece, Order, judged, work
from tuning.tokens.batches import load_counter
from tuning.tokens.encodings import O200K

PROCESSES: Final = 2
"""With the process that starts them they stay below 350 MiB together."""

_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's matrices aren't used, and a tenth of a second of a processor goes into threads for them."""


class _Process(Protocol):
    def kill(self) -> None: ...


@dataclass(slots=True)
class _Worker:
    process: _Process
    orders: IO[bytes]
    results: IO[bytes]
    wait: Callable[[], object]
    order: Order | None = None
    """The one that it knows."""

    def judge(self, piece: Piece, order: Order) -> JudgedPiece:
        """Raises OSError, EOFError or UnpicklingError where the process has ended."""
        if self.order is not order:
            pickle.dump(order, self.orders, pickle.HIGHEST_PROTOCOL)
            self.order = order
        pickle.dump(piece, self.orders, pickle.HIGHEST_PROTOCOL)
        self.orders.flush()
        return cast("JudgedPiece", pickle.load(self.results))  # noqa: S301 - written by a process that we have started.

    def end(self) -> None:
        self.process.kill()
        for stream in (self.orders, self.results):
            with contextlib.suppress(OSError):
                stream.close()
        self.wait()


class Workers:
    """Started when the first piece comes; `with` ends them."""

    def __init__(self, count: int = PROCESSES, *, forks: bool = False) -> None:
        """Judge with so many processes.

        Args:
            count: how many.
            forks: whether they are forked, where that is safe, and take over what the starting process has loaded; it
                must do nothing else meanwhile.
        """
        self._count = count
        self._forks = forks and sys.platform == "linux"
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="piece")
        self._idle: queue.SimpleQueue[_Worker | None] = queue.SimpleQueue()
        self._started: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._started:
            worker.end()
        self._threads.shutdown(cancel_futures=True)

    def judged(self, pieces: Iterable[Piece], order: Order) -> Iterator[JudgedPiece]:
        """What is known of each piece, in their order; as many wait as are being judged, so that nobody is idle."""
        if not self._started:
            self._start(order)
        waiting: deque[Future[JudgedPiece]] = deque()
        for piece in pieces:
            waiting.append(self._threads.submit(self._judged, piece, order))
            if len(waiting) > 2 * self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _start(self, order: Order) -> None:
        if self._forks:
            load_counter(order.options.encoding or O200K, counts_fast=order.counts_fast)
        for _ in range(self._count):
            worker = _forked() if self._forks else _spawned()
            self._started.append(worker)
            self._idle.put(worker)

    def _judged(self, piece: Piece, order: Order) -> JudgedPiece:
        worker = self._idle.get()
        try:
            if worker is not None:
                return worker.judge(piece, order)
        except (OSError, EOFError, pickle.UnpicklingError):
            # Somebody has killed it: its pieces are judged here.
            worker = None
        finally:
            self._idle.put(worker)
        return judged(piece, order)


def _spawned() -> _Worker:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    process = subprocess.Popen(
        [sys.executable, "-m", "tuning.datasets.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, **_ONE_THREAD},
        process_group=0,  # A person's Ctrl-C is this process's own to deal with.
    )
    return _Worker(process, cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout), process.wait)


def _forked() -> _Worker:
    orders, to_worker = os.pipe()
    from_worker, results = os.pipe()
    process = get_context("fork").Process(target=_serve, args=(orders, results, (to_worker, from_worker)), daemon=True)
    process.start()
    os.close(orders)
    os.close(results)
    return _Worker(process, os.fdopen(to_worker, "wb"), os.fdopen(from_worker, "rb"), process.join)


def _serve(orders: int, results: int, not_ours: tuple[int, ...]) -> None:
    """What a forked process does; it ends with its input, which it must not hold open itself."""
    os.setpgid(0, 0)
    for one in not_ours:
        os.close(one)
    with os.fdopen(orders, "rb") as pieces, os.fdopen(results, "wb") as judged_pieces:
        work(pieces, judged_pieces)
