"""A team's first minutes on the page: Ada reads English, Lin reads Chinese, and both press what they are offered.

The pictures of it go to TUNESMITH_SCREENSHOTS, where that is set.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.app_manifest import manifest_path
from bot.demo import programs
from bot.demo.processes import Program, running

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
CHINESE = Path(__file__).parents[2] / "examples" / "support-zh.jsonl"
MILLISECONDS = 30_000


@pytest.fixture(name="url")
async def _url(tmp_path: Path) -> AsyncIterator[str]:
    """The page of a workspace with the bot and the smallest trainer behind it, each a program of its own."""
    async with AsyncExitStack() as stack:

        async def start(program: Program) -> str:
            return (await stack.enter_async_context(running(program, tmp_path / f"{program.name}.log"))).address

        url = await start(programs.workspace(manifest_path(), tmp_path / "workspace", "en"))
        trainer_url = await start(programs.trainer(tmp_path / "trainer", "tiny"))
        credentials = programs.credentials_in(tmp_path / "workspace")
        await start(programs.bot(credentials, trainer_url, tmp_path / "bot", "en"))
        yield url


@pytest.fixture(name="browser")
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        await browser.close()


async def test_a_newcomer_finds_the_way_in_either_language(browser: Browser, url: str, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("TUNESMITH_SCREENSHOTS") or tmp_path)
    await _look_around(await _page(browser, url, "ada"), pictures)
    lin = await _page(browser, url, "lin")
    await _try_the_example(lin, pictures)
    await _meet_the_warning(lin, pictures)
    await _change_the_language(lin, pictures)


async def _look_around(ada: Page, pictures: Path) -> None:
    await _says(ada, "/finetune")
    await expect(ada.get_by_test_id("conversation")).to_contain_text("I'm not in #general yet", timeout=MILLISECONDS)
    await ada.screenshot(path=pictures / "first-words-en.png")
    await ada.get_by_test_id("action-welcome.guide").last.click()
    await expect(ada.get_by_test_id("conversation")).to_contain_text("1. Prompt first.", timeout=MILLISECONDS)
    await ada.screenshot(path=pictures / "guide-en.png")


async def _try_the_example(lin: Page, pictures: Path) -> None:
    await lin.get_by_text("Tunesmith", exact=True).first.click()
    await expect(lin.get_by_test_id("conversation")).to_contain_text("把 .jsonl 文件拖到这里", timeout=MILLISECONDS)
    await lin.get_by_test_id("action-welcome.example").last.click()
    await lin.locator("[data-testid^='replies-']").last.click(timeout=MILLISECONDS)
    await expect(lin.get_by_test_id("thread")).to_contain_text("可以训练", timeout=MILLISECONDS)
    await lin.screenshot(path=pictures / "example-zh.png")
    await lin.get_by_test_id("close-thread").click()


async def _meet_the_warning(lin: Page, pictures: Path) -> None:
    async with lin.expect_file_chooser() as choosing:
        await lin.get_by_test_id("composer-attach").click()
    await (await choosing.value).set_files(CHINESE)
    await expect(lin.get_by_test_id("staged-file")).to_be_visible(timeout=MILLISECONDS)
    await lin.get_by_test_id("composer").press("Enter")
    threads = lin.locator("[data-testid^='replies-']")
    await expect(threads).to_have_count(2, timeout=MILLISECONDS)
    await threads.last.click()
    await expect(lin.get_by_test_id("thread")).to_contain_text("内置演示模型只会英文", timeout=MILLISECONDS)
    await lin.get_by_test_id("thread").get_by_test_id("action-jobs.start").click()
    await expect(lin.get_by_test_id("view")).to_contain_text("仍要训练", timeout=MILLISECONDS)
    await lin.screenshot(path=pictures / "foreign-zh.png")
    await lin.get_by_test_id("view-dismiss").click()


async def _change_the_language(lin: Page, pictures: Path) -> None:
    await lin.get_by_test_id("tab-home").click()
    await expect(lin.get_by_test_id("home")).to_contain_text("✅ support-zh · 20 条样本", timeout=MILLISECONDS)
    await lin.screenshot(path=pictures / "home-zh.png")
    await lin.get_by_test_id("home").get_by_test_id("action-welcome.language").click()
    await expect(lin.get_by_test_id("home")).to_contain_text("My datasets", timeout=MILLISECONDS)
    await lin.screenshot(path=pictures / "home-en.png")


async def _page(browser: Browser, url: str, name: str) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 1400})
    await page.goto(f"{url}/?person={name}")
    await expect(page.get_by_test_id("composer")).to_be_visible(timeout=MILLISECONDS)
    return page


async def _says(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")
