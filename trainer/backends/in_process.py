"""What the backends share that answer in this process."""

from pathlib import Path


class InProcess:
    """The weights are read once, when they are first needed; adapters are read when they are asked."""

    def warm_up(self) -> None:
        """Read the weights."""
        self._loaded()

    def prepare(self, adapter: Path | None) -> None:
        """Nothing: adapters are read when they are asked."""

    def forget(self, adapter: Path) -> None:
        """Nothing: what is no longer asked makes room by itself."""

    def _loaded(self) -> object:
        """What answers, read on the first call."""
        raise NotImplementedError
