"""Every screen in a language that nobody speaks: no text is written in code, and no screen is forgotten."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import handlers.blocks
from handlers.blocks.kit import Content
from handlers.language import Voice
from tests.handlers.blocks.screens import DEFECTS, screens
from tests.pseudo import pseudo_texts, slipped_through
from tests.tuning.test_errors import SAMPLES
from tuning import known_models
from tuning.datasets.provider_facts import PROVIDER_FACTS

NAMES = [
    "marv marvv smol gpt mini turbo cl100k_base o200k_base jsonl csv question answer user assistant system tool",
    "Tunesmith Trainer OpenAI Nebius Azure MB TB KB UTC UTF Python curl messages role content id le ole nt aa ab the bot nWhat",
    *PROVIDER_FACTS,
    *(facts.name for facts in PROVIDER_FACTS.values()),
    *(value for error in SAMPLES for value in map(str, error.parameters.values())),
    *(row.decode("utf-8", "ignore") for row in DEFECTS),
]
"""Names of people's things, of models and providers, what stands in rows, and units."""


@pytest.fixture(scope="module", name="heard")
def _heard():
    """What every screen shows, and the functions that spoke meanwhile, as (file, name)."""
    spoke: set[tuple[str, str]] = set()

    def listen(frame, event, _argument) -> None:
        if event == "call":
            spoke.add((frame.f_code.co_filename, frame.f_code.co_name))

    before = sys.getprofile()
    sys.setprofile(listen)
    try:
        shown = list(screens(Voice(pseudo_texts(), "en", {"openai": "OpenAI"})))
    finally:
        sys.setprofile(before)
    return shown, spoke


def test_every_text_of_every_screen_comes_out_of_the_catalogues(heard):
    models = sorted(known_models.names())
    shown = [[one.text, list(one.blocks)] if isinstance(one, Content) else one for one in heard[0]]

    assert slipped_through(shown, [*NAMES, *models]) == []


def test_no_builder_of_blocks_is_forgotten_among_the_screens(heard):
    speakers = {one for module in iter_modules(handlers.blocks.__path__) for one in _speakers(module.name)}

    assert len(speakers) > 100
    assert speakers - heard[1] == set()


def _speakers(module: str) -> Iterator[tuple[str, str]]:
    """The functions of a module of `handlers.blocks` that are given a voice."""
    file = import_module(f"handlers.blocks.{module}").__file__ or ""
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "voice":
            yield file, node.name
