"""The datasets that somebody may see, and what is said before and after one is deleted."""

from collections.abc import Sequence
from datetime import datetime

from handlers.blocks.kit import Block, Content, actions, button, context, section
from handlers.language import Voice, clock_time, time_ago
from handlers.mrkdwn import escape, quoted_name
from storage.rows import Dataset, DatasetVersion
from tuning.datasets.removal import AtProvider, Removed, Use

MOST_ROWS = 15

Shelved = tuple[Dataset, DatasetVersion]
"""A dataset with its newest version."""


def dataset_list(voice: Voice, own: Sequence[Shelved], others: Sequence[Shelved], left: int) -> Content:
    """One's own datasets, then those of others, each with its report and, for its owner, how to delete it.

    Args:
        left: how many more there are.
    """
    if not own and not others:
        return _said(voice("commands.check.none"))
    blocks: list[Block] = []
    for title, shelved in (("shelf.yours", own), ("shelf.others", others)):
        if shelved:
            blocks.append(section(voice(title, n=len(shelved))))
            blocks += [row for one in shelved for row in _rows(voice, one, is_own=shelved is own)]
    if left:
        blocks.append(context(voice("commands.left_off", n=left)))
    return Content(", ".join(escape(dataset.name) for dataset, _ in (*own, *others)), tuple(blocks))


def _rows(voice: Voice, shelved: Shelved, *, is_own: bool) -> list[Block]:
    dataset, version = shelved
    row = voice(
        "shelf.row",
        name=escape(dataset.name),
        file=quoted_name(version.file_name),
        examples=voice("report.examples", n=version.examples),
        size=voice.size(version.size_bytes),
        verdict=voice("shelf.verdict.ready" if version.is_ready else "shelf.verdict.not_ready"),
        owner=f"<@{dataset.owner_id}>",
        ago=time_ago(dataset.created_at),
    )
    report = button(voice("shelf.report"), "datasets.report", dataset.id)
    delete = button(voice("shelf.delete"), "datasets.delete", dataset.id, style="danger")
    return [section(row), actions([report, delete])] if is_own else [section(row, report)]


def removal_question(voice: Voice, use: Use) -> Content:
    """What would go and what would stay, with a button for each answer."""
    dataset = use.dataset
    file = quoted_name(use.versions[0].file_name) if use.versions else escape(dataset.name)
    told = voice("shelf.question", name=escape(dataset.name), file=file, n=len(use.versions))
    blocks = [section(told), *_what_stays(voice, use), _answers(voice, dataset)]
    return Content(told, tuple(blocks))


def file_gone_question(voice: Voice, use: Use) -> Content:
    """What the owner is asked when the file is gone from Slack."""
    dataset = use.dataset
    file = quoted_name(use.versions[0].file_name) if use.versions else escape(dataset.name)
    told = voice("shelf.file_gone", file=file, name=escape(dataset.name), n=len(use.versions))
    return Content(told, (section(told), *_what_stays(voice, use), _answers(voice, dataset)))


def _answers(voice: Voice, dataset: Dataset) -> Block:
    yes = button(voice("shelf.delete.yes"), "datasets.delete.yes", dataset.id, style="danger")
    return actions([yes, button(voice("shelf.delete.no"), "datasets.delete.no", dataset.id)])


def _what_stays(voice: Voice, kept: Use | Removed) -> list[Block]:
    said = []
    if kept.models:
        said.append(voice("shelf.question.models", models=_names([model.name for model in kept.models])))
    if kept.jobs:
        said.append(voice("shelf.question.jobs", jobs=_names([job.name for job in kept.jobs])))
    if kept.holders:
        named = [f"{dataset.name} v{version.number}" for dataset, version in kept.holders]
        said.append(voice("shelf.question.holders", datasets=_names(named)))
    return [context(*said)] if said else []


def removed(voice: Voice, done: Removed) -> Content:
    """What was deleted, file by file, and what remains."""
    told = voice("shelf.deleted", name=escape(done.dataset.name), n=done.versions)
    lines = [told, *(_file(voice, file) for file in done.files), voice("shelf.deleted.slack")]
    return Content(told, (section("\n".join(lines)), *_what_stays(voice, done)))


def _file(voice: Voice, file: AtProvider) -> str:
    named = {"file": quoted_name(file.file_id), "provider": escape(file.provider)}
    if file.fault is not None:
        reason = voice(f"errors.{file.fault.code}", **file.fault.parameters)
        return voice("shelf.deleted.file_failed", **named, reason=escape(reason))
    if not file.provider:
        return voice("shelf.deleted.file_unknown", file=named["file"])
    return voice("shelf.deleted.file_kept" if file.is_kept else "shelf.deleted.file", **named)


def gone(voice: Voice, dataset: Dataset, at: datetime) -> Content:
    """What stands where its report was."""
    return _said(voice("shelf.gone", name=escape(dataset.name), at=clock_time(at)))


def _said(told: str) -> Content:
    return Content(told, (section(told),))


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"*{escape(name)}*" for name in names)
