"""What somebody has entered in the start modal, read as the draft of a job. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.blocks.start_job_modal import CHANGED
from handlers.language import Voice
from handlers.mrkdwn import clip
from storage.rows import JobRequest
from tuning.datasets.parts import Part
from tuning.jobs.drafts import StartDraft

_WHOLE = ("n_epochs", "batch_size", "seed")
TYPED = (*_WHOLE, "learning_rate_multiplier", "suffix")
"""The fields that are typed; the others are selected."""
_GIVEN_CHARACTERS = 40
_BLOCK_OF = {"base_model": "model", "validation_version_id": "validation"}
"""The modal's block for a field of a request, where they differ in name."""
_BLOCKS = frozenset(
    {"dataset", "validation", "model", "n_epochs", "batch_size", "learning_rate_multiplier", "suffix", "seed"}
)


@dataclass(frozen=True, slots=True)
class Entered:
    """The form's state: ids of what was selected, and text as typed."""

    version_id: str
    validation: str
    """`none`, `split:20` or `dataset:<version id>`."""
    model: str
    """`<provider>:<model id>`."""
    typed: Mapping[str, str]

    @classmethod
    def from_state(cls, values: Mapping[str, Any]) -> "Entered":
        """From a view's `state.values`."""
        typed = {name: _typed(values, name) for name in TYPED}
        return cls(_selected(values, "dataset"), _selected(values, "validation"), _selected(values, "model"), typed)

    @classmethod
    def of_request(cls, request: JobRequest) -> "Entered":
        """What was entered for a job, to start it again."""
        part = Part.from_id(request.training_version_id)
        validation = f"dataset:{request.validation_version_id}" if request.validation_version_id else "none"
        return cls(
            version_id=part.whole_id if part else request.training_version_id,
            validation=f"split:{100 - part.train_percent}" if part else validation,
            model=f"{request.provider}:{request.base_model}",
            typed={name: _shown(getattr(request, name)) for name in TYPED},
        )

    def draft(self) -> StartDraft:
        """The draft as far as it can be read; a number that can't be stays with the provider."""
        kind, _, detail = self.validation.partition(":")
        provider, _, base_model = self.model.partition(":")
        seed = self._whole("seed")
        return StartDraft(
            training_version_id=self.version_id,
            provider=provider,
            base_model=base_model,
            validation_version_id=detail if kind == "dataset" else "",
            split_train_percent=100 - int(detail) if kind == "split" else None,
            split_seed=seed if seed and seed > 0 else 0,
            n_epochs=self._whole("n_epochs"),
            batch_size=self._whole("batch_size"),
            learning_rate_multiplier=_number(self.typed["learning_rate_multiplier"]),
            suffix=self.typed["suffix"],
            seed=seed,
        )

    def faults(self, voice: Voice) -> dict[str, str]:
        """A sentence for each field that holds no number where one is needed, by block_id."""
        faults = {}
        for name in (*_WHOLE, "learning_rate_multiplier"):
            text = self.typed[name]
            number = _number(text)
            if text and (number is None or (name in _WHOLE and number != int(number))):
                key = "start.not_a_number" if number is None else "start.not_whole"
                faults[name] = voice(key, given=clip(text, _GIVEN_CHARACTERS))
        return faults

    def _whole(self, name: str) -> int | None:
        number = _number(self.typed[name])
        return int(number) if number is not None else None


def block_of(path: str | None) -> str:
    """The modal's block that a fault of a request belongs to; the model's where it belongs to none."""
    block_id = _BLOCK_OF.get(path or "", path or "")
    return block_id if block_id in _BLOCKS else "model"


def _selected(values: Mapping[str, Any], name: str) -> str:
    state = values[name][f"{CHANGED}.{name}"]
    return str((state.get("selected_option") or {}).get("value") or "")


def _typed(values: Mapping[str, Any], name: str) -> str:
    state = values[name]
    text = (state.get(name) or state.get(f"{CHANGED}.{name}") or {}).get("value")
    return "" if (text or "").strip().lower() == "auto" else (text or "").strip()


def _shown(value: str | float | None) -> str:
    """A setting as somebody would have typed it; empty where it was left to the provider."""
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
