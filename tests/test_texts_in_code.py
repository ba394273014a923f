"""The walls between code and catalogues: no sentence stands in code, and no entry of the catalogues is left unused."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tuning.texts import BY_MENTION, Texts

ROOT = Path(__file__).parents[1]
SPOKEN = ("handlers", "bot")
"""What people read from: Slack and the terminal. `tuning` raises codes, and its English is for logs."""
PROSE = re.compile(r"[A-Za-z]{2,}[,.:;!?]? [A-Za-z]{2,}")
ALLOWED = {
    "bot/app_manifest.py",
    "bot/demo/programs.py",
    "bot/demo/tour.py",
    "bot/durable.py",
    "bot/executors.py",
    "bot/server.py",
    "bot/check_text.py",
    "bot/spoken_commands.py",
    "bot/demo/processes.py",
    "bot/transports.py",
}
"""Manifests, what other programs print, the question that is put to the model, faults that are worded for the terminal
elsewhere, metrics and answers to machines, styles, and messages of a library that are recognised."""
LOGGED = {"debug", "info", "warning", "error", "exception"}


def test_no_sentence_that_somebody_reads_stands_in_code():
    found = {
        f"{path.relative_to(ROOT)}:{constant.lineno}: {constant.value}"
        for path in _sources(SPOKEN)
        if str(path.relative_to(ROOT)) not in ALLOWED
        for constant in _shown(ast.parse(path.read_text(encoding="utf-8")))
        if PROSE.search(constant.value)
    }

    assert found == set()


def test_every_entry_of_the_catalogues_is_said_somewhere():
    keys = Texts.load().keys("en")
    patterns = {pattern for path in _sources((*SPOKEN, "tuning")) for pattern in _keys(path)}
    whole = re.compile("|".join(sorted(patterns)))
    usual = {key.removesuffix(f".{BY_MENTION}") for key in keys}

    assert sorted(key for key in usual if not whole.fullmatch(key)) == []


def _sources(folders: Iterable[str]) -> Iterator[Path]:
    return (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def _shown(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a file but for docstrings, annotations, what is raised and what is logged."""
    unread: set[int] = set()
    for node in ast.walk(tree):
        is_logged = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOGGED
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_logged or is_docstring or isinstance(node, ast.Raise):
            unread |= {id(one) for one in ast.walk(node)}
    return (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread
    )


def _keys(path: Path) -> Iterator[str]:
    """What a file may ask the catalogues for, as patterns: its words, and its words with holes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(one.value) if isinstance(one, ast.Constant) else ".+" for one in node.values]
            if re.match(r"[a-z_]+\\\.", parts[0]):
                yield "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
            yield re.escape(node.value)
