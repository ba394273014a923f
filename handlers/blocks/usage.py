"""How to call a tuned model from one's own code, with the key left to the environment."""

from collections.abc import Mapping

from handlers.blocks.kit import Content, context, section
from handlers.blocks.kit import code as fenced
from handlers.language import Voice
from handlers.mrkdwn import escape
from storage.rows import Model


def usage(voice: Voice, model: Model, snippets: Mapping[str, str]) -> Content:
    """`snippets` holds `python` and `curl`, complete but for the key."""
    told = voice("cards.code.title", name=escape(model.name))
    return Content(
        told,
        (
            section(told),
            section(f"*Python*\n{fenced(escape(snippets['python']), 2900)}"),
            section(f"*curl*\n{fenced(escape(snippets['curl']), 2900)}"),
            context(voice("cards.code.key")),
        ),
    )
