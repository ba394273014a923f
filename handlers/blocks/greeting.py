"""First words and help: what the bot does, and a button for each thing it can do."""

from collections.abc import Sequence

from handlers.blocks.kit import Block, Content, actions, button, context, divider, section
from handlers.blocks.lists import job_list, model_list
from handlers.language import Voice
from storage.rows import Job, Model

SUBCOMMANDS = ("start", "jobs", "status", "events", "cancel", "models", "delete", "check", "compare", "help")
"""Of `/finetune`, in the order in which help explains them."""


def greeting(voice: Voice) -> Content:
    """What a newcomer reads: one sentence, what to do first, and buttons."""
    told = voice("commands.greeting")
    return Content(told, (section(told), section(voice("commands.greeting.first")), actions(_doors(voice))))


def help_page(voice: Voice) -> Content:
    """Every command with what it is for; a thread can't take commands, so the mention is said as well."""
    told = voice("commands.greeting")
    lines = "\n".join(voice(f"commands.help.{name}") for name in SUBCOMMANDS)
    blocks = (section(told), section(lines), context(voice("commands.help.threads")), actions(_doors(voice)))
    return Content(told, blocks)


def home(voice: Voice, jobs: Sequence[Job], models: Sequence[Model]) -> Block:
    """The App Home: what runs, what can be asked, and the way in."""
    blocks: list[Block] = [section(voice("commands.greeting")), section(voice("commands.greeting.first"))]
    blocks += [actions(_doors(voice)), divider(), *job_list(voice, jobs).blocks]
    blocks += [divider(), *model_list(voice, models).blocks]
    return {"type": "home", "blocks": blocks[:100]}


def closed_home(voice: Voice) -> Block:
    """The App Home of somebody who is no full member of the workspace."""
    return {"type": "home", "blocks": [section(voice("errors.not_a_member"))]}


def _doors(voice: Voice) -> list[Block]:
    return [
        button(voice("commands.door.start"), "jobs.start", style="primary"),
        button(voice("commands.door.jobs"), "jobs.list"),
        button(voice("commands.door.models"), "models.list"),
        button(voice("commands.door.help"), "help.show"),
    ]
