"""The server as a program: what its command line chose, put together and served until a signal ends it."""

import secrets
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import uvicorn

from trainer.backends.backend import Backend
from trainer.backends.cluster_model import ClusterModel
from trainer.backends.embedded import Embedded
from trainer.backends.llama_cpp import LlamaCpp
from trainer.backends.open_model import OpenModel
from trainer.backends.served_by_vllm import ServedByVllm
from trainer.backends.vllm import Vllm
from trainer.engine.bases import BASES
from trainer.engine.weights import WeightsMissing
from trainer.ray_engine.options import Cluster, require_ray
from trainer.server import Settings, build
from trainer.store import Store
from trainer.torch_engine.folder import ModelMissing, opened
from trainer.torch_engine.options import ExtraMissing, Tuning, require_libraries
from trainer.torch_engine.options import Options as ModelOptions

_ONE_ADAPTED: Final = (
    "--vllm serves one base model and its adapters: give exactly one --model, and a --tuning other than full. "
    "What `merged` exports of a whole model is served by a vLLM of its own."
)
_COMPUTING: Final = 2
_WAITING_FOR_VLLM: Final = 64
_EMBEDDED: Final = {"smollm2": "smollm2-135m", "tiny": "tiny-random"}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line chose."""

    host: str
    port: int
    """0 takes a free one."""
    data: Path
    api_key: str | None
    admin_key: str | None
    models: tuple[str, ...]
    """Base models: smollm2, tiny, or names or folders of open ones."""
    tuning: Tuning = "lora"
    """How open models are tuned."""
    rank: int = 16
    """Of open models' adapters."""
    cluster: Cluster | None = None
    """What trains open models, if not this machine."""
    shutdown_date: str | None = None
    aliases: tuple[str, ...] = ()
    """Names under which the first base answers as well."""
    sends_webhooks_anywhere: bool = False
    """Also to this machine and to private networks."""
    memory_bytes: int | None = None
    """The most that a training process may take; None leaves it what is free."""
    n_at_once: int = 1
    """How many jobs train at the same time."""
    vllm: str | None = None
    """The address of the vLLM server that answers for the base model and its adapters."""
    vllm_key: str | None = field(default=None, repr=False)
    """What that server wants as a key; never shown."""
    is_fast: bool = True
    """Whether llama.cpp answers for the embedded engine where it is installed."""


def serve(options: Options) -> None:
    """Serve; print where, once requests are answered. Exit with 1 and a sentence where that cannot be done."""
    if options.vllm and (len(options.models) != 1 or options.tuning == "full"):
        sys.exit(_ONE_ADAPTED)
    try:
        backends = [_served(_backend(name, options), options) for name in options.models]
        listening = socket.create_server((options.host, options.port))
        store = Store(options.data.resolve(), lambda: int(time.time()), lambda: secrets.token_hex(12))
    except (WeightsMissing, ModelMissing, ExtraMissing) as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The trainer cannot listen on {options.host}:{options.port}, or not write to {options.data}: {error}")
    host, port = listening.getsockname()[:2]
    settings = Settings(
        backends={backend.facts.id: backend for backend in backends},
        store=store,
        new_seed=lambda: secrets.randbelow(2**31),
        api_key=options.api_key,
        admin_key=options.admin_key,
        shutdown_date=options.shutdown_date,
        aliases=dict.fromkeys(options.aliases, backends[0].facts.id),
        sends_webhooks_anywhere=options.sends_webhooks_anywhere,
        memory_bytes=options.memory_bytes,
        n_at_once=options.n_at_once,
        n_answering=_WAITING_FOR_VLLM if options.vllm else _COMPUTING,
        announce=lambda: print(f"Trainer ready at http://{host}:{port}/v1", flush=True),  # noqa: T201 - the program's one line
    )
    config = uvicorn.Config(build(settings), log_level="warning", timeout_graceful_shutdown=2)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _served(backend: Backend, options: Options) -> Backend:
    """The backend with what answers for it."""
    if options.vllm is None:
        return backend
    names = {backend.facts.id, backend.facts.hub_id, *options.models}
    return ServedByVllm(backend, Vllm(options.vllm, frozenset(name for name in names if name), options.vllm_key))


def _backend(name: str, options: Options) -> Backend:
    """What trains and serves the base model of this name."""
    if name in _EMBEDDED:
        base = BASES[_EMBEDDED[name]]
        base.check()
        if options.is_fast and base.gguf and find_spec("xllamacpp"):
            return LlamaCpp(base, base.gguf())
        return Embedded(base)
    require_libraries(name)
    folder = opened(name)
    tuned = ModelOptions(str(folder.path), options.tuning, options.rank)
    if options.cluster is None:
        return OpenModel(folder, tuned)
    require_ray()
    return ClusterModel(folder, tuned, options.cluster)
