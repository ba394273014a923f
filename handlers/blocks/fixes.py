"""What can be repaired in a dataset: the necessary and the recommended apart, each with a line before and after."""

from collections.abc import Iterable, Sequence
from typing import Final

from handlers.blocks.kit import Block, Content, actions, button, confirmation, context, section
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import DatasetVersion
from tuning.datasets.fixes.changes import Change
from tuning.datasets.report import Report

FIX: Final = "datasets.fix"
"""The action of the buttons; the value is the version's id and the codes."""

MOST_FIXES: Final = 18
_LINE_CHARACTERS: Final = 160


def fix_page(voice: Voice, version: DatasetVersion, changes: Sequence[Change]) -> Content:
    told = voice("fixes.title", file=quoted_name(version.file_name), version=version.number)
    if not changes:
        told = voice("fixes.none", file=quoted_name(version.file_name))
        return Content(told, (section(told),))
    blocking = {tally.code for tally in Report.from_json(version.report).tallies if tally.severity == "E"}
    necessary = [change for change in changes if change.code in blocking]
    recommended = [change for change in changes if change.code not in blocking]
    blocks: list[Block] = [section(told)]
    for title, group in (("fixes.necessary", necessary), ("fixes.recommended", recommended)):
        shown = group[: MOST_FIXES // 2]
        blocks += [section(f"*{voice(title)}*")] if shown else []
        blocks += [_shown(voice, version, change) for change in shown]
    left = sum(max(len(group) - MOST_FIXES // 2, 0) for group in (necessary, recommended))
    blocks += [context(voice("commands.left_off", n=left))] if left else []
    return Content(told, (*blocks, actions(_together(voice, version, necessary, recommended))))


def to_read(page: Content) -> Content:
    """The same without its buttons, for those who may not change the dataset."""
    kept = (block for block in page.blocks if block["type"] != "actions")
    return Content(page.text, tuple({name: part for name, part in one.items() if name != "accessory"} for one in kept))


def value_of(version_id: str, codes: Iterable[str]) -> str:
    return f"{version_id} {','.join(sorted(codes))}"


def read_value(value: str) -> tuple[str, frozenset[str]]:
    """The version's id and the codes that a button carries."""
    version_id, _, codes = value.partition(" ")
    return version_id, frozenset(filter(None, codes.split(",")))


def _shown(voice: Voice, version: DatasetVersion, change: Change) -> Block:
    lines = [f"*{voice(f'fixes.name.{change.code}')}* ({change.code}) · {voice('fixes.change', n=change.lines)}"]
    for sample in change.samples[:1]:
        after = _code(sample.after) if sample.after else voice("fixes.removed")
        lines += [f"{voice('fixes.sample', line=sample.line)}: {_code(sample.before)}", f"→ {after}"]
    fix_one = button(
        voice("fixes.button"),
        FIX,
        value_of(version.id, [change.code]),
        confirm=None if change.auto_fix == "safe" else _question(voice, [change]),
    )
    return section("\n".join(lines), fix_one)


def _together(
    voice: Voice, version: DatasetVersion, necessary: Sequence[Change], recommended: Sequence[Change]
) -> list[Block]:
    buttons: list[Block] = []
    for label, changes in (("fixes.all_necessary", necessary), ("fixes.all", [*necessary, *recommended])):
        if changes and not (label == "fixes.all" and not recommended):
            asked = [change for change in changes if change.auto_fix != "safe"]
            buttons.append(
                button(
                    voice(label),
                    f"{FIX}.{label.rpartition('.')[2]}",
                    value_of(version.id, [change.code for change in changes]),
                    style="" if buttons else "primary",
                    confirm=_question(voice, asked) if asked else None,
                )
            )
    return buttons


def _question(voice: Voice, asked: Sequence[Change]) -> Block:
    """Names what a person agrees to: a repair that takes words or rows away."""
    named = "; ".join(voice(f"fixes.name.{change.code}") for change in asked)
    return confirmation(
        voice("fixes.ask.title"),
        clip(voice("fixes.ask.text", fixes=named), 300),
        voice("fixes.button"),
        voice("fixes.ask.no"),
    )


def _code(text: str) -> str:
    return f"`{clip(escape(text.replace('`', chr(0x02CB))), _LINE_CHARACTERS)}`"
