"""A prompt that was tried: each row's question, the base model's answer and the dataset's own, to be marked side by side."""

from typing import Any, Final

from handlers.blocks.advice import PLAN, TRY
from handlers.blocks.kit import Block, Content, actions, button, context, divider, header, section
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import Dataset, Trial
from tuning.advice.pieces import Use
from tuning.advice.whether import ROWS, whether
from tuning.advice.wording import AdviceWording

GOOD: Final = "advise.good"
BAD: Final = "advise.bad"
"""The buttons that mark an answer; the value is the trial's id and the row."""

_ROW: Final = "advise.row"

_QUESTION_CHARACTERS: Final = 160
_ANSWER_CHARACTERS: Final = 400
_EXPECTED_CHARACTERS: Final = 250
"""Ten rows together stay within what Slack takes of a message."""
_PROMPT_CHARACTERS: Final = 300


def being_tried(voice: Voice, dataset: Dataset, trial: Trial) -> Content:
    """The first answer, before the model has said anything."""
    told = voice("advise.trying", name=quoted_name(dataset.name), model=quoted_name(trial.model), n=ROWS)
    return Content(told, (section(f"🔎 {told}"),))


def trial_page(voice: Voice, dataset: Dataset, trial: Trial) -> Content:
    """The answers side by side, and the verdict once all are marked."""
    told = voice("advise.tried", name=dataset.name, n=len(trial.rows))
    blocks: list[Block] = [
        header(told),
        context(
            voice("advise.tried.by", owner=f"<@{trial.owner_id}>", model=quoted_name(trial.model)),
            f"{voice('advise.trial.prompt')}: {_shown(trial.prompt, _PROMPT_CHARACTERS)}",
        ),
    ]
    for number, row in enumerate(trial.rows):
        blocks += _row(voice, trial, number, row)
    if code := trial.outcome.get("error_code"):
        reason = voice(f"errors.{code}", **trial.outcome["error_parameters"])
        blocks.append(section(f"❌ {voice('advise.tried.failed', reason=escape(reason))}"))
    elif not trial.rows:
        blocks.append(section(voice("advise.tried.nothing")))
    return Content(escape(told), (*blocks, *_verdict(voice, dataset, trial)))


def mark_of(value: str) -> tuple[str, int]:
    """The trial's id and the row that a button carries."""
    trial_id, _, row = value.rpartition(" ")
    return trial_id, int(row)


def _row(voice: Voice, trial: Trial, number: int, row: dict[str, Any]) -> list[Block]:
    question = _shown(row["question"], _QUESTION_CHARACTERS)
    answer = _shown(row["answer"], _ANSWER_CHARACTERS)
    side_by_side = f"*{question}*\n*{voice('cards.compare.base')}:* {answer}"
    if expected := row["expected"]:
        side_by_side += f"\n_{voice('advise.yours')}:_ {_shown(expected, _EXPECTED_CHARACTERS)}"
    is_good, value = row.get("is_good"), f"{trial.id} {number}"
    return [
        divider(),
        section(side_by_side),
        actions(
            [
                button(f"👍 {voice('advise.good')}", GOOD, value, style="primary" if is_good is True else ""),
                button(f"👎 {voice('advise.bad')}", BAD, value, style="danger" if is_good is False else ""),
            ],
            block_id=f"{_ROW}.{number}",
        ),
    ]


def _verdict(voice: Voice, dataset: Dataset, trial: Trial) -> list[Block]:
    again = button(voice("advise.try.again"), TRY, dataset.id)
    if not trial.is_marked:
        marked = [context(voice("advise.marked", n=len(trial.marks), all=len(trial.rows)))] if trial.rows else []
        return [*marked, actions([again])]
    advice = whether(Use(trial.use) if trial.use else None, trial.marks)
    wording = AdviceWording(voice.texts, voice.language)
    plan = button(voice("advise.prepare"), PLAN, dataset.id, style="primary" if advice.rule == "A103" else "")
    anyway = button(voice("advise.start.anyway"), "jobs.start", dataset.id)
    return [
        divider(),
        section(f"*{escape(wording.sentence(advice))}*"),
        context(escape(wording.source(advice))),
        actions([plan, anyway, again] if advice.rule == "A103" else [again, plan, anyway]),
    ]


def _shown(text: str, limit: int) -> str:
    """A model's, a dataset's or a person's words: one paragraph that can ping nobody."""
    return clip(escape(" ".join(text.split())), limit) or "—"
