"""A short, honest answer to the first question of all: should we fine-tune?"""

from handlers.blocks.example import LISTED, TRIED
from handlers.blocks.kit import Content, actions, button, context, header, section
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from tuning.guide import GuideFacts


def guide(voice: Voice, facts: GuideFacts) -> Content:
    """Prompt first, what it helps with, how many examples, what it costs, how long it lasts; and the next step."""
    rows = [
        voice("guide.cost.row", cost=voice.usd(one.usd), model=quoted_name(one.model), provider=one.provider)
        for one in facts.prices
    ]
    prices = voice("guide.cost.between").join(rows) or voice("guide.cost.none")
    ends = "guide.ends.closed" if facts.is_closed else "guide.ends"
    last_jobs_on, shuts_down_on = f"{facts.last_jobs_on:%Y-%m-%d}", f"{facts.shuts_down_on:%Y-%m-%d}"
    blocks = [
        header(voice("guide.title")),
        section(voice("guide.prompt")),
        section(voice("guide.helps")),
        section(voice("guide.rows")),
        section(voice("guide.cost", prices=prices)),
        section(voice(ends, last_jobs=last_jobs_on, shutdown=shuts_down_on)),
        context(voice("guide.next")),
        actions(
            [
                button(voice("first.example"), TRIED, style="primary"),
                button(voice("first.examples"), LISTED),
                button(voice("first.models"), "models.list"),
            ]
        ),
    ]
    return Content(f"{voice('guide.title')} {voice('guide.prompt')}", tuple(blocks))
