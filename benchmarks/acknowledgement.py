"""How long Slack waits for an acknowledgement, beside a bare Bolt app on the same server (no storage).

100 requests a second of mixed events are sent in an open loop (a slow answer delays no later request), in turn to the
bot over HTTP and to the baseline, three rounds of each. What counts is p99: Slack gives up after three seconds
(https://docs.slack.dev/apis/events-api, "Responding to events").
"""

import asyncio
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.demo import programs
from bot.demo.processes import Program, running
from bot.manifest_command import manifest_path

REQUESTS_A_SECOND = 100
SECONDS_A_ROUND = 12
ROUNDS = 3
KINDS = (("message", 80), ("app_mention", 10), ("command", 10))
"""Of a hundred requests: channel talk that is not for the bot, mentions, and slash commands."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Signs and sends what Slack would send, for one installed app and one channel."""

    session: aiohttp.ClientSession
    credentials: dict[str, Any]
    channel_id: str
    user_id: str
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
                "response_url": f"{self.credentials['url']}/commands/none",
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
        async with _servers(Path(folder)) as (urls, sender):
            waits: dict[str, list[float]] = {name: [] for name in urls}
            for url in urls.values():
                await _round(sender, url, seconds=2)
            for _ in range(ROUNDS):
                for name, url in urls.items():
                    waits[name] += await _round(sender, url, seconds=SECONDS_A_ROUND)
    for line in _report(waits):
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


def _report(waits: dict[str, list[float]]) -> Iterator[str]:
    p99s = {}
    for name, seconds in waits.items():
        p50, p99 = statistics.median(seconds), statistics.quantiles(seconds, n=100)[98]
        p99s[name] = p99
        yield (
            f"{name:10} {len(seconds)} requests at {REQUESTS_A_SECOND}/s: "
            f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, max {max(seconds) * 1000:.1f} ms"
        )
    difference = p99s["tunesmith"] - p99s["bare bolt"]
    ratio = p99s["tunesmith"] / p99s["bare bolt"]
    yield f"p99 beside bare bolt: {difference * 1000:+.1f} ms, {ratio:.2f} times"


@asynccontextmanager
async def _servers(folder: Path) -> AsyncIterator[tuple[dict[str, str], Sender]]:
    """The bot over HTTP in a real local workspace, and the baseline beside it."""
    workspace = programs.workspace(manifest_path(), folder / "workspace", "en")
    async with running(workspace, folder / "workspace.log"):
        credentials = programs.credentials_in(folder / "workspace")
        bare = _bare_bolt(credentials)
        bot = _bot_over_http(credentials, folder)
        async with (
            running(bare, folder / "bare.log") as baseline,
            running(bot, folder / "bot.log") as measured,
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        ):
            sender = await _sender(session, credentials)
            yield (
                {"tunesmith": f"{measured.address}/slack/events", "bare bolt": f"{baseline.address}/slack/events"},
                sender,
            )


async def _sender(session: aiohttp.ClientSession, credentials: dict[str, Any]) -> Sender:
    async with session.get(f"{credentials['url']}/person/ada/channels") as response:
        channels = (await response.json())["channels"]
    channel_id = next(channel["id"] for channel in channels if channel.get("name") == "fine-tuning")
    async with session.get(f"{credentials['url']}/person/ada") as response:
        user_id = (await response.json())["user"]["id"]
    return Sender(session, credentials, channel_id, user_id, random.Random(7))  # noqa: S311 - repeatable, not secret.


def _address_in(beginning: str) -> re.Pattern[str]:
    return re.compile(rf"{beginning}.*?(http://[\d.]+:\d+)")


def _bot_over_http(credentials: dict[str, Any], folder: Path) -> Program:
    socket_mode = programs.bot(credentials, "http://127.0.0.1:9/v1", folder / "bot", "en")
    environment = {
        **socket_mode.environment,
        "SLACK_SIGNING_SECRET": credentials["signing_secret"],
        "TUNESMITH_TRANSPORT": "http",
        "TUNESMITH_PORT": "0",
    }
    return Program("bot", "bot", ("run",), _address_in("Tunesmith is ready"), environment)


def _bare_bolt(credentials: dict[str, Any]) -> Program:
    environment = {
        "SLACK_SIGNING_SECRET": credentials["signing_secret"],
        "SLACK_BOT_TOKEN": credentials["bot_token"],
        "SLACK_API_URL": credentials["api_url"],
    }
    return Program("bare bolt", "benchmarks.bare_bolt", (), _address_in("Bare Bolt is ready"), environment)


if __name__ == "__main__":
    sys.exit(main())
