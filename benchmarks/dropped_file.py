"""A person drops a file and waits for its report: the workspace, the bot and a trainer, all of them real, on loopback.

The limit is two seconds for a typical file (50 to 5,000 rows). Beside each stands the Cookbook's check of the same file
in the same run (see `benchmarks.cookbook`), which neither fetches, stores, prices nor shows anything.

Files of each size are made of other rows, so that nothing is known from the one before; the first check of a process
stands apart.
"""

import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.cookbook import cookbook
from bot.app import build
from tests.scenarios.conftest import ROOT, bot_settings, running_trainer
from tests.scenarios.watching import Watcher
from workspace.composition import Settings as WorkspaceSettings
from workspace.running import RunningWorkspace, running_workspace

_PLANS = ((50, False), (50, False), (500, False), (500, True), (5_000, False), (5_000, True))
_CHINESE = "模型微调需要准备数据集选择基础然后训练评估结果如果回答不好就改进样本质量检查每一行格式"


def main() -> None:
    """Print the seconds from the drop to the report for each size."""
    asyncio.run(_measure())


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder, running_trainer(Path(folder), "smollm2") as url:
        async with _person(url, Path(folder)) as (workspace, dm):
            for number, (rows, is_mixed) in enumerate(_PLANS):
                path = Path(folder) / f"rows-{number}.jsonl"
                path.write_bytes(_rows(rows, number, is_mixed=is_mixed))
                seconds = await _dropped(workspace, dm, path)
                started = time.perf_counter()
                await asyncio.to_thread(cookbook, path)
                baseline = time.perf_counter() - started
                what = f"{rows:5,} rows, {'English and Chinese' if is_mixed else 'English'}"
                which = " (the first of this process)" if number == 0 else ""
                print(f"{what:32} {path.stat().st_size / 1e6:4.1f} MB  report after {seconds:6.2f} s,", end=" ")
                print(
                    f"the Cookbook's check alone {baseline:6.2f} s: {seconds / baseline:5.1f} times{which}", flush=True
                )


@asynccontextmanager
async def _person(url: str, folder: Path) -> AsyncIterator[tuple[RunningWorkspace, str]]:
    limits = WorkspaceSettings(limits_scale=100)
    async with running_workspace(manifest=ROOT / "manifest.yml", settings=limits) as workspace:
        stop = asyncio.Event()
        async with build(bot_settings(workspace, url, folder)) as bot, asyncio.TaskGroup() as group:
            group.create_task(bot.run(stop))
            await bot.ready.wait()
            await workspace.app_connected()
            yield workspace, await workspace.person("ada").open_dm(workspace.credentials.bot_user_id)
            stop.set()


async def _dropped(workspace: RunningWorkspace, dm: str, path: Path) -> float:
    ada = workspace.person("ada")
    content = await asyncio.to_thread(path.read_bytes)
    started = time.perf_counter()
    shared = await ada.share_file(dm, path.name, content)
    await Watcher(ada).reply(dm, shared.ts, "*Ready:*")
    return time.perf_counter() - started


def _rows(rows: int, seed: int, *, is_mixed: bool) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - rows that can be made again, no secrets.
    words = _words()
    lines = []
    for row in range(rows):
        is_chinese = is_mixed and row % 2 == 1
        asked, told = (_text(chance, words, size, is_chinese=is_chinese) for size in (30, 60))
        messages = [
            {"role": "system", "content": "You are Marv, a factual but sarcastic assistant."},
            {"role": "user", "content": asked},
            {"role": "assistant", "content": told},
        ]
        lines.append(json.dumps({"messages": messages}, ensure_ascii=False))
    return ("\n".join(lines) + "\n").encode()


def _words() -> list[str]:
    """What Marv and those who ask him say, without its punctuation."""
    rows = map(json.loads, (ROOT / "examples" / "marv.jsonl").read_text().splitlines())
    said = " ".join(message["content"] for row in rows for message in row["messages"])
    return re.findall(r"[A-Za-z']+", said)


def _text(chance: random.Random, words: list[str], size: int, *, is_chinese: bool) -> str:
    if is_chinese:
        return "".join(chance.choices(_CHINESE, k=size * 3)) + "。"
    return " ".join(chance.choices(words, k=size)).capitalize() + "."


if __name__ == "__main__":
    sys.exit(main())
