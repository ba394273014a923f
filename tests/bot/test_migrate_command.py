"""An account at an 'OpenAI' that shuts down, played by a trainer, moved to another trainer from a terminal."""

import asyncio
import json
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest
from openai import AsyncOpenAI
from typer.testing import CliRunner

from bot.__main__ import command_line
from tests.trainer.driving import WAITING

ROOT = Path(__file__).parents[2]
BASE = "gpt-4.1-mini-2025-04-14"
ENDS_ON = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()
TOPICS = ("cats", "rain", "tea")


@asynccontextmanager
async def trainer(folder, *options):
    """A trainer with the tiny model; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "trainer", "--model", "tiny", "--port", "0", "--data", str(folder), *options,
        stdout=PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        ready = await process.stdout.readline()
        yield ready.decode().split()[-1]
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(scope="session")
def _loop():
    """One loop for what the tests of this file share."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(name="account", scope="session")
def _account(_loop, tmp_path_factory):
    """The old provider with three tuned models, of which one has lost its training file, and the new provider."""
    folder = tmp_path_factory.mktemp("account")
    closing = trainer(folder / "old", "--alias", BASE, "--shutdown-date", ENDS_ON)
    staying = trainer(folder / "new")
    old_url = _loop.run_until_complete(closing.__aenter__())
    new_url = _loop.run_until_complete(staying.__aenter__())
    models = _loop.run_until_complete(_train_three(old_url))
    yield {"old_url": old_url, "new_url": new_url, "models": models}
    _loop.run_until_complete(staying.__aexit__(None, None, None))
    _loop.run_until_complete(closing.__aexit__(None, None, None))


async def _train_three(url):
    async with AsyncOpenAI(base_url=url, api_key="none") as client:
        jobs = []
        for topic in TOPICS:
            file = await client.files.create(file=(f"{topic}.jsonl", _rows(topic)), purpose="fine-tune")
            jobs.append(
                await client.fine_tuning.jobs.create(
                    model=BASE, training_file=file.id, suffix=topic, seed=1, hyperparameters={"n_epochs": 1}
                )
            )
        while not all(job.status == "succeeded" for job in jobs):
            jobs = [await client.fine_tuning.jobs.retrieve(job.id, extra_headers=WAITING) for job in jobs]
        await client.files.delete(jobs[-1].training_file)
        return [job.fine_tuned_model for job in jobs]


def _rows(topic, count=12):
    rows = [
        [
            {"role": "user", "content": f"Tell me fact {number} about {topic}."},
            {"role": "assistant", "content": f"Number {number}: {topic} are fine."},
        ]
        for number in range(count)
    ]
    return "".join(json.dumps({"messages": row}) + "\n" for row in rows).encode()


def _environment(account):
    return {
        "TUNESMITH_PROVIDER": "trainer",
        "TUNESMITH_PROVIDER_URL": account["new_url"],
        "TUNESMITH_OPENAI_URL": account["old_url"],
        "OPENAI_API_KEY": "k-old",
        "LANGUAGE": "en",
    }


def _command(account, folder, *options):
    arguments = [sys.executable, "-m", "bot", "migrate", "--folder", str(folder / "move"), *options]
    return asyncio.create_subprocess_exec(
        *arguments,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=folder,
        env=os.environ | _environment(account) | {"PYTHONPATH": str(ROOT)},
    )


async def test_a_whole_account_is_moved_and_compared_though_the_move_is_killed_in_the_middle(account, tmp_path):
    prompts = tmp_path / "prompts.jsonl"
    prompts.write_bytes(_rows("tea", 16))
    options = ("--to", "trainer", "--prompts", str(prompts), "--budget", "100000", "--accept-terms")
    process = await _command(account, tmp_path, *options)
    told = ""
    while "training" not in told:
        told = (await process.stderr.readline()).decode()
        assert told, (await process.stdout.read()).decode()
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    process = await _command(account, tmp_path, *options)
    out, err = (text.decode() for text in await process.communicate())

    assert process.returncode == 0, out + err
    assert "3 of 3 moved." in out
    assert out.count("These answers have cost: old ") == 3
    assert out.count("There is no verdict") + out.count("Likeness to the dataset's answers") == 3
    assert "OpenAI's terms for businesses" in err or "OpenAI's terms for businesses" in told
    _look_at_files(tmp_path / "move")
    _look_at_lines(account, out)
    async with AsyncOpenAI(base_url=account["new_url"], api_key="none") as client:
        jobs = [job async for job in client.fine_tuning.jobs.list()]
    assert [job.status for job in jobs] == ["succeeded"] * 3
    assert {job.fine_tuned_model for job in jobs} == set(re.findall(r'\+ model="(.+)"', out))
    assert {job.fine_tuned_model.split(":")[3] for job in jobs} == set(TOPICS)


