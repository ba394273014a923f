"""The modal in which a job is put together, with its price in sight before it is started.

Slack keeps what somebody entered when a view is updated, as long as block_id and action_id stay the same
(https://docs.slack.dev/surfaces/modals, read 2026-11), so a new price never loses a setting.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.blocks.kit import Block, context, mrkdwn, option, plain, section
from handlers.language import Voice

CALLBACK_ID = "jobs.start"
CHANGED = "jobs.changed"
"""Prefix of the action of every input that changes the price."""
HELD_OUT_PERCENTS = (10, 15, 20, 25, 30)
"""What may be held out for validation: 70 to 90 % stay for training."""
PRESET_PERCENT = 20
_TITLE_CHARACTERS = 24
_MOST_OPTIONS = 100
_HINT_CHARACTERS = 2000
_SUFFIX_CHARACTERS = 64
"""OpenAI's limit for `suffix` (API reference of fine-tuning jobs, 2026-11)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, and what it stands for."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class StartForm:
    """All that the modal offers, and what it knows about the choices made so far."""

    channel_id: str
    """Where it was opened, to say there that the job has started."""
    datasets: Sequence[Choice]
    dataset_id: str
    base_models: Sequence[Choice]
    tuned_models: Sequence[Choice]
    model_id: str
    auto: dict[str, str]
    """`n_epochs`, `batch_size` and `learning_rate_multiplier` as numbers, where the provider's rule is known."""
    price: str
    """One finished sentence."""


def start_job_modal(voice: Voice, form: StartForm) -> Block:
    blocks = [
        _select(voice, "dataset", _picked(form.datasets, form.dataset_id)),
        _select(voice, "validation", _validation(voice, form)),
        _select(voice, "model", _models(voice, form)),
        *(_number(voice, name, form.auto.get(name, "")) for name in _NUMBERS),
        _typed(voice, "suffix", {"max_length": _SUFFIX_CHARACTERS}),
        _typed(voice, "seed", {"placeholder": plain(voice("start.seed.placeholder"), 150)}),
        {"type": "context", "block_id": "price", "elements": [mrkdwn(f"*{form.price}*")]},
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(voice("start.title"), _TITLE_CHARACTERS),
        "submit": plain(voice("start.submit"), _TITLE_CHARACTERS),
        "close": plain(voice("start.close"), _TITLE_CHARACTERS),
        "private_metadata": json.dumps({"channel_id": form.channel_id}),
        "blocks": blocks,
    }


_NUMBERS = ("n_epochs", "batch_size", "learning_rate_multiplier")


def loading_modal(voice: Voice) -> Block:
    """Opened at once, since a trigger lives three seconds; the form follows."""
    return _notice(voice, [context(voice("start.loading"))])


def notice_modal(voice: Voice, told: str) -> Block:
    """Instead of the form, when there is nothing to start from."""
    return _notice(voice, [section(told)])


def _notice(voice: Voice, blocks: list[Block]) -> Block:
    title, close = voice("start.title"), voice("start.close")
    return {
        "type": "modal",
        "title": plain(title, _TITLE_CHARACTERS),
        "close": plain(close, _TITLE_CHARACTERS),
        "blocks": blocks,
    }


def _picked(choices: Sequence[Choice], value: str) -> Block:
    options = [option(choice.label, choice.value) for choice in choices[:_MOST_OPTIONS]]
    return {"options": options, "initial_option": _initial(options, value)}


def _initial(options: Sequence[Block], value: str) -> Block:
    return next((one for one in options if one["value"] == value), options[0])


def _validation(voice: Voice, form: StartForm) -> Block:
    """None, a part held out of the dataset, or another dataset as a whole."""
    choices = [Choice("none", voice("start.validation.none"))]
    choices += [
        Choice(f"split:{held_out}", voice("start.validation.split", train=100 - held_out, held_out=held_out))
        for held_out in HELD_OUT_PERCENTS
    ]
    choices += [
        Choice(f"dataset:{other.value}", voice("start.validation.dataset", name=other.label))
        for other in form.datasets
        if other.value != form.dataset_id
    ]
    return _picked(choices, f"split:{PRESET_PERCENT}")


def _models(voice: Voice, form: StartForm) -> Block:
    """Base models, and below them the team's own to continue from."""
    groups = []
    for label, choices in (("start.model.base", form.base_models), ("start.model.tuned", form.tuned_models)):
        options = [option(choice.label, choice.value) for choice in choices[:_MOST_OPTIONS]]
        groups += [{"label": plain(voice(label)), "options": options}] if options else []
    every = [one for group in groups for one in group["options"]]
    return {"option_groups": groups, "initial_option": _initial(every, form.model_id)}


def _select(voice: Voice, name: str, offered: Block) -> Block:
    element = {"type": "static_select", "action_id": f"{CHANGED}.{name}", **offered}
    return _input(voice, name, element) | {"dispatch_action": True}


def _number(voice: Voice, name: str, auto: str) -> Block:
    """A number that may be left to the provider; the hint says what too high and too low do, and what auto is."""
    is_priced = name == "n_epochs"
    element: Block = {
        "type": "plain_text_input",
        "action_id": f"{CHANGED}.{name}" if is_priced else name,
        "placeholder": plain(f"auto = {auto}" if auto else "auto", 150),
    }
    block = _input(voice, name, element) | {"optional": True}
    block["hint"] = plain(voice(f"start.{name}.hint"), _HINT_CHARACTERS)
    if is_priced:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
        block["dispatch_action"] = True
    return block


def _typed(voice: Voice, name: str, more: Block) -> Block:
    element = {"type": "plain_text_input", "action_id": name, **more}
    hint = plain(voice(f"start.{name}.hint"), _HINT_CHARACTERS)
    return _input(voice, name, element) | {"optional": True, "hint": hint}


def _input(voice: Voice, name: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": plain(voice(f"start.{name}"), _HINT_CHARACTERS), "element": element}
