"""What a job leaves on disk: adapters in half precision, and a state from which it can go on after a crash.

Every file is written beside its place and renamed, so a crash leaves the old one or the new one, never half.
"""

import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from trainer.engine.lora import Adapter, adapter_over
from trainer.engine.shape import Array, Shape

SUFFIX: Final = ".npy"
"""What an adapter's file ends with."""
_STATE: Final = "state.npz"


@dataclass(frozen=True, slots=True)
class State:
    """A job between two epochs: its adapter, the optimiser's two means, the steps done, and what they showed."""

    vector: Array
    first: Array
    second: Array
    n_steps: int
    told: str
    """All progress so far, as the JSON text that the training loop made of it."""


def save_adapter(path: Path, adapter: Adapter) -> None:
    """Write the adapter's vector as float16: 2.4 MB for SmolLM2-135M."""
    _write(path, lambda file: np.save(file, adapter.vector.astype(np.float16)))


def load_adapter(path: Path, shape: Shape) -> Adapter:
    """Read what :func:`save_adapter` wrote."""
    return adapter_over(np.load(path).astype(np.float32), shape)


def save_state(directory: Path, state: State) -> None:
    """Keep the place from which the job goes on after a crash, to the last bit."""
    _write(
        directory / _STATE,
        lambda file: np.savez(
            file, vector=state.vector, first=state.first, second=state.second, n_steps=state.n_steps, told=state.told
        ),
    )


def load_state(directory: Path) -> State | None:
    """The place where an earlier run of this job stopped, if it came so far."""
    path = directory / _STATE
    if not path.exists():
        return None
    with np.load(path) as stored:
        return State(stored["vector"], stored["first"], stored["second"], int(stored["n_steps"]), str(stored["told"]))


def _write(path: Path, write: Callable[[BinaryIO], None]) -> None:
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        content = io.BytesIO()  # numpy writes files by itself and does not say why it can't.
        write(content)
        file.write(content.getbuffer())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
