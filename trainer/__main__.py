"""Start the server: ``python -m trainer --data DIR``."""

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from trainer.process import ONE_THREAD


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until ended by a signal.

    Prints ``Trainer ready at http://HOST:PORT/v1`` when requests are answered. Exits with 1 and a sentence on
    standard error where the weights are missing or the address is taken.
    """
    given = _parser().parse_args(arguments)
    os.environ.update(ONE_THREAD)
    from trainer.program import Options, serve  # noqa: PLC0415 - imports numpy, which reads the environment once

    base_id = {"smollm2": "smollm2-135m", "tiny": "tiny-random"}[given.model]
    memory_bytes = None if given.memory_mb is None else given.memory_mb * 1_000_000
    serve(
        Options(
            host=given.host,
            port=given.port,
            data=given.data,
            api_key=given.api_key,
            admin_key=given.admin_key,
            base_id=base_id,
            shutdown_date=given.shutdown_date and given.shutdown_date.isoformat(),
            aliases=tuple(given.alias),
            memory_bytes=memory_bytes,
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("trainer", description="An OpenAI-compatible server that really fine-tunes.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8100, help="port to listen on; 0 takes a free one (default: 8100)")
    parser.add_argument("--data", type=Path, default=Path("data/trainer"), help="folder for files, jobs and models")
    parser.add_argument("--api-key", help="the only key accepted (default: any key, and none)")
    parser.add_argument("--admin-key", help="opens the admin API to this key, which makes projects and keys")
    parser.add_argument(
        "--alias",
        action="append",
        default=[],
        metavar="NAME",
        help="a name, such as gpt-4o-mini, that the base answers to",
    )
    parser.add_argument(
        "--shutdown-date", type=date.fromisoformat, help="day from which no model answers, YYYY-MM-DD, as OpenAI's have"
    )
    parser.add_argument("--memory-mb", type=int, help="most memory a job may take, MB (default: what is free)")
    parser.add_argument(
        "--model",
        choices=("smollm2", "tiny"),
        default="smollm2",
        help="smollm2: SmolLM2-135M-Instruct, English; tiny: a random model for tests, no weights needed",
    )
    return parser


if __name__ == "__main__":
    main()
