"""The check and the estimate over HTTP, for pipelines that hold the key: the same objects as at the command line."""

import asyncio
import hmac
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.described import described_estimate, described_report
from tuning.datasets.estimates import estimates
from tuning.datasets.large_files import check_file
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import OPENAI, PROVIDER_FACTS, ProviderFacts
from tuning.datasets.report import Report
from tuning.datasets.wording import Wording
from tuning.hyperparameters import RANGES
from tuning.texts import Language, Texts, language_of

MEDIA_TYPES: Final = (
    "application/jsonl",
    "application/x-ndjson",
    "application/json",
    "application/octet-stream",
    "text/plain",
)
"""How a training file may be announced; JSON Lines has no registered type of its own (https://jsonlines.org)."""

_FILE_NAME: Final = "training.jsonl"
_MOST_NAME_CHARACTERS: Final = 255


class _Refused(Exception):
    """The request can't be answered; the sentence says why, and what to do."""

    def __init__(self, status: HTTPStatus, key: str, **parameters: str | int) -> None:
        super().__init__(key)
        self.status, self.key, self.parameters = status, key, parameters


@dataclass(frozen=True, slots=True)
class Api:
    """Answers whoever sends the key as `Authorization: Bearer <key>`; nothing that they send is kept."""

    key: str
    max_file_bytes: int
    texts: Texts
    clock: Callable[[], datetime]
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    """One file at a time: a check takes a whole core, which the bot needs too."""

    def routes(self) -> list[Route]:
        """`POST /check` and `POST /estimate`."""
        return [
            Route("/check", self._at(self._check), methods=["POST"]),
            Route("/estimate", self._at(self._estimate), methods=["POST"]),
        ]

    def _at(self, answer: Callable[[Request], Awaitable[dict[str, Any]]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                self._admit(request)
                # A report of many findings is long; it is written beside the loop, and at the speed of C.
                written = await asyncio.to_thread(msgspec.json.encode, await answer(request))
                return Response(written, media_type="application/json")
            except _Refused as refused:
                return self._refusal(request, refused)
            except ClientDisconnect:
                # Nobody is there to read an answer.
                return Response(status_code=HTTPStatus.BAD_REQUEST)

        return endpoint

    async def _check(self, request: Request) -> dict[str, Any]:
        """Everything that is wrong with the file: `tunesmith check --format json`."""
        asked = request.query_params
        name, provider = _name(request), _provider(request) or OPENAI
        options = CheckOptions(name, self._today(), provider, asked.get("model", ""), asked.get("method", ""))
        report = await self._report(request, options)
        return await asyncio.to_thread(described_report, name, report, Wording(self.texts, _language(request)))

    async def _estimate(self, request: Request) -> dict[str, Any]:
        """What training on the file costs: `tunesmith estimate --format json`."""
        name, provider, n_epochs = _name(request), _provider(request), _epochs(request)
        report = await self._report(request, CheckOptions(name, self._today(), OPENAI))
        if not report.tokens.trained:
            raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "estimate.nothing", file=name)
        providers = [provider.id] if provider else list(PROVIDER_FACTS)
        return described_estimate(name, report, estimates(report, providers, self._today(), n_epochs))

    def _admit(self, request: Request) -> None:
        """Before the body is read: the key, what is announced, and how much."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self.key.encode()):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "api.key")
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in MEDIA_TYPES:
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "api.media_type", given=media_type[:60] or "—")
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self.max_file_bytes:
            raise self._too_large()

    async def _report(self, request: Request, options: CheckOptions) -> Report:
        """The report on the body, which goes through a file that nobody else can open."""
        file = tempfile.NamedTemporaryFile(prefix="tunesmith-")  # noqa: SIM115 - closed below, beside the loop.
        try:
            await self._receive(request, file)
            async with self._turn:
                return await asyncio.to_thread(check_file, Path(file.name), options)
        finally:
            # To delete a large file takes the system a while.
            await asyncio.to_thread(file.close)

    async def _receive(self, request: Request, file: IO[bytes]) -> None:
        """A body may announce no length, so it is counted as it comes."""
        size_bytes = 0
        async for chunk in request.stream():
            size_bytes += len(chunk)
            if size_bytes > self.max_file_bytes:
                raise self._too_large()
            file.write(chunk)
        file.flush()

    def _too_large(self) -> _Refused:
        return _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "api.too_large", limit=self.max_file_bytes)

    def _refusal(self, request: Request, refused: _Refused) -> Response:
        parameters = dict(refused.parameters)
        language = _language(request)
        if limit := parameters.get("limit"):
            parameters["limit"] = self.texts.size(language, int(limit))
        sentence = self.texts.say(language, refused.key, **parameters)
        headers = {"WWW-Authenticate": "Bearer"} if refused.status is HTTPStatus.UNAUTHORIZED else {}
        error = {"code": refused.key, "message": sentence}
        return JSONResponse({"error": error}, refused.status, headers)

    def _today(self) -> date:
        return self.clock().date()


def _language(request: Request) -> Language:
    """As asked for with `lang`, else the first of `Accept-Language`."""
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return language_of(asked)


def _name(request: Request) -> str:
    """What the file is called in the report."""
    return request.query_params.get("file", _FILE_NAME)[:_MOST_NAME_CHARACTERS]


def _provider(request: Request) -> ProviderFacts | None:
    name = request.query_params.get("provider", "")
    if name and name not in PROVIDER_FACTS:
        known = ", ".join(PROVIDER_FACTS)
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "check.unknown_provider", provider=name[:60], known=known)
    return PROVIDER_FACTS.get(name)


def _epochs(request: Request) -> int | None:
    """None for what `auto` would be."""
    given = request.query_params.get("epochs", "")
    if not given:
        return None
    if not (given.isdecimal() and int(given[:9]) in RANGES["n_epochs"]):
        raise _Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "api.epochs", given=given[:60], range=str(RANGES["n_epochs"]))
    return int(given)
