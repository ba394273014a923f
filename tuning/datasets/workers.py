"""Processes that judge pieces of large files: as many as there are processors to use, and killable."""

import contextlib
import os
import pickle
import queue
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Final, Self, cast

from tuning.datasets.pieces import Piece
from tuning.datasets.piecework import JudgedPiece, Order, judged

PROCESSES: Final = 2
"""With the process that starts them they stay below 350 MiB together."""

_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's matrices aren't used, and a tenth of a second of a processor goes into threads for them."""


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    order: Order | None = None
    """The one that it knows."""

    def judge(self, piece: Piece, order: Order) -> JudgedPiece:
        """Raises OSError, EOFError or UnpicklingError where the process has ended."""
        orders, results = cast("IO[bytes]", self.process.stdin), cast("IO[bytes]", self.process.stdout)
        if self.order is not order:
            pickle.dump(order, orders, pickle.HIGHEST_PROTOCOL)
            self.order = order
        pickle.dump(piece, orders, pickle.HIGHEST_PROTOCOL)
        orders.flush()
        return cast("JudgedPiece", pickle.load(results))  # noqa: S301 - written by a process that we have started.

    def end(self) -> None:
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                cast("IO[bytes]", stream).close()
        self.process.wait()


class Workers:
    """Started when the first piece comes; `with` ends them."""

    def __init__(self, count: int = PROCESSES) -> None:
        self._count = count
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
        """What is known of each piece, in their order; hardly more pieces are asked for than are being judged."""
        if not self._started:
            self._start()
        waiting: deque[Future[JudgedPiece]] = deque()
        for piece in pieces:
            waiting.append(self._threads.submit(self._judged, piece, order))
            if len(waiting) > self._count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _start(self) -> None:
        path = os.pathsep.join(entry for entry in sys.path if entry)
        for _ in range(self._count):
            process = subprocess.Popen(
                [sys.executable, "-m", "tuning.datasets.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path, **_ONE_THREAD},
                process_group=0,  # A person's Ctrl-C is this process's own to deal with.
            )
            self._started.append(_Worker(process))
            self._idle.put(self._started[-1])

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
