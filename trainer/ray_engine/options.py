"""What an operator chooses for a cluster, and what the processes of one job leave for each other in its folder."""

import json
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from trainer.torch_engine.options import ExtraMissing

TOLD: Final = "told.jsonl"
"""What the first worker tells, a line a progress."""
PAUSE: Final = "pause"
"""Its being there asks the workers to stop after their step."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Ray cluster, and what each job takes of it."""

    address: str
    """Of its dashboard, which takes jobs: ``http://head:8265``."""
    n_workers: int = 1
    gpus: float = 0
    """A worker; parts of one are shared."""
    cpus: int = 1
    """A worker."""
    max_failures: int = 3
    """How often the workers are started again after one was lost."""

    def written(self) -> str:
        """The cluster as an argument of a program."""
        return json.dumps(asdict(self))


def require_ray() -> None:
    """Make sure that the extra is installed.

    Raises:
        ExtraMissing: it is not.
    """
    if find_spec("ray") is None:
        message = (
            "A Ray cluster needs ray, which is not installed: pip install -r requirements-ray.lock (docs/trainer.md)."
        )
        raise ExtraMissing(message)


def told_in(directory: Path) -> Path:
    """Where a job's workers tell what they do."""
    return directory / TOLD
