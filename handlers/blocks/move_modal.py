"""The modal in which somebody offers prompts for a model whose training file is gone: which, for how much, and the note."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from handlers.blocks.kit import Block, context, option, plain, section
from handlers.blocks.start_job_modal import MOST_OPTIONS, Choice
from handlers.language import Voice
from handlers.mrkdwn import escape
from tuning.moving.terms import terms_key

CALLBACK_ID = "moves.offered"
PROMPTS, BUDGET, TERMS = "prompts", "budget", "terms"
_TITLE_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class OfferForm:
    """What the modal shows."""

    move_id: str
    name: str
    """The old model's."""
    provider: str
    provider_title: str
    unit: str
    """Of the budget: `usd` or `tokens`."""
    datasets: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class EnteredOffer:
    """What somebody has entered."""

    version_id: str
    budget: Decimal | None
    """None for what is no number."""
    are_terms_accepted: bool

    @classmethod
    def from_state(cls, values: Mapping[str, Any]) -> "EnteredOffer":
        """From a view's `state.values`."""
        selected = values[PROMPTS][PROMPTS].get("selected_option") or {}
        try:
            budget = Decimal(str(values[BUDGET][BUDGET].get("value") or "").strip().lstrip("$"))
        except InvalidOperation:
            budget = None
        is_checked = bool(values[TERMS][TERMS].get("selected_options"))
        return cls(str(selected.get("value") or ""), budget, is_checked)


def offer_modal(voice: Voice, form: OfferForm) -> Block:
    options = [option(choice.label, choice.value) for choice in form.datasets[:MOST_OPTIONS]]
    picked = {"type": "static_select", "action_id": PROMPTS, "options": options, "initial_option": options[0]}
    typed = {"type": "plain_text_input", "action_id": BUDGET}
    box = {"type": "checkboxes", "action_id": TERMS, "options": [option(voice("moves.terms.accept"), "accepted")]}
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain(voice("moves.form.title"), _TITLE_CHARACTERS),
        "submit": plain(voice("moves.form.submit"), _TITLE_CHARACTERS),
        "close": plain(voice("start.close"), _TITLE_CHARACTERS),
        "private_metadata": form.move_id,
        "blocks": [
            section(voice("moves.form.what", name=escape(form.name))),
            _input(PROMPTS, voice("moves.form.prompts"), picked),
            _input(BUDGET, voice(f"moves.form.budget.{form.unit}"), typed),
            context(f"⚖️ {voice(terms_key(form.provider), provider=form.provider_title)}"),
            _input(TERMS, voice("moves.terms.label", provider=form.provider_title), box),
        ],
    }


def _input(name: str, label: str, element: Block) -> Block:
    # The box may stay empty, so that whoever doesn't check it reads why nothing was asked.
    return {
        "type": "input",
        "block_id": name,
        "label": plain(label, 2000),
        "element": element,
        "optional": name == TERMS,
    }
