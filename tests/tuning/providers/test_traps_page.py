"""The page of traps names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_trap_on_the_page_has_the_test_that_it_names():
    page = (ROOT / "docs/traps.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", page)
    rows = [line for line in page.partition("## What the bot leaves alone")[0].splitlines() if line.startswith("| ")]

    assert all("::test_" in row for row in rows if row != "| trap | test |")
    tests = {file: (ROOT / "tests/tuning" / file).read_text("utf-8") for file, _ in named}
    assert [f"{file}::{name}" for file, name in named if f"def {name}(" not in tests[file]] == []
