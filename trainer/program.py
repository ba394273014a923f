"""The server as a program: what its command line chose, put together and served until a signal ends it."""

import secrets
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from trainer.backends.embedded import Embedded
from trainer.engine.bases import BASES
from trainer.engine.weights import WeightsMissing
from trainer.server import Settings, build
from trainer.store import Store


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose."""

    host: str
    port: int
    """0 takes a free one."""
    data: Path
    api_key: str | None
    admin_key: str | None
    base_id: str
    shutdown_date: str | None = None
    aliases: tuple[str, ...] = ()
    """Names under which the base answers as well."""
    memory_bytes: int | None = None
    """The most that a training process may take; None leaves it what is free."""


def serve(options: Options) -> None:
    """Serve; print where, once requests are answered. Exit with 1 and a sentence where that cannot be done."""
    base = BASES[options.base_id]
    try:
        base.check()
        listening = socket.create_server((options.host, options.port))
        store = Store(options.data.resolve(), lambda: int(time.time()), lambda: secrets.token_hex(12))
    except WeightsMissing as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The trainer cannot listen on {options.host}:{options.port}, or not write to {options.data}: {error}")
    host, port = listening.getsockname()[:2]
    settings = Settings(
        backends={base.id: Embedded(base)},
        store=store,
        new_seed=lambda: secrets.randbelow(2**31),
        api_key=options.api_key,
        admin_key=options.admin_key,
        shutdown_date=options.shutdown_date,
        aliases=dict.fromkeys(options.aliases, base.id),
        memory_bytes=options.memory_bytes,
        announce=lambda: print(f"Trainer ready at http://{host}:{port}/v1", flush=True),  # noqa: T201 - the program's one line
    )
    config = uvicorn.Config(build(settings), log_level="warning", timeout_graceful_shutdown=2)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
