"""`python -m workspace`: a Slack for this machine, with a page in the browser, until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from workspace.composition import Settings
from workspace.manifest import ManifestError
from workspace.running import Place, running_workspace


def main() -> int:
    """Run a workspace; return 2 with a sentence when it can't start."""
    arguments = _parser().parse_args()
    try:
        asyncio.run(_run(arguments))
    except ManifestError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        place = f"{arguments.host}:{arguments.port}"
        print(f"The workspace can't listen at {place} or write its files: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m workspace", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=0, help="port to listen at; 0 takes a free one")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="manifest of the app to install")
    parser.add_argument("--request-url", help="reach the app by signed HTTP here instead of Socket Mode")
    parser.add_argument("--data", type=Path, help="folder for credentials.json and files; default a temporary one")
    parser.add_argument("--language", choices=["en", "zh"], help="everyone's language; default each person's own")
    parser.add_argument("--limits-scale", type=float, default=1.0, help="multiply Slack's rate limits by this")
    parser.add_argument("--no-page", action="store_true", help="serve no page in the browser")
    return parser


async def _run(arguments: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    place = Place(arguments.host, arguments.port, arguments.data, has_page=not arguments.no_page)
    async with running_workspace(
        manifest=arguments.manifest,
        request_url=arguments.request_url,
        place=place,
        settings=Settings(limits_scale=arguments.limits_scale, language=arguments.language),
    ) as workspace:
        print(f"Workspace ready at {workspace.url}", flush=True)
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
