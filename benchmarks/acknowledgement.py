"""How long Slack waits for an acknowledgement, beside a bare Bolt app on the same server (no storage).

100 requests a second of mixed events are sent in an open loop (a slow answer delays no later request), in turn to the
bot over HTTP and to the baseline, three rounds of each. What counts is p99: Slack gives up after three seconds
(https://docs.slack.dev/apis/events-api, "Responding to events"). Processor time a request is printed beside it, since
other work on the machine moves it least.
"""

import asyncio
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.signature import SignatureVerifier

from bot.app_manifest import manifest_path
from bot.demo import programs
from bot.demo.processes import Program, Running, running

REQUESTS_A_SECOND = 100
SECONDS_A_ROUND = 12
ROUNDS = 3
KINDS = (("message", 80), ("app_mention", 10), ("command", 10))
"""Of a hundred requests: channel talk that is not for the bot, mentions, and slash commands."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A server, and what the requests to it took."""

    server: Running
    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    """One figure a round, of the server's process with all its threads."""

    async def round(self, sender: "Sender") -> None:
        before = _processor_seconds(self.server.process.pid)
        self.seconds.extend(await _round(sender, self.url, SECONDS_A_ROUND))
        self.processor_seconds.append(_processor_seconds(self.server.process.pid) - before)

    @property
    def url(self) -> str:
        return f"{self.server.address}/slack/events"

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.seconds, n=100)[98]

    def line(self, name: str) -> str:
        return (
            f"{name:10} {len(self.seconds)} requests at {REQUESTS_A_SECOND}/s: "
            f"p50 {statistics.median(self.seconds) * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms, "
            f"max {max(self.seconds) * 1000:.1f} ms; "
            f"processor {sum(self.processor_seconds) / len(self.seconds) * 1000:.2f} ms a request"
        )


@dataclass(frozen=True, slots=True)
class Sender:
    """Signs and sends what Slack would send, for one installed app and one channel."""

    session: aiohttp.ClientSession
    credentials: dict[str, Any]
    channel_id: str
    user_id: str
    response_url: str
    """Takes every answer to a command, as Slack does."""
    randomness: random.Random

    async def send(self, url: str) -> float:
        """Send one request of a random kind; returns the seconds until its acknowledgement."""
        body, content_type = self._body()
        timestamp = str(int(time.time()))
        signature = SignatureVerifier(self.credentials["signing_secret"]).generate_signature(
            timestamp=timestamp, body=body
        )
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": str(signature),
        }
        started = time.perf_counter()
        async with self.session.post(url, data=body, headers=headers) as response:
            await response.read()
            assert response.status == 200, response.status
        return time.perf_counter() - started

    def _body(self) -> tuple[str, str]:
        kind = self.randomness.choices([name for name, _ in KINDS], [weight for _, weight in KINDS])[0]
        if kind == "command":
            return self._command(), "application/x-www-form-urlencoded"
        return self._event(kind), "application/json"

    def _command(self) -> str:
        return urlencode(
            {
                "command": "/finetune",
                "text": "jobs",
                "team_id": self.credentials["team_id"],
                "api_app_id": self.credentials["app_id"],
                "channel_id": self.channel_id,
                "user_id": self.user_id,
                "trigger_id": f"{self.randomness.getrandbits(64)}",
                "response_url": self.response_url,
            }
        )

    def _event(self, kind: str) -> str:
        ts = f"{time.time():.6f}"
        words = f"<@{self.credentials['bot_user_id']}> help" if kind == "app_mention" else "lunch at twelve?"
        event = {
            "type": kind, "channel": self.channel_id, "channel_type": "channel", "user": self.user_id,
            "text": words, "ts": ts, "event_ts": ts, "client_msg_id": f"{self.randomness.getrandbits(128):032x}",
        }  # fmt: skip
        return json.dumps(
            {
                "type": "event_callback",
                "token": "unused",
                "team_id": self.credentials["team_id"],
                "api_app_id": self.credentials["app_id"],
                "event_id": f"Ev{self.randomness.getrandbits(64):016X}",
                "event_time": int(time.time()),
                "authorizations": [{"team_id": self.credentials["team_id"], "is_bot": True}],
                "event": event,
            }
        )


def main() -> None:
    asyncio.run(_measure())


