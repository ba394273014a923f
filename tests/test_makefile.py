"""The folder of libraries is made anew where it can't work any more, and only there."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("python", "made_in", "is_made_anew"),
    [
        (sys.executable, "{here}\n", False),
        (sys.executable, "", False),
        (sys.executable, "{here}/elsewhere\n", True),
        ("/nowhere/python", "{here}\n", True),
    ],
)
def test_a_venv_that_was_moved_or_has_lost_its_python_is_made_anew(tmp_path, python, made_in, is_made_anew):
    here = tmp_path.resolve()
    shutil.copy(ROOT / "Makefile", here)
    (here / ".venv/bin").mkdir(parents=True)
    (here / ".venv/bin/python").symlink_to(python)
    (here / ".venv/.made").write_text(made_in.format(here=here))
    command = [shutil.which("make") or "make", "--dry-run", ".venv/.made"]
    told = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own.

    assert ("rm -rf .venv" in told, "made elsewhere" in told) == (is_made_anew, is_made_anew)
