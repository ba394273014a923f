import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openai import OpenAI

from tests.trainer.driving import RunningTrainer, start_trainer
from trainer.process import ONE_THREAD

# The engine is tested in this process as well. Numpy reads these once, when the first test module imports it.
os.environ.update(ONE_THREAD)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., RunningTrainer]]:
    """Starts trainers on this test's own folder, and stops what still runs."""
    trainers: list[RunningTrainer] = []

    def start(*arguments: str) -> RunningTrainer:
        trainers.append(start_trainer(tmp_path / "data", *arguments))
        return trainers[-1]

    yield start
    for trainer in trainers:
        trainer.stop()


@pytest.fixture(scope="session")
def tiny_trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTrainer]:
    trainer = start_trainer(tmp_path_factory.mktemp("trainer"), "--model", "tiny", "--webhooks-anywhere")
    yield trainer
    trainer.stop()


@pytest.fixture
def client(tiny_trainer: RunningTrainer) -> Iterator[OpenAI]:
    with tiny_trainer.client() as client:
        yield client
