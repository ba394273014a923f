"""New versions of a dataset, made of old ones: converted, repaired, put together or filtered. The old ones stay."""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Final, Literal, NamedTuple, Self, TypeAlias

from storage import errors as storage_errors
from storage.datasets import DatasetStore
from storage.files import FileStore
from storage.rows import JSON, DatasetVersion, Tenant
from tuning.datasets.chunks import chunks_of
from tuning.datasets.convert.conversion import Proposal, convert, propose
from tuning.datasets.fixes.changes import Change
from tuning.datasets.fixes.fixing import FIXABLE, Fixed, fix, fix_lines
from tuning.datasets.options import CheckOptions
from tuning.datasets.parts import Part, Parts
from tuning.datasets.report import Report
from tuning.datasets.selection import Selected, choose, merge
from tuning.datasets.stored import check_stored
from tuning.datasets.withheld_versions import withheld_rows
from tuning.errors import CannotConvert, DatasetNotFound, FileTooLarge

Operation: TypeAlias = Literal["convert", "fix", "merge", "filter", "split"]

_PREVIEWED_LINES: Final = 20_000
"""Lines that a preview of repairs looks at."""


@dataclass(frozen=True, slots=True)
class Revision:
    """How a version is to be made of another. The same revision of the same version is the same version."""

    parent_id: str
    operation: Operation
    arguments: tuple[str, ...] = ()
    """For `convert` the mapping, `user=question`; for `fix` the codes; for `merge` the other version's id; for `filter`
    the words that rows must hold, or with a `-` must not; for `split` the test part's share in per cent and the seed."""

    def version_id(self, dataset_id: str) -> str:
        """Of the version that it makes."""
        said = json.dumps([self.parent_id, self.operation, *sorted(self.arguments)])
        return f"{dataset_id}-{self.operation}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def to_json(self) -> JSON:
        return {"parent_id": self.parent_id, "operation": self.operation, "arguments": list(self.arguments)}

    @classmethod
    def from_json(cls, stored: JSON) -> Self:
        return cls(stored["parent_id"], stored["operation"], tuple(stored["arguments"]))


