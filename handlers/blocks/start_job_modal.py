"""The modal in which a job is put together, with its price in sight before it is started.

Slack keeps what somebody entered when a view is updated, as long as block_id and action_id stay the same
(https://docs.slack.dev/surfaces/modals, read 2026-11), so a new price never loses a setting.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.blocks.kit import OPTION_VALUE_CHARACTERS, Block, actions, context, option, plain, section
from handlers.language import Voice
from storage.rows import JSON
from tuning.datasets.rules.request import LONGEST_SUFFIX
from tuning.hyperparameters import ADVISED, advised_for

CALLBACK_ID = "jobs.start"
CHANGED = "jobs.changed"
"""Prefix of the action of every input that changes the price."""
HELD_OUT_PERCENTS = (10, 15, 20, 25, 30)
"""What may be held out for validation: 70 to 90 % stay for training."""
PRESET_PERCENT = 20
TEST_PERCENT = 10
"""What may be set aside as a test part before the usual split. Our choice."""
_PRICE, _METHOD, _BETA, _BEFORE_BETA = "price", "method", "beta", "learning_rate_multiplier"
CURVE = "curve"
"""Validated with a part held out, and trained on three portions of the rest."""
FOREIGN = "foreign"
"""The box to check before a model is trained in a language that it can't write; there only while that is so."""
REPEAT = "repeat"
"""The box to check before a job is started that runs or ran already; there only while that is so."""
_TITLE_CHARACTERS = 24
MOST_OPTIONS = 100
"""Of a select, and of each group of one (https://docs.slack.dev/reference/block-kit/block-elements, read 2026-11)."""
_HINT_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select, and what it stands for."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class StartForm:
    """All that the modal offers, and what it knows about the choices made so far."""

    origin: JSON
    """`channel_id` and `thread_ts` of where it was opened, to say there that the job has started."""
    datasets: Sequence[Choice]
    dataset_id: str
    base_models: Sequence[Choice]
    tuned_models: Sequence[Choice]
    model_id: str
    auto: Mapping[str, str]
    """The hyperparameters as numbers, where the provider's rule is known."""
    price: str
    """One finished sentence."""
    notes: Sequence[str] = ()
    """What is worth knowing before the start: warnings about the request, and what could not be kept."""
    entered: Mapping[str, str] = field(default_factory=dict)
    """What the text fields hold at first, for a job that is started again."""
    validation: str = f"split:{PRESET_PERCENT}"
    """`none`, `split:20`, `split:20:10` with a test part, `curve:20`, `portion:20:25` of one, or `dataset:<version id>`."""
    is_foreign: bool = False
    """Whether the model can't write the dataset's language."""
    repeats: str = ""
    """Which job has the same data and parameters, as a sentence; empty where none has."""
    needs_approval: bool = False
    """Whether an administrator is asked before the job starts."""
    method: str = "supervised"
    """By which the dataset's rows are trained on."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What stands between the choices and the button."""

    told: str
    """The price as a sentence, or why there is none."""
    notes: Sequence[str] = ()
    """Warnings about the request."""
    auto: Mapping[str, str] = field(default_factory=dict)
    """What `auto` becomes, where that is known."""
    is_foreign: bool = False
    """Whether the model can't write the dataset's language."""
    repeats: str = ""
    """Which job has the same data and parameters, as a sentence; empty where none has."""
    needs_approval: bool = False
    """Whether an administrator is asked before the job starts."""
    method: str = ""
    """By which the dataset's rows are trained on; empty where nobody can tell now, so that what stands there stays."""


