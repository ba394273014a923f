"""Rows that arrive while a transaction commits go together into the next one: one flush of the disk for all."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from storage.errors import DatabaseUnavailable

Row = TypeVar("Row")
_MOST_ROWS = 200
"""Of one transaction, so that the first in a long line don't wait for the last."""


class GroupCommit(Generic[Row]):
    """A line of rows before one writer; whoever puts a row in it waits until that row is committed."""

    def __init__(self, write: Callable[[Sequence[Row]], Awaitable[Sequence[bool]]]) -> None:
        """Write with `write`: one transaction for the rows it is given; it says of each whether it was new."""
        self._write = write
        self._line: list[tuple[Row, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, row: Row) -> bool:
        """Commit a row; False: it had been stored already.

        Raises:
            DatabaseUnavailable: the row isn't stored.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._line.append((row, stored))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_line())
        return await stored

    async def drained(self) -> None:
        """Wait until nothing waits any more."""
        if self._writer is not None:
            await self._writer

    async def _write_line(self) -> None:
        while self._line:
            together, self._line = self._line[:_MOST_ROWS], self._line[_MOST_ROWS:]
            await self._commit(together)
        self._writer = None

    async def _commit(self, together: Sequence[tuple[Row, asyncio.Future[bool]]]) -> None:
        [outcome] = await asyncio.gather(self._write([row for row, _ in together]), return_exceptions=True)
        if isinstance(outcome, BaseException):
            await self._fail(together, outcome)
            return
        for (_, stored), is_new in zip(together, outcome, strict=True):
            if not stored.done():
                stored.set_result(is_new)

    async def _fail(self, together: Sequence[tuple[Row, asyncio.Future[bool]]], error: BaseException) -> None:
        """A row that can't be written costs no other its place; a database that is away is asked once for all."""
        if len(together) > 1 and not isinstance(error, DatabaseUnavailable):
            for one in together:
                await self._commit([one])
            return
        for _, stored in together:
            if not stored.done():
                stored.set_exception(error)
