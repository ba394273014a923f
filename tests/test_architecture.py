import subprocess
import sys
from pathlib import Path


def test_every_import_contract_holds() -> None:
    # In a process of its own: the linter's set-up of logging silences every logger that is there already.
    linter = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, check=False)  # noqa: S603 - our own tool.

    assert linted.returncode == 0, linted.stdout
