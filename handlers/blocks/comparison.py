"""Base and tuned model side by side on the same held-out questions."""

from handlers.blocks.kit import Block, Content, context, divider, header, section
from handlers.language import Voice
from handlers.mrkdwn import clip, escape
from storage.rows import JSON, Job
from tuning import known_models

_ANSWER_CHARACTERS = 900
"""Of each answer: three questions with two answers stay on one screen and within Slack's limits."""


def comparison(voice: Voice, job: Job, compared: JSON) -> Content:
    """`compared` is `Job.comparison`: questions with the answers of base and tuned model, and where they came from."""
    questions = compared["questions"]
    blocks: list[Block] = [header(voice("cards.compare.title", name=job.name))]
    blocks.append(context(voice(f"cards.compare.source.{compared['source']}", n=len(questions))))
    if size := demo_size(job):
        blocks.append(context(f"⚠️ {voice('cards.compare.demo', size=size)}"))
    for asked in questions:
        blocks += [divider(), *_question(voice, asked)]
    if code := compared.get("error_code"):
        reason = voice(f"errors.{code}", **compared["error_parameters"])
        blocks.append(section(voice("cards.compare.failed", reason=escape(reason))))
    return Content(voice("cards.compare.spoken", name=escape(job.name), n=len(questions)), tuple(blocks))


def demo_size(job: Job) -> str:
    """The parameters of a model that shows the flow and is too small for work; empty for any other."""
    known = known_models.find(job.request.provider, job.request.base_model)
    return known.demo_size if known else ""


def _question(voice: Voice, asked: JSON) -> list[Block]:
    blocks = [
        section(f"*{_shown(asked['question'])}*"),
        section(f"*{voice('cards.compare.base')}:* {_shown(asked['base'])}"),
        section(f"*{voice('cards.compare.tuned')}:* {_shown(asked['tuned'])}"),
    ]
    expected = asked.get("expected")
    return [*blocks, context(voice("cards.compare.expected", answer=_shown(expected)))] if expected else blocks


def _shown(text: str) -> str:
    """A model's or a dataset's words: one paragraph that can ping nobody."""
    return clip(escape(" ".join(text.split())), _ANSWER_CHARACTERS) or "—"
