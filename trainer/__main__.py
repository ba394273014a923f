"""Start the server: ``python -m trainer --data DIR``."""

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from trainer.process import ONE_THREAD
from trainer.ray_engine.options import Cluster
from trainer.torch_engine.options import TUNINGS


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until ended by a signal.

    Prints ``Trainer ready at http://HOST:PORT/v1`` when requests are answered. Exits with 1 and a sentence on
    standard error where the weights are missing or the address is taken.
    """
    given = _parser().parse_args(arguments)
    os.environ.update(ONE_THREAD)
    from trainer.program import Options, serve  # noqa: PLC0415 - imports numpy, which reads the environment once

    memory_bytes = None if given.memory_mb is None else given.memory_mb * 1_000_000
    serve(
        Options(
            host=given.host,
            port=given.port,
            data=given.data,
            api_key=given.api_key,
            admin_key=given.admin_key,
            models=tuple(given.model or ["smollm2"]),
            tuning=given.tuning,
            rank=given.rank,
            cluster=Cluster(given.ray, given.ray_workers, given.ray_gpus) if given.ray else None,
            shutdown_date=given.shutdown_date and given.shutdown_date.isoformat(),
            aliases=tuple(given.alias),
            sends_webhooks_anywhere=given.webhooks_anywhere,
            memory_bytes=memory_bytes,
            n_at_once=given.jobs_at_once,
            vllm=given.vllm,
            # No option: others on the machine see a program's arguments.
            vllm_key=os.environ.pop("VLLM_API_KEY", None) or None,
            is_fast=given.serving == "auto",
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
    parser.add_argument(
        "--jobs-at-once", type=int, default=1, help="jobs that train at the same time; more on a cluster (default: 1)"
    )
    parser.add_argument(
        "--webhooks-anywhere", action="store_true", help="send webhooks to this machine and private networks too"
    )
    parser.add_argument(
        "--serving",
        choices=("auto", "built-in"),
        default="auto",
        help="what answers for smollm2: auto takes llama.cpp where xllamacpp is installed",
    )
    parser.add_argument("--memory-mb", type=int, help="most memory a job may take, MB (default: what is free)")
    parser.add_argument(
        "--model",
        action="append",
        help="a base model; repeatable. smollm2: SmolLM2-135M-Instruct, English (default); tiny: a random model for "
        "tests; or an open model's folder or its name on the Hugging Face hub, which needs the extra `torch`",
    )
    parser.add_argument(
        "--tuning",
        choices=TUNINGS,
        default="lora",
        help="how open models are tuned: an adapter, an adapter over 4-bit weights (GPU), or all weights",
    )
    parser.add_argument("--rank", type=int, default=16, help="rank of open models' adapters (default: 16)")
    parser.add_argument(
        "--vllm",
        metavar="URL",
        help="the vLLM server that answers for the model and its adapters; its key is read from VLLM_API_KEY",
    )
    parser.add_argument("--ray", metavar="URL", help="train open models on the Ray cluster whose dashboard is there")
    parser.add_argument("--ray-workers", type=int, default=1, help="workers of one job on the cluster (default: 1)")
    parser.add_argument("--ray-gpus", type=float, default=0, help="GPUs of a worker, also a part of one (default: 0)")
    return parser


if __name__ == "__main__":
    main()