async def _measure() -> None:
    with tempfile.TemporaryDirectory(prefix="acknowledgement-") as folder:
        async with servers_in(Path(folder)) as (servers, sender):
            for measured in servers.values():
                await _round(sender, measured.url, seconds=2)
            for _ in range(ROUNDS):
                for measured in servers.values():
                    await measured.round(sender)
    for line in _report(servers):
        print(line)


async def _round(sender: Sender, url: str, seconds: int) -> list[float]:
    """Send at a steady rate, whatever the answers take."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    tasks: list[asyncio.Task[float]] = []
    for number in range(seconds * REQUESTS_A_SECOND):
        await asyncio.sleep(max(0.0, began + number / REQUESTS_A_SECOND - loop.time()))
        tasks.append(asyncio.create_task(sender.send(url)))
    return await asyncio.gather(*tasks)


def _report(servers: dict[str, Measured]) -> Iterator[str]:
    for name, measured in servers.items():
        yield measured.line(name)
    ours, bare = servers["tunesmith"].p99, servers["bare bolt"].p99
    yield f"p99 beside bare bolt: {(ours - bare) * 1000:+.1f} ms, {ours / bare:.2f} times"


def _processor_seconds(process_id: int) -> float:
    """What a process has used so far, in its own code and in the kernel.

    Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (fields 14 and 15, counted behind the name, which
    may hold blanks).
    """
    behind_the_name = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(behind_the_name[11]) + int(behind_the_name[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def servers_in(
    folder: Path, environment: dict[str, str] | None = None
) -> AsyncIterator[tuple[dict[str, Measured], Sender]]:
    """The bot over HTTP in a real local workspace, with further settings, and the baseline beside it."""
    workspace = programs.workspace(manifest_path(), folder / "workspace", "en")
    async with running(workspace, folder / "workspace.log"):
        credentials = programs.credentials_in(folder / "workspace")
        bare = _bare_bolt(credentials)
        bot = _bot_over_http(credentials, folder, environment or {})
        async with (
            running(bare, folder / "bare.log") as baseline,
            running(bot, folder / "bot.log") as measured,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
            TestServer(_taking_answers()) as answers,
        ):
            sender = await _sender(session, credentials, str(answers.make_url("/answer")))
            yield {"tunesmith": Measured(measured), "bare bolt": Measured(baseline)}, sender


def _taking_answers() -> web.Application:
    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="ok")

    application = web.Application()
    application.router.add_post("/answer", take)
    return application


async def _sender(session: aiohttp.ClientSession, credentials: dict[str, Any], response_url: str) -> Sender:
    async with session.get(f"{credentials['url']}/person/ada/channels") as response:
        channels = (await response.json())["channels"]
    channel_id = next(channel["id"] for channel in channels if channel.get("name") == "fine-tuning")
    async with session.get(f"{credentials['url']}/person/ada") as response:
        user_id = (await response.json())["user"]["id"]
    # Slack delivers a channel's messages only to its members, and what a member does with them is what costs.
    invited = {"channel_id": channel_id, "user_id": credentials["bot_user_id"]}
    async with session.post(f"{credentials['url']}/person/ada/invite", json=invited) as response:
        assert response.status == 200, await response.text()
    return Sender(session, credentials, channel_id, user_id, response_url, random.Random(7))  # noqa: S311 - repeatable, not secret.


def _address_in(beginning: str) -> re.Pattern[str]:
    return re.compile(rf"{beginning}.*?(http://[\d.]+:\d+)")


def _bot_over_http(credentials: dict[str, Any], folder: Path, more: dict[str, str]) -> Program:
    socket_mode = programs.bot(credentials, "http://127.0.0.1:9/v1", folder / "bot", "en")
    environment = {
        **socket_mode.environment,
        "SLACK_SIGNING_SECRET": credentials["signing_secret"],
        "TUNESMITH_TRANSPORT": "http",
        "TUNESMITH_PORT": "0",
        "LANGUAGE": "en",
        **more,
    }
    return Program("bot", "bot", ("run",), _address_in(socket_mode.ready.pattern), environment)


def _bare_bolt(credentials: dict[str, Any]) -> Program:
    environment = {
        "SLACK_SIGNING_SECRET": credentials["signing_secret"],
        "SLACK_BOT_TOKEN": credentials["bot_token"],
        "SLACK_API_URL": credentials["api_url"],
    }
    return Program("bare bolt", "benchmarks.bare_bolt", (), _address_in("Bare Bolt is ready"), environment)


if __name__ == "__main__":
    sys.exit(main())
