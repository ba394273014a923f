"""Sets the stage for the tour: starts the programs, plays it, and tells plainly what went wrong."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.app_manifest import manifest_path, minimal_manifest
from bot.demo import programs
from bot.demo.person import Person, WorkspaceRefused
from bot.demo.processes import DidNotStart, Program, Running, running, tail
from bot.demo.tour import Tour, TourFailed
from bot.demo.transcript import Transcript
from bot.packaged import packaged


class StageFailed(Exception):
    """The tour could not be played to its end; `str()` is what the person reads."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The programs that run while the tour is played, each with its log."""

    page: str
    running: dict[str, tuple[Running, Path]]


@dataclass(frozen=True, slots=True)
class Stage:
    transcript: Transcript
    model: str
    """The trainer's base model: `smollm2` or `tiny`."""
    is_minimal: bool = False
    """Whether the bot hears channels only where it is mentioned."""

    async def play(self, *, stays_open: bool) -> None:
        """Play the tour; then, if asked to, keep everything open until Ctrl-C.

        Raises:
            StageFailed: with what happened, where its log is, and what to do.
        """
        folder = Path(tempfile.mkdtemp(prefix="tunesmith-demo-"))
        try:
            async with self._cast(folder) as cast:
                await self._watched(self._tour(cast), cast)
                self.transcript.times()
                if stays_open:
                    self.transcript.say("demo.open", url=cast.page)
                    with suppress(asyncio.CancelledError):  # Ctrl-C is how a person leaves, and no failure.
                        await self._watched(_forever(), cast)
        except DidNotStart as failure:
            raise StageFailed(
                self._text("demo.failed.start", program=failure.name, said=failure.last_lines, folder=str(folder))
            ) from failure
        except (TourFailed, WorkspaceRefused, aiohttp.ClientError) as failure:
            reason = str(failure) or repr(failure)
            raise StageFailed(self._text("demo.failed.tour", reason=reason, folder=str(folder))) from failure
        shutil.rmtree(folder)
        if stays_open:
            self.transcript.say("demo.interrupted")

    @asynccontextmanager
    async def _cast(self, folder: Path) -> AsyncIterator[Cast]:
        """The workspace and the trainer, started together, then the bot between them."""
        cast: dict[str, tuple[Running, Path]] = {}
        async with AsyncExitStack() as stack:

            async def start(program: Program) -> str:
                log = folder / f"{program.name}.log"
                cast[program.name] = (await stack.enter_async_context(running(program, log)), log)
                return cast[program.name][0].address

            with self.transcript.chapter("programs"):
                language = self.transcript.language
                page = await start(programs.workspace(self._manifest(folder), folder / "workspace", language))
                self.transcript.say("demo.page", url=page)
                provider_url = await start(programs.trainer(folder / "trainer", self.model))
                self.transcript.say(f"demo.trainer.{self.model}", url=provider_url)
                credentials = programs.credentials_in(folder / "workspace")
                await start(programs.bot(credentials, provider_url, folder / "bot", language))
                self.transcript.say("demo.bot")
            yield Cast(page, cast)

    async def _tour(self, cast: Cast) -> None:
        async with aiohttp.ClientSession() as session:
            ada = Person(session, cast.page, "ada")
            async with ada.watching():
                dataset = packaged("examples") / "marv.jsonl"
                await Tour(ada, self.transcript, dataset, is_mentioning=self.is_minimal).play()

    def _manifest(self, folder: Path) -> Path:
        if not self.is_minimal:
            return manifest_path()
        minimal = folder / "manifest.minimal.yml"
        minimal.write_text(minimal_manifest(), encoding="utf-8")
        return minimal

    async def _watched(self, act: Coroutine[Any, Any, None], cast: Cast) -> None:
        """Go on unless a program ends in the middle of it, which nobody would notice otherwise."""
        playing = asyncio.create_task(act)
        living: dict[asyncio.Task[Any], str] = {
            asyncio.create_task(one.process.wait()): name for name, (one, _) in cast.running.items()
        }
        try:
            done, _ = await asyncio.wait({playing, *living}, return_when=asyncio.FIRST_COMPLETED)
            if playing in done:
                return playing.result()
            ended = next(living[task] for task in done if task in living)
            raise DidNotStart(ended, tail(cast.running[ended][1]))
        finally:
            for task in (playing, *living):
                task.cancel()
            await asyncio.gather(playing, *living, return_exceptions=True)

    def _text(self, key: str, **parameters: str | int) -> str:
        return self.transcript.text(key, **parameters)


async def _forever() -> None:
    await asyncio.Event().wait()
