"""The plan for models that will stop: what each of them can be trained on again, with a button for each way."""

from collections.abc import Sequence
from datetime import date

from handlers.blocks.ends import told_end
from handlers.blocks.job_card import ELSEWHERE
from handlers.blocks.kit import Block, Content, actions, button, context, section
from handlers.blocks.moves import SHOW as MOVE
from handlers.language import Voice
from handlers.mrkdwn import escape, quoted_name
from tuning.jobs.moves import PlannedMove

_MOST_MODELS = 10


def moving_plan(voice: Voice, moves: Sequence[PlannedMove], today: date) -> Content:
    """Nothing is started by it: each button opens the start form with the settings of the job that made the model."""
    title = voice("moving.title", n=len(moves)) if moves else voice("moving.none")
    blocks: list[Block] = [section(title)]
    for move in moves[:_MOST_MODELS]:
        blocks += _rows(voice, move, today)
    if len(moves) > _MOST_MODELS:
        blocks.append(context(voice("commands.left_off", n=len(moves) - _MOST_MODELS)))
    blocks.append(context(voice("moves.guide")))
    return Content(title, tuple(blocks))


def _rows(voice: Voice, move: PlannedMove, today: date) -> list[Block]:
    ways = ", ".join(
        voice("moving.way", base=quoted_name(target.base_model), provider=target.title) for target in move.targets
    )
    told = voice(
        "moving.row",
        name=escape(move.model.name),
        end=told_end(voice, move.end, today),
        ways=ways or voice("moving.no_way"),
    )
    door = button(voice("moves.button"), MOVE, move.model.id)
    if move.job is None:
        return [section(told, door), context(voice("moving.no_data"))]
    buttons = [
        button(voice("moving.start", provider=target.title), f"{ELSEWHERE}.{target.provider}", move.job.id)
        for target in move.targets
    ]
    return [section(told, door), *([actions(buttons)] if buttons else [])]
