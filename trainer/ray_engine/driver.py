"""The job that Ray runs: ``python -m trainer.ray_engine.driver PLAN OPTIONS CLUSTER``.

Ray Train starts the workers, joins them to one group of torch.distributed, and starts all of them again when one is
lost. They then go on from the state that the first of them left at the last checkpoint.
"""

import json
import sys
from pathlib import Path
from typing import Any

import ray
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

from trainer.ray_engine.options import PAUSE, Cluster, told_in


def main() -> None:
    """Train what the command line says."""
    plan, options, given = sys.argv[1:]
    cluster = Cluster(**json.loads(given))
    ray.init()
    resources = {"CPU": cluster.cpus, **({"GPU": cluster.gpus} if cluster.gpus else {})}
    scaling = ScalingConfig(num_workers=cluster.n_workers, use_gpu=bool(cluster.gpus), resources_per_worker=resources)
    storage = str(Path(plan).parent / "ray")
    run = RunConfig(storage_path=storage, failure_config=FailureConfig(max_failures=cluster.max_failures))
    TorchTrainer(
        _work, train_loop_config={"plan": plan, "options": options}, scaling_config=scaling, run_config=run
    ).fit()


def _work(given: dict[str, str]) -> None:
    """What every worker does."""
    # A worker imports torch; the driver need not.
    from trainer.engine.plan import Plan  # noqa: PLC0415
    from trainer.engine.telling import attempt  # noqa: PLC0415
    from trainer.torch_engine.__main__ import train  # noqa: PLC0415
    from trainer.torch_engine.options import Options  # noqa: PLC0415
    from trainer.torch_engine.peers import Group  # noqa: PLC0415

    plan, peers = Plan(**json.loads(Path(given["plan"]).read_text("utf-8"))), Group()
    directory = Path(plan.directory)

    def tell(kind: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of any progress
        if peers.rank == 0:
            with told_in(directory).open("a", encoding="utf-8") as file:
                file.write(json.dumps({"kind": kind, **fields}) + "\n")
        elif kind == "failed":
            raise WorkerFailed(fields["message"])

    def must_pause() -> bool:
        return peers.agree((directory / PAUSE).exists())

    options = Options(**json.loads(given["options"]))
    attempt(lambda: train(plan, options, must_pause, peers, tell), tell)


class WorkerFailed(RuntimeError):
    """A worker that does not speak for all could not go on; Ray starts all of them again."""


if __name__ == "__main__":
    main()
