"""The page about the trainer names every address of it, and tests that exist."""

import re
from pathlib import Path

import httpx

from tests.trainer.driving import RunningTrainer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/trainer.md").read_text("utf-8")


def test_every_test_that_the_page_names_is_there() -> None:
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 30
    missing = [
        f"{file}::{name}"
        for file, name in named
        if f"def {name}(" not in (ROOT / "tests/trainer" / file).read_text("utf-8")
    ]
    assert missing == []


def test_every_address_stands_in_a_row_with_its_test(tiny_trainer: RunningTrainer) -> None:
    paths = httpx.get(tiny_trainer.url.removesuffix("/v1") + "/openapi.json").json()["paths"]
    served = {(method.upper(), re.sub(r"{\w+}", "{id}", path)) for path, methods in paths.items() for method in methods}
    rows = [row for row in PAGE.splitlines() if row.startswith("|") and "::test_" in row]
    told = {
        (method, re.sub(r"{\w+}", "{id}", path))
        for row in rows
        for method, path in re.findall(r"\b(GET|POST|DELETE) (/[\w/{}]+)", row)
    }
    assert told == served
    assert len(served) > 40
