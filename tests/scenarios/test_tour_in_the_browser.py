"""`make demo ONCE=1`, as a newcomer meets it: the real command, the real weights, and a browser before the page."""

import asyncio
import os
import re
import shutil
import statistics
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
QUESTION = "What is the tallest mountain in the world?"
TRAINING_MILLISECONDS = 300_000


@dataclass
class Playing:
    """The running tour, its transcript so far, and the file that its screenshots go to."""

    process: asyncio.subprocess.Process
    screenshots: Path
    transcript: str = ""
    grown: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            async with self.grown:
                self.transcript += line.decode()
                self.grown.notify_all()

    async def says(self, pattern: str) -> re.Match[str]:
        async with self.grown:
            await self.grown.wait_for(
                lambda: re.search(pattern, self.transcript) or self.process.returncode is not None
            )
        found = re.search(pattern, self.transcript)
        assert found, self.transcript
        return found


async def played(tmp_path: Path) -> AsyncIterator[Playing]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--once",
        cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "LANGUAGE": "en"},
    )  # fmt: skip
    playing = Playing(process, Path(os.environ.get("TUNESMITH_SCREENSHOTS") or tmp_path))
    async with asyncio.TaskGroup() as group:
        group.create_task(playing.read())
        try:
            yield playing
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def test_the_tour_really_trains_and_can_be_watched_on_the_page(tmp_path: Path) -> None:
    async for playing in played(tmp_path):
        url = (await playing.says(r"Open (http://127\.0\.0\.1:\d+)"))[1]
        await watch_on_the_page(playing, url)
        await playing.process.wait()
        assert playing.process.returncode == 0, playing.transcript
    assert_the_loss_falls(playing.transcript)
    assert_the_answers_differ(playing.transcript)


async def watch_on_the_page(playing: Playing, url: str) -> None:
    """Step N is on the page while the training goes on; the chart and the comparison follow."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1440, "height": 1050})
        await playing.says(r"step +\d+/39 +loss \d")
        await open_the_thread(page, url)
        thread = page.get_by_test_id("thread")
        await expect(thread).to_contain_text(re.compile(r"step (1[2-9]|2\d) of 39"), timeout=TRAINING_MILLISECONDS)
        assert "4. Base" not in playing.transcript
        await page.screenshot(path=playing.screenshots / "training.png")
        await expect(thread).to_contain_text(QUESTION, timeout=TRAINING_MILLISECONDS)
        await playing.says("Where the time went")
        await page.screenshot(path=playing.screenshots / "comparison.png")
        await browser.close()


async def open_the_thread(page: Page, url: str) -> None:
    """The page opens where something happened last; the file's thread holds the job."""
    await page.goto(url)
    await page.locator("[data-testid^='replies-']").click()


def assert_the_loss_falls(transcript: str) -> None:
    losses = [float(loss) for loss in re.findall(r"loss (\d+\.\d{3})", transcript)]
    assert len(losses) == 39, transcript
    assert statistics.mean(losses[-5:]) < 0.8 * statistics.mean(losses[:5])


def assert_the_answers_differ(transcript: str) -> None:
    base, tuned = (re.findall(rf"^ +{name}: +(.+)$", transcript, re.MULTILINE) for name in ("base", "tuned"))
    assert len(base) == len(tuned) == 3
    assert all(one != other for one, other in zip(base, tuned, strict=True))
