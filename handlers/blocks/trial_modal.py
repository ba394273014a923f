"""The form in which a prompt is tried on ten rows, with what that costs beside each model."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from handlers.blocks.kit import OPTION_VALUE_CHARACTERS, Block, context, option, plain, section
from handlers.blocks.start_job_modal import MOST_OPTIONS
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from storage.rows import JSON
from tuning.advice.asking import PROMPT_CHARACTERS
from tuning.advice.pieces import Use
from tuning.advice.whether import ROWS
from tuning.trials.trials import Askable, TrialDraft

CALLBACK_ID: Final = "advise.trial"
_TITLE_CHARACTERS: Final = 24


@dataclass(frozen=True, slots=True)
class TrialForm:
    """What the form offers."""

    origin: JSON
    """`channel_id` and `thread_ts` of where it was opened, and the `version_id` whose rows are asked."""
    name: str
    """Of the dataset."""
    models: Sequence[Askable]
    prompt: str
    """What stands in the field at first: the instructions that most rows bring."""


def trial_modal(voice: Voice, form: TrialForm) -> Block:
    """Nothing is asked before it is submitted; each model's label says what ten questions cost with it."""
    told = section(voice("advise.trial.intro", name=quoted_name(form.name), n=ROWS))
    uses = [option(voice(f"advise.use.{use}"), use.value) for use in Use]
    models = [one for one in form.models if len(_value(one)) <= OPTION_VALUE_CHARACTERS][:MOST_OPTIONS]
    prompt: Block = {"type": "plain_text_input", "action_id": "prompt", "multiline": True}
    prompt |= {"max_length": PROMPT_CHARACTERS}
    if form.prompt:
        prompt["initial_value"] = form.prompt[:PROMPT_CHARACTERS]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(voice("advise.trial.title"), _TITLE_CHARACTERS),
        "submit": plain(voice("advise.trial.submit"), _TITLE_CHARACTERS),
        "close": plain(voice("start.close"), _TITLE_CHARACTERS),
        "private_metadata": json.dumps(form.origin),
        "blocks": [
            told,
            _input(voice, "use", _select("use", uses)),
            _input(voice, "model", _select("model", [option(_label(voice, one), _value(one)) for one in models])),
            _input(voice, "prompt", prompt),
            context(voice("advise.trial.cost")),
        ],
    }


def draft_of(view: JSON) -> TrialDraft:
    """What was submitted."""
    values = view["state"]["values"]
    chosen = {name: values[name][name]["selected_option"]["value"] for name in ("use", "model")}
    provider, _, model = chosen["model"].partition(":")
    version_id = json.loads(view["private_metadata"])["version_id"]
    return TrialDraft(version_id, provider, model, chosen["use"], values["prompt"]["prompt"]["value"])


def _label(voice: Voice, one: Askable) -> str:
    return f"{_cost(voice, one)} · {one.model} · {one.title}"


def _cost(voice: Voice, one: Askable) -> str:
    if one.usd is None:
        return voice("advise.price.unknown")
    return voice("advise.trial.most", cost=voice.usd(one.usd)) if one.usd else voice.usd(one.usd)


def _value(one: Askable) -> str:
    return f"{one.provider}:{one.model}"


def _select(name: str, options: Sequence[Block]) -> Block:
    return {
        "type": "static_select",
        "action_id": name,
        "options": list(options),
        "initial_option": options[0],
    }


def _input(voice: Voice, name: str, element: Block) -> Block:
    return {"type": "input", "block_id": name, "label": plain(voice(f"advise.trial.{name}")), "element": element}
