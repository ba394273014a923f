"""What the commands about versions answer: list, compare, name, put together, choose rows, and download."""

import re
from dataclasses import dataclass
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from handlers.asker import Asker, Commands
from handlers.blocks.kit import Content
from handlers.blocks.token_preview import token_page
from handlers.blocks.versions import difference_page, made_of, version_list
from handlers.mrkdwn import escape, quoted_name
from handlers.reports import Reports
from handlers.revision_commands import RevisionCommands
from storage.rows import DatasetVersion
from tuning.datasets.merging import require_joinable
from tuning.datasets.revisions import Revision
from tuning.datasets.token_preview import TokenPreviews
from tuning.datasets.versions import Versions
from tuning.errors import FileTooLarge
from tuning.models import Models

MOST_SENT_BYTES: Final = 50_000_000
"""Of a version that is sent as a file; a larger one is fetched at the command line. Our choice."""

_VERSION: Final = re.compile(r"v?\d+", re.IGNORECASE)
_WORDS_OF_A_TAG: Final = 3


@dataclass(frozen=True, slots=True)
class VersionCommands:
    """Whatever makes a version is done by `revisions`; here it is asked for in words."""

    reports: Reports
    versions: Versions
    revisions: RevisionCommands
    models: Models
    client: AsyncWebClient

    def table(self) -> Commands:
        return Commands(
            typed={
                "versions": self.list_all,
                "diff": self.compare,
                "tag": self.tag,
                "merge": self.merge,
                "filter": self.choose,
                "tokens": self.show_tokens,
            },
            pressed={
                "datasets.versions": self.list_all,
                "datasets.version": self.report,
                "datasets.diff": self.what_changed,
                "datasets.download": self.download,
                "datasets.tokens": self.tokens_of,
                "models.rows": self.rows_of_model,
            },
        )

    async def list_all(self, asker: Asker, text: str) -> Content:
        """The versions of a dataset; for the name of a model, the rows that made it."""
        model = await self.models.named(asker.viewer, text) if text else None
        if model is not None:
            return await self.rows_of_model(asker, model.id)
        dataset = await self.reports.datasets.named_or_newest(asker.viewer, text)
        return version_list(asker.voice, dataset, await self.versions.known(dataset))

    async def report(self, asker: Asker, version_id: str) -> Content:
        await self.reports.datasets.seen(asker.viewer, version_id)
        return await self.reports.of_version(asker.voice, asker.tenant, version_id)

    async def show_tokens(self, asker: Asker, text: str) -> Content:
        newest = await self.versions.find(await self.reports.datasets.named_or_newest(asker.viewer, text), "")
        return await self.tokens_of(asker, newest.id)

    async def tokens_of(self, asker: Asker, version_id: str) -> Content:
        """How long the rows are, and what of three of them is learned."""
        await self.reports.datasets.seen(asker.viewer, version_id)
        version, report = await self.reports.datasets.report(asker.tenant, version_id)
        return token_page(asker.voice, version, report, await TokenPreviews(self.versions.files).of(version))

    async def compare(self, asker: Asker, text: str) -> Content:
        """`diff`, `diff marv`, `diff marv v1 v3`, `diff marv gold`: two versions, else the newest and what it was made of."""
        words = text.split()
        name = words.pop(0) if words and not _VERSION.fullmatch(words[0]) else ""
        dataset = await self.reports.datasets.named_or_newest(asker.viewer, name)
        new = await self.versions.find(dataset, words[1] if len(words) > 1 else "")
        if words:
            return await self._compared(asker, await self.versions.find(dataset, words[0]), new)
        return await self.what_changed(asker, new.id)

    async def what_changed(self, asker: Asker, version_id: str) -> Content:
        """A version beside the one it was made of."""
        await self.reports.datasets.seen(asker.viewer, version_id)
        lineage = await self.versions.lineage(asker.tenant, version_id)
        new, *before = lineage.versions
        return await self._compared(asker, before[0] if before else new, new)

    async def tag(self, asker: Asker, text: str) -> Content:
        words = text.split()
        if len(words) != _WORDS_OF_A_TAG:
            return asker.told("versions.tag.how")
        dataset = await self.reports.datasets.find(asker.viewer, words[0])
        version = await self.versions.find(dataset, words[1])
        tag = await self.versions.tag(asker.viewer, dataset, version, words[2])
        return asker.told(
            "versions.tagged", name=quoted_name(dataset.name), version=version.number, tag=escape(tag.name)
        )

    async def merge(self, asker: Asker, text: str) -> Content:
        first, _, second = text.partition(" ")
        if not second.strip():
            return asker.told("versions.merge.how")
        one, other = [
            await self.reports.datasets.named_or_newest(asker.viewer, name) for name in (first, second.strip())
        ]
        await require_joinable(asker.viewer, one, other)
        newest, added = [await self.versions.find(dataset, "") for dataset in (one, other)]
        return await self.revisions.begin(asker, Revision(newest.id, "merge", (added.id,)))

    async def choose(self, asker: Asker, text: str) -> Content:
        name, *words = text.split()
        if not words:
            return asker.told("versions.filter.how")
        newest = await self.versions.find(await self.reports.datasets.named_or_newest(asker.viewer, name), "")
        return await self.revisions.begin(asker, Revision(newest.id, "filter", tuple(words)))

    async def rows_of_model(self, asker: Asker, model_id: str) -> Content:
        model = await self.models.find(asker.viewer, model_id)
        lineage = await self.versions.that_made(model)
        if lineage is None:
            return asker.told("versions.model.unknown", model=quoted_name(model.name))
        await self.reports.datasets.seen(asker.viewer, lineage.versions[0].id)
        return made_of(asker.voice, model, lineage)

    async def download(self, asker: Asker, version_id: str) -> Content:
        """The version as a file, in a direct message: its rows are nobody else's business."""
        await self.reports.datasets.seen(asker.viewer, version_id)
        version = await self.reports.datasets.version(asker.tenant, version_id)
        if version.size_bytes > MOST_SENT_BYTES:
            raise FileTooLarge(version.file_name, MOST_SENT_BYTES)
        content = b"".join([chunk async for chunk in self.versions.files.read(version.sha256)])
        told = asker.voice("versions.sent", file=quoted_name(version.file_name), version=version.number)
        opened = await self.client.chat_postMessage(channel=asker.actor.user_id, text=told)
        await self.client.files_upload_v2(
            channel=str(opened["channel"]), thread_ts=str(opened["ts"]), filename=version.file_name, content=content
        )
        return asker.told("versions.sent", file=quoted_name(version.file_name), version=version.number)

    async def _compared(self, asker: Asker, old: DatasetVersion, new: DatasetVersion) -> Content:
        return difference_page(asker.voice, old, new, await self.versions.differences(old, new))
