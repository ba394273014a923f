"""``/v1/uploads``: a file that comes in parts, in whatever order, and is joined when the client says so."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from trainer.body_limits import MEBIBYTE, PART_BYTES
from trainer.errors import Refused, not_found
from trainer.file_forms import checked_purpose
from trainer.files import Files
from trainer.projects import project_of
from trainer.requests import CompleteUploadRequest, UploadRequest, read
from trainer.store import Document, Query, Store

# https://platform.openai.com/docs/api-reference/uploads: an upload expires an hour after it was created.
_LIFETIME_SECONDS: Final = 3600


class Uploads:
    """Files under way."""

    def __init__(self, store: Store, files: Files) -> None:
        self._store = store
        self._files = files
        self._directory = store.directory / "uploads"
        self._directory.mkdir(exist_ok=True)

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        upload = "/uploads/{upload_id}"
        return [
            Route("/uploads", self.create, methods=["POST"]),
            Route(f"{upload}/parts", self.add_part, methods=["POST"]),
            Route(f"{upload}/complete", self.complete, methods=["POST"]),
            Route(f"{upload}/cancel", self.cancel, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        """Say which file will come."""
        wanted = await read(request, UploadRequest)
        now = self._store.now()
        upload = {
            "id": self._store.new_id("upload", "_"),
            "object": "upload",
            "bytes": wanted.bytes,
            "created_at": now,
            "expires_at": now + _LIFETIME_SECONDS,
            "filename": wanted.filename,
            "purpose": checked_purpose(wanted.purpose),
            "status": "pending",
            "file": None,
            "lifetime_seconds": wanted.expires_after and wanted.expires_after.seconds,
        }
        self._store.add("upload", upload, project_id=project_of(request))
        return JSONResponse(_shown(upload))

    async def add_part(self, request: Request) -> Response:
        """Keep one part, of 64 MB at most."""
        upload = self._pending(request)
        async with request.form(max_files=1) as form:
            data = form.get("data")
            if not isinstance(data, UploadFile):
                raise Refused("Missing required parameter: 'data'.", code="missing_required_parameter", param="data")
            content = await data.read()
        if len(content) > PART_BYTES:
            message = f"The part has {len(content):,} bytes; at most {PART_BYTES:,} are accepted."
            raise Refused(message, code="invalid_value", param="data")
        part = {
            "id": self._store.new_id("part", "_"),
            "object": "upload.part",
            "created_at": self._store.now(),
            "upload_id": upload["id"],
        }
        self._path(part["id"]).write_bytes(content)
        self._store.add("part", part, upload["id"], project_of(request))
        return JSONResponse(part)

    async def complete(self, request: Request) -> Response:
        """Join the parts in the order given: they must be as many bytes as announced."""
        wanted = await read(request, CompleteUploadRequest)
        upload = self._pending(request)
        paths = self._paths(upload, wanted.part_ids)
        _require_whole(paths, upload["bytes"], wanted.md5)
        file = self._files.add_joined(upload, paths, project_of(request))
        upload = self._ended(upload, "completed", file)
        return JSONResponse(_shown(upload))

    async def cancel(self, request: Request) -> Response:
        """Forget the parts that came."""
        return JSONResponse(_shown(self._ended(self._pending(request), "cancelled", None)))

    def forget_expired(self) -> None:
        """Forget the parts of uploads whose time is over."""
        for upload in self._store.find(Query("upload", fields={"status": "pending"})):
            if upload["expires_at"] <= self._store.now():
                self._ended(upload, "expired", None)

    def _pending(self, request: Request) -> Document:
        self.forget_expired()
        upload_id = request.path_params["upload_id"]
        upload = self._store.get("upload", upload_id, project_of(request))
        if upload is None:
            raise not_found("Upload", upload_id, "upload_id")
        if upload["status"] != "pending":
            message = f"Upload {upload_id} is {upload['status']}; only a pending one can go on."
            raise Refused(message, code="invalid_upload_status", param="upload_id")
        return upload

    def _paths(self, upload: Document, part_ids: Sequence[str]) -> list[Path]:
        known = {part["id"] for part in self._store.find(Query("part", parent_id=upload["id"]))}
        strange = next((part_id for part_id in part_ids if part_id not in known), None)
        if strange is not None:
            message = f"Upload {upload['id']} has no part {strange}."
            raise Refused(message, code="invalid_value", param="part_ids")
        return [self._path(part_id) for part_id in part_ids]

    def _ended(self, upload: Document, status: str, file: Document | None) -> Document:
        parts = self._store.find(Query("part", parent_id=upload["id"]))
        with self._store.transaction():
            upload = self._store.change("upload", upload["id"], status=status, file=file)
            for part in parts:
                self._store.delete("part", part["id"])
        for part in parts:
            self._path(part["id"]).unlink(missing_ok=True)
        return upload

    def _path(self, part_id: str) -> Path:
        return self._directory / part_id


def _require_whole(paths: Sequence[Path], n_bytes: int, md5: str | None) -> None:
    found = sum(path.stat().st_size for path in paths)
    if found != n_bytes:
        message = f"The parts have {found:,} bytes together, but the upload announced {n_bytes:,}."
        raise Refused(message, code="invalid_upload_size", param="part_ids")
    if md5 is not None and (is_md5 := _md5(paths)) != md5:
        raise Refused(f"The parts' md5 is {is_md5}, not {md5}.", code="invalid_md5", param="md5")


def _md5(paths: Sequence[Path]) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for piece in _pieces(paths):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(paths: Sequence[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as part:
            while piece := part.read(MEBIBYTE):
                yield piece


def _shown(upload: Document) -> Document:
    return {name: value for name, value in upload.items() if name != "lifetime_seconds"}
