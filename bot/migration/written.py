"""What a migration leaves in its folder for people: each model's training data, and both models' answers."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.migration.rooms import Rooms
from storage.rows import Model, Move
from tuning.moving.code_lines import changed_lines
from tuning.moving.results import scored


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one model."""

    data: Path | None
    comparison: Path | None
    lines: str
    """The two lines of code that change; empty where there is no new model."""


async def write_down(rooms: Rooms, folder: Path, move: Move, old: Model) -> Written:
    """Write both files anew, whole or not at all."""
    version = await rooms.stores.datasets.version(move.tenant, move.version_id) if move.version_id else None
    data = comparison = None
    if version is not None:
        data = folder / f"{old.name}.jsonl"
        await asyncio.to_thread(_copied, await rooms.stores.files.path(version.sha256), data)
    if move.comparison:
        comparison = folder / f"{old.name}-comparison.jsonl"
        rows = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in scored(move.comparison))
        await asyncio.to_thread(_replaced, comparison, rows)
    new = await rooms.moving.new_model(move)
    lines = changed_lines(old, rooms.gateways.of(old.provider), new, rooms.gateways.of(new.provider)) if new else ""
    return Written(data, comparison, lines)


def _copied(source: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)


def _replaced(target: Path, text: str) -> None:
    partial = target.with_name(f"{target.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(target)
