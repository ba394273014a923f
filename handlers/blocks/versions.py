"""The versions of a dataset, what is different between two of them, and the rows that a model was made of."""

from collections.abc import Sequence
from typing import Final

from handlers.blocks.kit import Block, Content, actions, button, context, section, sections
from handlers.language import Voice, time_ago
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import Dataset, DatasetVersion, Model
from tuning.datasets.differences import Difference, Differences
from tuning.datasets.parts import Part
from tuning.datasets.versions import Known, Lineage

MOST_ROWS: Final = 12
_MOST_DIFFERENCES: Final = 8
_LINE_CHARACTERS: Final = 180
_SIGNS: Final = {"added": "🟢", "removed": "🔴", "changed": "🟡"}


def version_list(voice: Voice, dataset: Dataset, known: Sequence[Known]) -> Content:
    told = voice("versions.title", name=quoted_name(dataset.name), n=len(known))
    blocks: list[Block] = [section(told)]
    for one in known[:MOST_ROWS]:
        blocks += [section(_row(voice, one)), actions(_buttons(voice, one.version))]
    if len(known) > MOST_ROWS:
        blocks.append(context(voice("commands.left_off", n=len(known) - MOST_ROWS)))
    return Content(told, tuple(blocks))


def difference_page(voice: Voice, old: DatasetVersion, new: DatasetVersion, found: Differences) -> Content:
    told = voice("versions.diff.title", old=_named(old), new=_named(new), file=quoted_name(new.file_name))
    counts = [
        voice(f"versions.diff.{kind}", n=getattr(found, kind)) for kind in ("added", "removed", "changed", "same")
    ]
    shown = [_difference(voice, one) for kind in _SIGNS for one in found.shown if one.kind == kind]
    lines = shown[:_MOST_DIFFERENCES] or [voice("versions.diff.none")]
    left = found.added + found.removed + found.changed - len(shown[:_MOST_DIFFERENCES])
    rest = [context(voice("commands.left_off", n=left))] if left else []
    return Content(told, (section(told), context(" · ".join(counts)), *sections(lines), *rest))


def made_of(voice: Voice, model: Model, lineage: Lineage) -> Content:
    """Which rows made a model, down to the file that somebody shared."""
    first = lineage.versions[0]
    told = voice(
        "versions.model",
        model=quoted_name(model.name),
        name=quoted_name(lineage.dataset.name),
        version=_named(lineage.versions[0]),
        n=first.examples,
        sha256=f"`{first.sha256[:12]}`",
    )
    steps = [f"• {_named(version)}: {_origin(voice, version)}" for version in lineage.versions]
    return Content(told, (section(told), section("\n".join(steps)), actions(_buttons(voice, first))))


def _row(voice: Voice, known: Known) -> str:
    version = known.version
    tags = "".join(f" `{escape(tag)}`" for tag in known.tags)
    verdict = voice("shelf.verdict.ready" if version.is_ready else "shelf.verdict.not_ready")
    facts = [
        _origin(voice, version),
        voice("report.examples", n=version.examples),
        verdict,
        time_ago(version.created_at),
    ]
    if known.made_from is not None:
        facts.insert(1, voice("versions.from", version=f"v{known.made_from}"))
    if known.jobs:
        facts.append(
            voice("versions.jobs", n=len(known.jobs), jobs=", ".join(escape(job.name) for job in known.jobs[:3]))
        )
    return (
        f"*v{version.number}*{tags} · {quoted_name(version.file_name)} · `{version.sha256[:12]}`\n{' · '.join(facts)}"
    )


def _origin(voice: Voice, version: DatasetVersion) -> str:
    """How a version came to be, with what was asked for."""
    if version.is_part:
        return voice(f"versions.origin.{version.origin.replace(':', '.')}")
    asked = [str(word) for word in version.lineage.get("arguments", [])]
    return voice(f"versions.origin.{version.origin}", what=escape(clip(", ".join(asked), 100)))


def _buttons(voice: Voice, version: DatasetVersion) -> list[Block]:
    buttons = [
        button(voice("shelf.report"), "datasets.version", version.id),
        button(voice("versions.download"), "datasets.download", version.id),
    ]
    if version.parent_id and not version.is_part:
        buttons.insert(1, button(voice("versions.changed"), "datasets.diff", version.id))
    return buttons


def _named(version: DatasetVersion) -> str:
    part = Part.from_id(version.id)
    return f"*v{version.number}*" if part is None else f"*v{version.number}* ({part.name})"


def _difference(voice: Voice, one: Difference) -> str:
    line = one.new_line or one.old_line or 0
    where = voice(f"versions.diff.line.{one.kind}", line=line)
    texts = [_code(text) for text in (one.shown.before, one.shown.after) if text]
    return f"{_SIGNS[one.kind]} {where}: " + "\n        → ".join(texts)


def _code(text: str) -> str:
    return f"`{clip(escape(text.replace('`', chr(0x02CB))), _LINE_CHARACTERS)}`"
