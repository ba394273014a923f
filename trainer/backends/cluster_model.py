"""An open model that a Ray cluster trains; it is served here, as any open model is."""

import sys
from collections.abc import Sequence
from pathlib import Path

from trainer.backends.open_model import OpenModel
from trainer.ray_engine.options import Cluster
from trainer.torch_engine.folder import ModelFolder
from trainer.torch_engine.options import Options


class ClusterModel(OpenModel):
    """Differs in who trains."""

    def __init__(self, folder: ModelFolder, options: Options, cluster: Cluster) -> None:
        super().__init__(folder, options)
        self._cluster = cluster

    def training_command(self, plan: Path) -> Sequence[str]:
        """The program that submits a Ray job and tells what becomes of it."""
        options = self._options.written()
        return (sys.executable, "-m", "trainer.ray_engine", str(plan), options, self._cluster.written())
