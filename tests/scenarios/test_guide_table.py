"""The Chinese README's table from the guide's chapters to commands, buttons and screenshots: every line of it is true."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.scenarios.conftest import ROOT, bot_settings
from tests.scenarios.watching import shown
from tuning.texts import Texts
from workspace.composition import Settings as WorkspaceSettings
from workspace.records import Message
from workspace.running import Place, RunningWorkspace, running_workspace

README = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
TABLE = README[README.index("| 指南章节 |") : README.index("## 哪些数据会离开本机")]
SLACK = list(dict.fromkeys(re.findall(r"`/finetune ([^`]+)`", TABLE)))
TERMINAL = re.findall(r"`tunesmith ([^`]+)`", TABLE)
MARV = (ROOT / "examples" / "marv.jsonl").read_bytes()
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@pytest.fixture(name="workspace")
async def _workspace() -> AsyncIterator[RunningWorkspace]:
    settings = WorkspaceSettings(limits_scale=10, language="zh")
    async with running_workspace(
        manifest=ROOT / "manifest.yml", place=Place(has_page=True), settings=settings
    ) as workspace:
        yield workspace


@pytest.fixture(name="settings")
def _settings(workspace, trainer_url, tmp_path):
    return bot_settings(workspace, trainer_url, tmp_path, language="zh")


@dataclass(frozen=True, slots=True)
class Album:
    """The page as Lin sees it, and the folder for its pictures."""

    page: Page
    folder: Path

    async def take(self, name: str, *words: str) -> None:
        """A picture, once the page shows the words."""
        for word in words:
            await expect(self.page.locator("body")).to_contain_text(word, timeout=30_000)
        await self.page.screenshot(path=self.folder / f"zh-{name}.png")


@pytest.fixture(name="album")
async def _album(workspace, bot, tmp_path) -> AsyncIterator[Album]:
    channel_id = workspace.state.channel_named("fine-tuning").id
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = await browser.new_page(viewport={"width": 1120, "height": 760})
        await page.goto(f"{workspace.url}/?person=lin&channel={channel_id}")
        yield Album(page, Path(os.environ.get("TUNESMITH_SCREENSHOTS") or tmp_path))
        await browser.close()


async def test_every_command_of_the_table_is_understood_and_its_pictures_can_be_taken(workspace, watch, bot, album):
    lin, eyes = workspace.person("lin"), watch("lin")
    channel_id = workspace.state.channel_named("fine-tuning").id
    await lin.invite(channel_id, workspace.credentials.bot_user_id)
    dropped = await lin.share_file(channel_id, "marv.jsonl", MARV)
    report = await eyes.reply(channel_id, dropped.ts, "jobs.start")
    await album.page.locator("[data-testid^='replies-']").click()
    await album.take("report", "marv.jsonl", "64 条样本")
    await lin.click(report.ts, channel_id, "jobs.start")
    form = await eyes.form()
    await album.take("form", "训练轮数", "学习率倍数")
    assert await lin.submit_view(form.id, {"n_epochs": {"jobs.changed.n_epochs": "2"}}) == {}
    await album.take("card", "训练损失")
    await eyes.reply(channel_id, dropped.ts, "models.ask")
    asked = await lin.post(channel_id, "What is the tallest mountain in the world?", dropped.ts)
    await eyes.sees(lambda: _answered(lin.replies(channel_id, dropped.ts), asked))
    await album.take("answer", "tallest mountain")

    await eyes.reply(channel_id, dropped.ts, "基座")

    pictures = {"帮助": "help", "模型": "models", "数据集": "datasets", "对比 marv": "comparison"}
    for command in SLACK:
        before = len(lin.ephemerals(channel_id)) + len(lin.open_views())
        await lin.command(channel_id, "/finetune", command)
        await eyes.sees(lambda: len(lin.ephemerals(channel_id)) + len(lin.open_views()) > before)  # noqa: B023
        if command in pictures:
            await album.take(pictures[command])
        # A form that is closed while it is still being filled is no fault of anybody's.
        for view in lin.open_views():
            await lin.close_view(view.id)

    answers = " ".join(map(shown, lin.ephemerals(channel_id)))
    assert re.search("没有 `.+` 这个命令|我不认识|我这边出错了", answers) is None
    assert len(SLACK) >= 9


def _answered(replies: list[Message], asked: Message) -> bool:
    streams = [reply.stream for reply in replies if reply.stream and float(reply.ts) > float(asked.ts)]
    return any(stream.state == "completed" for stream in streams)


@pytest.mark.parametrize("command", TERMINAL)
async def test_every_terminal_command_of_the_table_runs(command):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command.split(),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, complained = await process.communicate()

    assert process.returncode in {0, 1}, complained.decode()
    assert said


def test_every_button_of_the_table_bears_that_name():
    texts = Texts.load()
    said = {form for key in texts.keys("zh") for form in texts.forms("zh", key)}

    assert [label for label in re.findall("「(.+?)」", TABLE) if label not in said] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_every_picture_and_page_that_a_readme_names_is_there(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    assert named
    assert [link for link in named if not (ROOT / link).exists()] == []