@dataclass(frozen=True, slots=True)
class Revisions:
    """Makes revisions, and shows beforehand what they would do."""

    store: DatasetStore
    files: FileStore
    parts: Parts
    options: Callable[[str, dict[str, tuple[str, int]]], CheckOptions]
    """What a file of some name is measured against."""
    clock: Callable[[], datetime]
    max_bytes: int

    async def make(self, tenant: Tenant, revision: Revision) -> DatasetVersion:
        """The version that a revision makes; made once, however often it is asked for.

        Raises:
            DatasetNotFound: the version that it is made of, or the dataset itself, was deleted, perhaps meanwhile.
            CannotConvert: the file can't be converted.
            CannotFix: the file can't be repaired line by line.
            FileTooLarge: the result is larger than this installation accepts.
            SplitTooSmall: there are too few different rows for a test part.
        """
        if revision.operation == "split":
            percent, seed = map(int, revision.arguments)
            return await self.parts.ensure(tenant, Part(revision.parent_id, "test", percent, seed).id)
        parent = await self._version(tenant, revision.parent_id)
        version_id = revision.version_id(parent.dataset_id)
        made = await self.store.version(tenant, version_id)
        if made is not None:
            return made
        path = await self._path(parent)
        other = await self._other(tenant, revision)
        with tempfile.TemporaryFile() as target:
            file_name, lineage = await asyncio.to_thread(self._write, _Sources(parent, path, other), revision, target)
            try:
                stored = await self.files.put(_content(target), self.max_bytes)
            except storage_errors.FileTooLarge as error:
                raise FileTooLarge(file_name, self.max_bytes) from error
        withheld = await withheld_rows(self.store, self.files, tenant, self.clock().date())
        options = replace(self.options(file_name, {}), withheld_rows=withheld)
        report = await check_stored(self.files, stored.sha256, options)
        return await self._added(
            DatasetVersion(
                id=version_id,
                tenant=tenant,
                dataset_id=parent.dataset_id,
                number=0,
                file_name=file_name,
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                format=report.format,
                examples=report.examples,
                is_ready=report.is_ready,
                report=report.to_json(),
                origin=revision.operation,
                parent_id=parent.id,
                created_at=self.clock(),
                lineage={**revision.to_json(), **lineage},
            )
        )

    async def _added(self, version: DatasetVersion) -> DatasetVersion:
        try:
            return await self.store.add_version(version)
        except storage_errors.DatasetGone as error:
            raise DatasetNotFound(version.file_name) from error

    async def proposal(self, version: DatasetVersion, mapping: tuple[str, ...] = ()) -> Proposal:
        """How a version would be converted.

        Args:
            mapping: as a person wrote it, `user=question`; empty to have one proposed.

        Raises:
            CannotConvert: it can't, or not without being told how.
            DatasetNotFound: its bytes were deleted meanwhile.
        """
        path = await self._path(version)
        return await asyncio.to_thread(propose, path, version.file_name, mapping)

    async def proposal_or_obstacle(self, version: DatasetVersion) -> tuple[Proposal | None, CannotConvert | None]:
        """The same, for a report that has to say something either way."""
        try:
            return await self.proposal(version), None
        except CannotConvert as error:
            return None, error

    async def preview(self, version: DatasetVersion) -> tuple[Change, ...]:
        """What each repair would change in a version, by its first lines.

        Raises:
            CannotFix: it can't be repaired line by line.
            DatasetNotFound: its bytes were deleted meanwhile.
        """
        found = frozenset(tally.code for tally in Report.from_json(version.report).tallies)
        path = await self._path(version)
        return await asyncio.to_thread(self._previewed, path, version.file_name, found & FIXABLE)

    async def _path(self, version: DatasetVersion) -> Path:
        """Where the bytes of a version lie, which may have been deleted since it was looked up."""
        try:
            return await self.files.path(version.sha256)
        except storage_errors.FileMissing as error:
            raise DatasetNotFound(version.file_name) from error

    async def _version(self, tenant: Tenant, version_id: str) -> DatasetVersion:
        version = await self.store.version(tenant, version_id)
        if version is None:
            raise DatasetNotFound(version_id)
        return version

    def _previewed(self, path: Path, file_name: str, codes: frozenset[str]) -> tuple[Change, ...]:
        provider = self.options(file_name, {}).provider
        with path.open("rb") as stream, tempfile.TemporaryFile() as nowhere:
            return fix(chunks_of(stream), codes, provider, nowhere, _PREVIEWED_LINES).changes

    async def _other(self, tenant: Tenant, revision: Revision) -> Path | None:
        """Where the bytes lie of the version that is merged in."""
        if revision.operation != "merge":
            return None
        return await self._path(await self._version(tenant, revision.arguments[0]))

    def _write(self, sources: "_Sources", revision: Revision, target: IO[bytes]) -> tuple[str, JSON]:
        """Write the new bytes, and say how the file is called now and what was done."""
        path, parent = sources.path, sources.parent
        if revision.operation == "convert":
            converted = convert(path, parent.file_name, target, revision.arguments)
            mapping = converted.mapping.to_json() if converted.mapping else None
            return jsonl_name(parent.file_name), {"mapping": mapping, "left_out": list(converted.left_out)}
        if revision.operation in {"merge", "filter"}:
            selected = _select(sources, revision, target)
            return parent.file_name, {"left_out": selected.left_out, "lines": selected.lines.to_json()}
        fixed = self._fixed(path, parent.file_name, frozenset(revision.arguments), target)
        changes = {change.code: change.lines for change in fixed.changes}
        return parent.file_name, {"changes": changes, "lines": fixed.lines.to_json()}

    def _fixed(self, path: Path, file_name: str, codes: frozenset[str], target: IO[bytes]) -> Fixed:
        with path.open("rb") as stream:
            return fix_lines(file_name, chunks_of(stream), codes, self.options(file_name, {}).provider, target)


class _Sources(NamedTuple):
    """What a revision is made of."""

    parent: DatasetVersion
    path: Path
    other: Path | None


def _select(sources: _Sources, revision: Revision, target: IO[bytes]) -> Selected:
    with sources.path.open("rb") as stream:
        if sources.other is None:
            return choose(chunks_of(stream), revision.arguments, target)
        with sources.other.open("rb") as others:
            return merge(chunks_of(stream), chunks_of(others), target)


def jsonl_name(file_name: str) -> str:
    """The name of a converted file: `reviews.csv.gz` becomes `reviews.jsonl`."""
    bare = file_name.removesuffix(".gz").removesuffix(".zip")
    stem = bare.rpartition(".")[0] or bare
    return f"{stem}.jsonl"


async def _content(target: IO[bytes]) -> AsyncIterator[bytes]:
    target.seek(0)
    for chunk in chunks_of(target):
        yield chunk