def start_job_modal(voice: Voice, form: StartForm) -> Block:
    blocks = [
        _select(voice, "dataset", _picked(form.datasets, form.dataset_id)),
        _select(voice, "validation", _validation(voice, form)),
        _select(voice, "model", _models(voice, form)),
        _method(voice, form.method),
        _price(form.price, form.notes),
        *_confirmations(voice, is_foreign=form.is_foreign, repeats=form.repeats),
        *(_advised(voice, name, form.auto, form.entered) for name in advised_for(form.method)),
        _typed(voice, "suffix", form.entered, {"max_length": LONGEST_SUFFIX}),
        _typed(voice, "seed", form.entered, {"placeholder": plain(voice("start.seed.placeholder"), 150)}),
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(voice("start.title"), _TITLE_CHARACTERS),
        "submit": _submit(voice, needs_approval=form.needs_approval),
        "close": plain(voice("start.close"), _TITLE_CHARACTERS),
        "private_metadata": json.dumps(form.origin),
        "blocks": blocks,
    }


def repriced(voice: Voice, view: Block, priced: Priced) -> Block:
    """An open view with what the choices now cost and mean, in the form in which views.update takes it."""
    kept = ("type", "callback_id", "title", "close", "private_metadata")
    blocks: list[Block] = []
    for block in view["blocks"]:
        if block["block_id"] == _PRICE:
            asked = _confirmations(voice, is_foreign=priced.is_foreign, repeats=priced.repeats)
            blocks += [_price(priced.told, priced.notes), *asked]
        elif block["block_id"] == _METHOD and priced.method:
            blocks.append(_method(voice, priced.method))
        elif block["block_id"] == _BETA:
            continue
        elif not block["block_id"].startswith((FOREIGN, REPEAT)):
            blocks.append(_with_auto(voice, block, priced.auto))
        if block["block_id"] == _BEFORE_BETA and _has_beta(view, priced):
            blocks.append(_advised(voice, _BETA, priced.auto, {}))
    submit = _submit(voice, needs_approval=priced.needs_approval)
    return {name: view[name] for name in kept} | {"submit": submit, "blocks": blocks}


def _submit(voice: Voice, *, needs_approval: bool) -> Block:
    return plain(voice("approvals.ask" if needs_approval else "start.submit"), _TITLE_CHARACTERS)


def _confirmations(voice: Voice, *, is_foreign: bool, repeats: str) -> list[Block]:
    """Each reason why training would come out wrong or twice, and the box without which it doesn't start."""
    boxes = _confirmation(voice, FOREIGN, voice("start.foreign")) if is_foreign else []
    return [*boxes, *(_confirmation(voice, REPEAT, repeats) if repeats else ())]


def _confirmation(voice: Voice, name: str, reason: str) -> list[Block]:
    """The box is no input: Slack's client would hold a form back for it alone, and tell what else is wrong only after that."""
    accept = option(voice(f"start.{name}.accept"), "accepted")
    box = {"type": "checkboxes", "action_id": f"{CHANGED}.{name}", "options": [accept]}
    return [
        {"block_id": f"{name}.warning", **section(f"⚠️ {reason}")},
        actions([box], block_id=name),
    ]


def _price(told: str, notes: Sequence[str]) -> Block:
    return {"block_id": _PRICE, **context(f"*{told}*", *notes)}


def _with_auto(voice: Voice, block: Block, auto: Mapping[str, str]) -> Block:
    if block["block_id"] not in ADVISED:
        return block
    return block | {"element": block["element"] | {"placeholder": plain(_auto(voice, auto, block["block_id"]), 150)}}


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
    options = _options(choices)
    return {"options": options, "initial_option": _initial(options, value)}


def _options(choices: Sequence[Choice]) -> list[Block]:
    """The choices as far as Slack takes them. An id that is too long is left out: cut, it would name another model."""
    taken = [choice for choice in choices if len(choice.value) <= OPTION_VALUE_CHARACTERS]
    return [option(choice.label, choice.value) for choice in taken[:MOST_OPTIONS]]


def _initial(options: Sequence[Block], value: str) -> Block:
    return next((one for one in options if one["value"] == value), options[0])


