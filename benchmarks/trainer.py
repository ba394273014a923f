"""How fast the trainer's embedded engine trains and answers, beside the bare matrix products of the same shapes."""

import os
import subprocess
import sys

from trainer.process import ONE_THREAD


def main() -> None:
    """Measure in a process of its own: numpy reads the environment once, when it is imported."""
    for name in ("trainer_engine", "trainer_estimate"):
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], env={**os.environ, **ONE_THREAD}, check=True)


if __name__ == "__main__":
    main()
