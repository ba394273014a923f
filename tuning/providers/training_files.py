"""Training files at a provider: brought there, found again, watched until processed, fetched back, and deleted."""

import asyncio
import codecs
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from openai import omit

from storage.rows import JSON
from tuning.errors import ProviderError, ProviderMissing
from tuning.providers.connection import Connection
from tuning.providers.errors import translated
from tuning.providers.paging import LIST_PAGES, PAGE_ROWS, pages

_LOST: Final = {"error", "deleted"}
_SPOOLED_BYTES: Final = 4_000_000


def upload_name(scope: str, sha256: str) -> str:
    """Under which the bytes with a sha256 are uploaded, so that they are found again.

    Args:
        scope: the job that has them for itself, where jobs are recognised by their file; else nothing.
    """
    return f"tunesmith-{scope}{sha256}.jsonl"


class TrainingFiles(Connection):
    """The files of one provider account."""

    async def upload(self, path: Path, name: str) -> str:
        """Upload the training file at `path` under `name` and return its id.

        Raises:
            ProviderUnavailable: it may have arrived all the same; look with `find_file` before sending it again.
        """
        opened = _marked if self.profile.wants_byte_order_mark else _plain
        with await asyncio.to_thread(opened, path) as stream:
            call = self._client.files.with_raw_response.create(file=(name, stream), purpose="fine-tune")
            body = await self._object(call, seconds=self._patience.upload_seconds)
        return self._named(body)

    async def find_file(self, name: str) -> str | None:
        """The id of a usable training file that was uploaded under `name`."""

        async def fetch(after: str | None) -> JSON:
            call = self._client.files.with_raw_response.list(purpose="fine-tune", after=after or omit, limit=PAGE_ROWS)
            return await self._object(call)

        async for page in pages(self.title, fetch, max_pages=LIST_PAGES):
            for row in page:
                if row.get("filename") == name and row.get("id") and row.get("status") not in _LOST:
                    return str(row["id"])
        return None

    async def has_file(self, file_id: str) -> bool:
        """Whether the provider still has an uploaded file; True where it doesn't say."""
        try:
            body = await self._object(self._client.files.with_raw_response.retrieve(file_id))
        except ProviderMissing:
            return False
        except ProviderError:
            return True
        return body.get("status") not in _LOST

    async def content(self, file_id: str) -> AsyncIterator[bytes]:
        """The bytes of an uploaded file, without the byte-order mark that some hosts want in front of them.

        Raises:
            ProviderMissing: it is gone there.
            ProviderError: anything else that went wrong, also in the middle.
        """
        call = self._client.files.with_streaming_response.content(file_id)
        async with translated(self.title), call as answer:
            async for chunk in _unmarked(answer.iter_bytes()):
                yield chunk

    async def is_file_ready(self, file_id: str) -> bool:
        """Whether a job may name an uploaded file now.

        Asked only where the profile says that a job wouldn't wait: elsewhere some servers never say `processed`
        (Nebius sends null, fakeai 0.3.2 stays at `uploaded`). A file with a fault counts as ready, for the job's
        own refusal says what is wrong with it.
        """
        if not self.profile.waits_for_files:
            return True
        body = await self._object(self._client.files.with_raw_response.retrieve(file_id))
        return body.get("status") in {"processed", *_LOST}

    async def delete_file(self, file_id: str) -> bool:
        """Delete an uploaded file; False where the host offers no deletion, so that it stays there.

        One that is gone already counts as deleted.
        """
        if not self.profile.deletes_files:
            return False
        try:
            await self._object(self._client.files.with_raw_response.delete(file_id))
        except ProviderMissing:
            return not await self.has_file(file_id)
        return True


async def _unmarked(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes behind UTF-8's byte-order mark, where they begin with one."""
    beginning, has_begun = b"", False
    async for chunk in chunks:
        if has_begun:
            yield chunk
            continue
        beginning += chunk
        if len(beginning) >= len(codecs.BOM_UTF8):
            has_begun = True
            yield beginning.removeprefix(codecs.BOM_UTF8)
    if not has_begun:
        yield beginning


def _plain(path: Path) -> IO[bytes]:
    return path.open("rb")


def _marked(path: Path) -> IO[bytes]:
    """The file behind UTF-8's byte-order mark, with which it may begin already."""
    copy: IO[bytes] = SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115 - closed by whoever uploads.
    with path.open("rb") as stream:
        if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            stream.seek(0)
        copy.write(codecs.BOM_UTF8)
        shutil.copyfileobj(stream, copy)
    copy.seek(0)
    return copy
