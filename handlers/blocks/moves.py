"""A model's move: where it can go, how far it is, what it waits for, and what has come of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from handlers.blocks.ends import told_end
from handlers.blocks.findings import finding_line
from handlers.blocks.kit import Block, Content, actions, button, code, context, divider, header, section, sections
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import JSON, Model, Move, MoveState
from tuning.datasets.findings import Finding
from tuning.jobs.moves import PlannedMove
from tuning.moving import words
from tuning.moving.side_by_side import QUESTIONS

SHOW, BEGIN, OFFER, DECLINE, AGAIN = "models.move", "moves.begin", "moves.offer", "moves.decline", "moves.again"
_ANSWER_CHARACTERS: Final = 500
_MOST_SHOWN: Final = 5
"""Of the questions: each with three answers, they stay within what a message holds."""
_SHOWN_WORDS: Final = 80


def ways_out(voice: Voice, plan: PlannedMove, begun: Sequence[Move], today: date) -> Content:
    """Where one model can go, each way with its own end, and what was begun already."""
    name = escape(plan.model.name)
    told = voice("moves.ways", name=name, end=told_end(voice, plan.end, today))
    source = voice("moves.data.here" if plan.job else "moves.data.there", provider=_title(voice, plan.model.provider))
    blocks: list[Block] = [section(told), context(source)]
    for target in plan.targets:
        shown = voice(
            "moves.way",
            base=quoted_name(target.base_model),
            provider=target.title,
            end=told_end(voice, target.end, today),
        )
        value = f"{plan.model.id} {target.provider} {target.base_model}"
        blocks.append(section(shown, button(voice("moves.begin"), f"{BEGIN}.{target.provider}", value)))
    if not plan.targets:
        blocks.append(section(voice("moving.no_way")))
    blocks += [context(_begun(voice, move)) for move in begun[:_MOST_SHOWN]]
    blocks.append(context(voice("moves.questions", n=QUESTIONS)))
    blocks.append(context(voice("moves.guide")))
    return Content(told, tuple(blocks))


@dataclass(frozen=True, slots=True)
class Shown:
    """A move with all that its messages show."""

    move: Move
    old: Model
    new: Model | None = None
    lines: str = ""
    """The two lines of code that change; empty before the new model is there."""
    spent: str = ""
    """What the answers have cost, with its unit; empty where none were bought."""
    most: int = 0
    """Prompts that were asked."""


def move_card(voice: Voice, shown: Shown) -> Content:
    """The message that is edited as the move goes on."""
    move = shown.move
    told = voice("moves.card", name=escape(shown.old.name), to=_to(voice, move), state=_state(voice, move))
    blocks: list[Block] = [section(told)]
    if shown.spent:
        blocks.append(context(voice("moves.spent", n=shown.most, spent=shown.spent, budget=_budget(voice, move))))
    return Content(told, tuple(blocks))


def move_milestone(voice: Voice, shown: Shown) -> Content:
    """What somebody is told once: the move waits for them, or it is over."""
    move = shown.move
    if move.state is MoveState.NEEDS_PROMPTS:
        return _gone(voice, shown)
    if move.state is MoveState.FAILED:
        return _failed(voice, shown)
    if move.state is MoveState.DEPLOYING:
        told = voice("moves.deploy", owner=f"<@{move.owner_id}>", name=escape(shown.old.name), to=_to(voice, move))
        return Content(told, (section(told),))
    return _done(voice, shown)


def _gone(voice: Voice, shown: Shown) -> Content:
    move = shown.move
    provider = _title(voice, shown.old.provider)
    told = voice("moves.gone", owner=f"<@{move.owner_id}>", name=escape(shown.old.name), provider=provider)
    buttons = [
        button(voice("moves.offer"), OFFER, move.id, style="primary"),
        button(voice("moves.decline"), DECLINE, move.id),
    ]
    return Content(told, (section(told), actions(buttons)))


def _failed(voice: Voice, shown: Shown) -> Content:
    move = shown.move
    findings = [Finding(**one) for one in move.error_parameters.get("findings", [])]
    reason = told_failure(voice, move)
    told = voice("moves.failed", owner=f"<@{move.owner_id}>", name=escape(shown.old.name), reason=reason)
    again = actions([button(voice("moves.again"), AGAIN, move.id)])
    return Content(told, (section(told), *sections(finding_line(voice, one) for one in findings), again))


def told_failure(voice: Voice, move: Move) -> str:
    """Why a move stopped, as a sentence."""
    named = {name: value for name, value in move.error_parameters.items() if name != "findings"}
    safe = {name: escape(value) if isinstance(value, str) else value for name, value in named.items()}
    return voice(f"errors.{move.error_code}", **safe)


def _done(voice: Voice, shown: Shown) -> Content:
    move, comparison = shown.move, shown.move.comparison or {"source": "general", "questions": []}
    name = escape(shown.old.name)
    told = voice("moves.done", owner=f"<@{move.owner_id}>", name=name, to=_to(voice, move))
    rows = comparison["questions"]
    blocks: list[Block] = [header(voice("moves.done.title", name=shown.old.name)), section(told)]
    if shown.lines:
        blocks += [section(voice("moves.lines")), section(code(escape(shown.lines)))]
    if rows:
        said = words.told_comparison(voice.texts, voice.language, comparison)
        blocks += [section(f"*{said[0]}*"), *map(context, said[1:])]
        note = voice(f"moves.source.{comparison['source']}", n=len(rows))
        if comparison["source"] == "validation" and not move.validation_version_id:
            note += f" {voice('moves.source.seen')}"
        blocks.append(context(note))
    for row in rows[:_MOST_SHOWN]:
        blocks += [divider(), *_question(voice, row)]
    return Content(told, tuple(blocks))


def _question(voice: Voice, row: JSON) -> list[Block]:
    old = voice("moves.silent") if row["old"] is None else _said(row["old"])
    blocks = [
        section(f"*{_said(row['question'])}*"),
        section(f"*{voice('moves.old')}:* {old}\n*{voice('moves.new')}:* {_said(row['new'])}"),
    ]
    expected = row.get("expected")
    return [*blocks, context(voice("cards.compare.expected", answer=_said(expected)))] if expected else blocks


def _said(text: str) -> str:
    """A model's or a dataset's words: one paragraph that can ping nobody."""
    return clip(escape(" ".join(text.split())), _ANSWER_CHARACTERS) or "—"


def _begun(voice: Voice, move: Move) -> str:
    return voice("moves.begun.row", to=_to(voice, move), state=_state(voice, move))


def _state(voice: Voice, move: Move) -> str:
    return voice(f"moves.state.{move.state.value}")


def _to(voice: Voice, move: Move) -> str:
    return voice("moving.way", base=quoted_name(move.base_model), provider=_title(voice, move.provider))


def _title(voice: Voice, provider: str) -> str:
    return voice.providers.get(provider, provider)


def _budget(voice: Voice, move: Move) -> str:
    return amount(voice, move.budget, move.budget_unit)


def amount(voice: Voice, given: Decimal | None, unit: str) -> str:
    """Money or tokens in words."""
    return words.amount(voice.texts, voice.language, given, unit)
