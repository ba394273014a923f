"""``/v1/files``: upload, list, retrieve, read and delete."""

import os
import shutil
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from trainer.body_limits import FILE_BYTES
from trainer.errors import Refused, not_found
from trainer.file_forms import checked_purpose, lifetime_seconds, uploaded_file
from trainer.lines import first_line_problem
from trainer.paging import page
from trainer.projects import project_of
from trainer.store import Document, Query, Store

_COPY_BYTES: Final = 1024 * 1024
_LIST_LIMIT: Final = 10_000


class Files:
    """The files that clients uploaded and the result files that jobs left."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._directory = store.directory / "files"
        self._directory.mkdir(exist_ok=True)

    def routes(self) -> list[Route]:
        """The addresses of this noun."""
        return [
            Route("/files", self.create, methods=["POST"]),
            Route("/files", self.list_files, methods=["GET"]),
            Route("/files/{file_id}", self.retrieve, methods=["GET"]),
            Route("/files/{file_id}", self.delete, methods=["DELETE"]),
            Route("/files/{file_id}/content", self.content, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """Keep an uploaded file; one for fine-tuning must begin as a JSONL file does."""
        async with request.form(max_files=1) as form:
            upload = uploaded_file(form)
            purpose = checked_purpose(form.get("purpose"))
            lifetime = lifetime_seconds(form)
            file_id = self._store.new_id("file")
            n_bytes = await self._keep(file_id, upload)
        try:
            self._require_jsonl(file_id, purpose)
        except Refused:
            self.path(file_id).unlink()
            raise
        body = self._object(file_id, upload.filename or file_id, purpose, n_bytes, lifetime)
        self._store.add("file", body, project_id=project_of(request))
        return JSONResponse(body)

    def add_joined(self, upload: Document, parts: Sequence[Path], project_id: str) -> Document:
        """Make a file of an upload's parts, in their order.

        Raises:
            Refused: the parts together are no JSONL file, though they are for fine-tuning.
            OSError: there is no room for it.
        """
        file_id = self._store.new_id("file")
        try:
            with self.path(file_id).open("wb") as joined:
                for part in parts:
                    with part.open("rb") as content:
                        shutil.copyfileobj(content, joined, _COPY_BYTES)
                joined.flush()
                os.fsync(joined.fileno())
            self._require_jsonl(file_id, upload["purpose"])
        except (OSError, Refused):
            self.path(file_id).unlink(missing_ok=True)
            raise
        lifetime = upload["lifetime_seconds"]
        body = self._object(file_id, upload["filename"], upload["purpose"], upload["bytes"], lifetime)
        self._store.add("file", body, project_id=project_id)
        return body

    def forget_expired(self) -> None:
        """Delete the files whose time is over."""
        for file in self._store.find(Query("file")):
            if self._is_expired(file):
                self._forget(file["id"])

    def _forget(self, file_id: str) -> None:
        self._store.delete("file", file_id)
        self.path(file_id).unlink(missing_ok=True)

    def _is_expired(self, file: Document) -> bool:
        return file["expires_at"] is not None and file["expires_at"] <= self._store.now()

    def _require_jsonl(self, file_id: str, purpose: str) -> None:
        problem = first_line_problem(self.path(file_id)) if purpose == "fine-tune" else None
        if problem:
            raise Refused(problem, code="invalid_file_format", param="file")

    def add_result(self, file_id: str, name: str, content: bytes) -> Document:
        """Write a job's result file; the caller keeps the object that this gives."""
        _write(self.path(file_id), content)
        return self._object(file_id, name, "fine-tune-results", len(content))

    async def list_files(self, request: Request) -> Response:
        """The files, newest first unless `order` is asc."""
        self.forget_expired()
        purpose = request.query_params.get("purpose")
        query = Query("file", project_of(request), fields={"purpose": purpose} if purpose else None)
        return page(self._store, query, request.query_params, _LIST_LIMIT)

    async def retrieve(self, request: Request) -> Response:
        """One file's facts."""
        return JSONResponse(self._existing(request))

    async def content(self, request: Request) -> Response:
        """One file's bytes, as they came."""
        file = self._existing(request)
        return FileResponse(self.path(file["id"]), media_type="application/octet-stream")

    async def delete(self, request: Request) -> Response:
        """Forget a file; jobs that have not read it yet will fail and say so."""
        file_id = self._existing(request)["id"]
        self._forget(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    def find(self, file_id: str, project_id: str) -> Document | None:
        """The project's file of this id, unless its time is over."""
        file = self._store.get("file", file_id, project_id)
        return None if file is None or self._is_expired(file) else file

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file lie."""
        return self._directory / file_id

    def _existing(self, request: Request) -> Document:
        file_id = request.path_params["file_id"]
        file = self.find(file_id, project_of(request))
        if file is None:
            raise not_found("File object", file_id, "id")
        return file

    async def _keep(self, file_id: str, upload: UploadFile) -> int:
        n_bytes = upload.size or 0
        if n_bytes > FILE_BYTES:
            raise Refused(
                f"The file has {n_bytes:,} bytes; at most {FILE_BYTES:,} are accepted.",
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                param="file",
            )
        try:
            with self.path(file_id).open("wb") as kept:
                while piece := await upload.read(_COPY_BYTES):
                    kept.write(piece)
                kept.flush()
                os.fsync(kept.fileno())
        except OSError:
            self.path(file_id).unlink(missing_ok=True)
            raise
        return n_bytes

    def _object(self, file_id: str, name: str, purpose: str, n_bytes: int, lifetime: int | None = None) -> Document:
        return {
            "id": file_id,
            "object": "file",
            "bytes": n_bytes,
            "created_at": self._store.now(),
            "filename": name,
            "purpose": purpose,
            "status": "processed",
            "status_details": None,
            "expires_at": lifetime and self._store.now() + lifetime,
        }


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(path)
