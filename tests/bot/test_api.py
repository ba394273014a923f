"""The check and the estimate over HTTP, as a pipeline with a key asks for them, and as strangers do."""

import asyncio
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.api import Api
from bot.transports import http
from tuning.texts import Texts

ROOT = Path(__file__).parents[2]
MARV = (ROOT / "examples" / "marv.jsonl").read_bytes()
KEY = "0123456789abcdef-+/="
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/jsonl"}
MOST_BYTES = 900_000
COMMANDS = re.findall(r"```sh\n(.+?)```", (ROOT / "docs" / "http.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(name="address")
async def _address():
    api = Api(KEY, MOST_BYTES, Texts.load(), lambda: datetime.now(UTC))
    async with http(Starlette(routes=api.routes()), "127.0.0.1", 0) as address:
        yield address


@pytest.fixture(name="post")
async def _post(address):
    async with aiohttp.ClientSession() as session:

        async def post(path, body=MARV, **headers):
            sent = {name: value for name, value in {**HEADERS, **headers}.items() if value}
            async with session.post(address + path, data=body, headers=sent) as answer:
                return answer.status, await answer.json()

        yield post


@pytest.mark.parametrize("command", COMMANDS, ids=["check", "estimate"])
async def test_each_documented_call_answers_what_the_command_line_prints(address, typed, command):
    environment = {**os.environ, "TUNESMITH_API_KEY": KEY, "TUNESMITH_ADDRESS": address}
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    answered, _ = await process.communicate()
    name, query = re.search(r"/(check|estimate)\?(\S+)\"", command).groups()
    options = [word for pair in query.split("&") for word in pair.split("=") if not pair.startswith("file=")]
    flags = [f"--{word}" if number % 2 == 0 else word for number, word in enumerate(options)]
    printed = json.loads(typed(name, ROOT / "examples" / "marv.jsonl", "--format", "json", *flags).stdout)

    assert json.loads(answered) == printed | {"file": "marv.jsonl"}


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "words"),
    [
        ("/check", MARV, {"Authorization": ""}, 401, "Authorization: Bearer KEY"),
        ("/check", MARV, {"Authorization": f"Bearer {KEY}x"}, 401, "TUNESMITH_API_KEY"),
        ("/check?lang=zh", MARV, {"Authorization": "Bearer ä"}, 401, "请求头"),
        ("/estimate", MARV, {"Content-Type": "application/x-www-form-urlencoded"}, 415, "x-www-form-urlencoded"),
        ("/check", bytes(MOST_BYTES + 1), {}, 413, "larger than 900 KB"),
        ("/check?provider=nobody", MARV, {}, 422, "nobody"),
        ("/estimate?epochs=51", MARV, {}, 422, "1–50"),
        ("/estimate?epochs=many", MARV, {}, 422, "many"),
        ("/estimate", b"\n", {}, 422, "training.jsonl"),
        ("/estimate", b"\n", {"Accept-Language": "zh-CN,zh;q=0.9"}, 422, "没有"),
    ],
)
async def test_what_is_refused_is_refused_with_a_sentence(post, path, body, headers, status, words):
    told_status, told = await post(path, body, **headers)

    assert (told_status, words in told["error"]["message"]) == (status, True), told


async def test_a_body_that_announces_no_length_is_read_up_to_the_limit_and_no_further(post):
    async def endless():
        while True:
            yield MARV

    assert (await post("/check", endless()))[0] == 413


async def test_a_file_with_faults_is_answered_with_its_lines_in_the_language_asked_for(post):
    status, told = await post("/check?lang=zh&file=faults.jsonl", MARV + b"{1\n")

    [fault] = [finding for finding in told["findings"] if finding["severity"] == "E"]
    assert (status, told["is_ready"], fault["code"], fault["line"]) == (200, False, "F011", 65)
    assert "第 65 行" in fault["message"]


async def test_others_are_answered_while_a_file_is_checked(post):
    checking = asyncio.create_task(post("/check", MARV * 50))
    refused = [(await post("/check", b"", Authorization="Bearer x"))[0] for _ in range(3)]

    assert (refused, checking.done()) == ([401, 401, 401], False)
    assert (await checking)[1]["examples"] == 3_200