def validations(form: StartForm) -> list[str]:
    """What can be validated with: none, a part held out of the dataset, or another dataset as a whole."""
    others = (choice.value for choice in form.datasets if choice.value != form.dataset_id)
    held_out = [*(f"split:{percent}" for percent in HELD_OUT_PERCENTS), f"split:{PRESET_PERCENT}:{TEST_PERCENT}"]
    again = [form.validation] if form.validation.startswith("portion:") else []
    return ["none", *held_out, f"{CURVE}:{PRESET_PERCENT}", *again, *(f"dataset:{other}" for other in others)][
        :MOST_OPTIONS
    ]


def _validation(voice: Voice, form: StartForm) -> Block:
    labels = {f"dataset:{choice.value}": choice.label for choice in form.datasets}
    choices = [Choice(value, _validation_label(voice, value, labels)) for value in validations(form)]
    return _picked(choices, form.validation)


def _validation_label(voice: Voice, value: str, labels: Mapping[str, str]) -> str:
    kind, _, detail = value.partition(":")
    if kind == "dataset":
        return voice("start.validation.dataset", name=labels[value])
    if kind == "split":
        percent, _, test = detail.partition(":")
        key, kept = ("start.validation.split_test", {"test": int(test)}) if test else ("start.validation.split", {})
        return voice(key, train=100 - int(percent), held_out=int(percent), **kept)
    if kind == CURVE:
        return voice("start.validation.curve", held_out=int(detail))
    if kind == "portion":
        percent, _, portion = detail.partition(":")
        return voice("start.validation.portion", held_out=int(percent), portion=int(portion))
    return voice("start.validation.none")


def _models(voice: Voice, form: StartForm) -> Block:
    """Base models, and below them the team's own to continue from."""
    groups: list[Block] = []
    for label, choices in (("start.model.base", form.base_models), ("start.model.tuned", form.tuned_models)):
        options = _options(choices)
        groups += [{"label": plain(voice(label)), "options": options}] if options else []
    every = [one for group in groups for one in group["options"]]
    return {"option_groups": groups, "initial_option": _initial(every, form.model_id)}


def _method(voice: Voice, method: str) -> Block:
    """No choice: each method has a shape of rows of its own, so that the dataset decides."""
    return {"block_id": _METHOD, **section(f"*{voice('start.method')}:* {voice(f'start.method.{method}')}")}


def _has_beta(view: Block, priced: Priced) -> bool:
    """Whether the open form needs the field, or keeps it while nobody can tell."""
    if priced.method:
        return _BETA in advised_for(priced.method)
    return any(block["block_id"] == _BETA for block in view["blocks"])


def _select(voice: Voice, name: str, offered: Block) -> Block:
    element = {"type": "static_select", "action_id": f"{CHANGED}.{name}", **offered}
    return _input(voice, name, element) | {"dispatch_action": True}


def _auto(voice: Voice, auto: Mapping[str, str], name: str) -> str:
    return voice("start.auto.known", value=auto[name]) if auto.get(name) else voice("start.auto")


def _advised(voice: Voice, name: str, auto: Mapping[str, str], entered: Mapping[str, str]) -> Block:
    return _typed(voice, name, entered, {"placeholder": plain(_auto(voice, auto, name), 150)})


def _typed(voice: Voice, name: str, entered: Mapping[str, str], more: Block) -> Block:
    """A field that may stay empty; its hint says what too high and too low do."""
    is_priced = name == "n_epochs"
    element: Block = {"type": "plain_text_input", "action_id": f"{CHANGED}.{name}" if is_priced else name, **more}
    if entered.get(name):
        element["initial_value"] = entered[name]
    block = _input(voice, name, element) | {"optional": True, "hint": plain(_hint(voice, name), _HINT_CHARACTERS)}
    if is_priced:
        element["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
        block["dispatch_action"] = True
    return block


def _hint(voice: Voice, name: str) -> str:
    if name not in ADVISED:
        return voice(f"start.{name}.hint")
    return voice("start.hint", **{part: voice(f"advice.{name}.{part}") for part in ("high", "low", "auto")})


def _input(voice: Voice, name: str, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(voice(f"start.{name}"), _HINT_CHARACTERS),
        "element": element,
    }