def _look_at_files(folder):
    """Each model's data, and both models' answers, are there."""
    for topic in TOPICS:
        (data,) = [one for one in folder.glob(f"{topic}-*.jsonl") if "comparison" not in one.name]
        compared = [json.loads(row) for row in (folder / f"{data.stem}-comparison.jsonl").read_text().splitlines()]
        n_rows = len(data.read_bytes().splitlines())
        # Of the answers that were bought, those that were cut off are left out.
        assert 10 <= n_rows <= 16 if topic == "tea" else n_rows == 12
        assert compared
        assert all(row["old"] is not None and "new" in row for row in compared)
        assert topic == "tea" or data.read_bytes() == _rows(topic)


def _look_at_lines(account, out):
    assert out.count(f'+ client = OpenAI(base_url="{account["new_url"]}", api_key="none")') == len(TOPICS)
    for old in account["models"]:
        assert f'- model="{old}"' in out


@pytest.fixture(name="invoke")
def _invoke(account, tmp_path, monkeypatch):
    """Runs the command in this process, where nobody sits at a terminal."""
    for name, value in _environment(account).items():
        monkeypatch.setenv(name, value)

    def invoke(*options):
        arguments = ["migrate", "--folder", str(tmp_path / "move"), *options]
        return CliRunner().invoke(command_line(arguments), arguments)

    return invoke


def test_the_plan_names_each_model_s_end_its_file_and_its_ways_and_changes_nothing(invoke):
    result = invoke()

    plan = result.stdout
    assert (result.exit_code, result.stderr) == (0, "")
    assert plan.count(f"stops on {ENDS_ON}") == 3
    assert plan.count("its training file is there") == 2
    assert plan.count("its training file is gone") == 1
    assert plan.count("tiny-random at Tunesmith Trainer · no end announced · --to trainer") == 3


def test_without_a_yes_to_the_note_no_answer_is_bought_and_the_model_stays(account, invoke, tmp_path):
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("\n".join(f"What of tea number {number}?" for number in range(12)))
    lost = account["models"][2]

    result = invoke("--to", "trainer", "--model", lost, "--prompts", str(prompts), "--budget", "100000")

    assert result.exit_code == 1, result.output
    assert "not moved: its training file is gone" in result.stdout
    assert "0 of 1 moved." in result.stdout
    assert "OpenAI's terms for businesses" in result.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--to", "nowhere"), "nowhere"),
        (("--to", "nebius"), "NEBIUS_API_KEY"),
        (("--to", "trainer", "--budget", "much"), "much is no amount"),
    ],
    ids=["unknown", "no key", "no amount"],
)
def test_what_is_missing_or_wrong_is_said_before_anybody_is_asked(tmp_path, monkeypatch, options, said):
    monkeypatch.setenv("OPENAI_API_KEY", "k-old")
    monkeypatch.delenv("NEBIUS_API_KEY", raising=False)
    arguments = ["migrate", "--folder", str(tmp_path / "move"), *options]

    result = CliRunner().invoke(command_line(arguments), arguments)

    assert (result.exit_code, said in result.stderr) == (2, True), result.output
    assert not (tmp_path / "move").exists()


def test_nothing_that_costs_money_starts_without_a_cap(tmp_path, monkeypatch):
    for name in ("OPENAI_API_KEY", "NEBIUS_API_KEY"):
        monkeypatch.setenv(name, "k")
    arguments = ["migrate", "--folder", str(tmp_path / "move"), "--to", "nebius"]

    result = CliRunner().invoke(command_line(arguments), arguments)

    assert (result.exit_code, "--cap-usd" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--model", "ft:nosuch"), "has made no model, and no job, called ft:nosuch"),
        (("--to", "trainer", "--model", "ft:nosuch"), "has made no model, and no job, called ft:nosuch"),
        (("--to", "trainer", "--prompts", "nosuch.jsonl", "--budget", "1"), "There is no file nosuch.jsonl"),
        (("--model", "ft:nosuch", "--lang", "zh"), "没有名为 ft:nosuch 的模型或任务"),
    ],
)
def test_what_is_asked_for_and_not_there_is_said_before_anything_starts(invoke, options, said):
    result = invoke(*options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
