"""What somebody has entered in the start modal, read as the draft of a job. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from handlers.blocks.start_job_modal import CHANGED, CURVE, FOREIGN, REPEAT
from handlers.language import Voice
from handlers.mrkdwn import clip, escape
from storage.rows import JobRequest
from tuning.datasets.findings import Finding
from tuning.datasets.parts import Part
from tuning.datasets.wording import Wording
from tuning.jobs.draft_checks import SAME_JOB
from tuning.jobs.drafts import StartDraft
from tuning.jobs.learning_curve import drafts_of

_WHOLE = ("n_epochs", "batch_size", "seed")
_NUMBERS = (*_WHOLE, "learning_rate_multiplier", "beta")
TYPED = (*_NUMBERS, "suffix")
"""The fields that are typed; the others are selected."""
LARGEST_MULTIPLIER: Final = 100
"""Our choice: providers name no upper bound, but they mean multiples of a rate that works, and a hundred of it never does."""
_GIVEN_CHARACTERS = 40
_AUTO = frozenset({"auto", "自动"})
"""What an empty field stands for may be typed as well."""
_BLOCK_OF = {"base_model": "model", "validation_version_id": "validation"}
"""The modal's block for a field of a request, where they differ in name."""
_BLOCKS = frozenset(
    {"dataset", "validation", "model", "n_epochs", "batch_size", "learning_rate_multiplier", "beta", "suffix", "seed"}
)


@dataclass(frozen=True, slots=True)
class Entered:
    """The form's state: ids of what was selected, and text as typed."""

    version_id: str
    validation: str
    """`none`, `split:20`, `split:20:10` with a test part, `curve:20`, `portion:20:25` of one, or `dataset:<version id>`."""
    model: str
    """`<provider>:<model id>`."""
    typed: Mapping[str, str]
    is_foreign_accepted: bool = False
    """Whether the box is checked that stands there while the model can't write the dataset's language."""
    is_repeat_accepted: bool = False
    """The same of the box that stands there while the job would be one that runs or ran."""

    @classmethod
    def from_state(cls, values: Mapping[str, Any]) -> "Entered":
        """From a view's `state.values`."""
        typed = {name: _typed(values, name) for name in TYPED}
        version_id, validation, model = (_selected(values, name) for name in ("dataset", "validation", "model"))
        is_foreign, is_repeat = (_is_checked(values, name) for name in (FOREIGN, REPEAT))
        return cls(version_id, validation, model, typed, is_foreign, is_repeat)

    @classmethod
    def of_request(cls, request: JobRequest) -> "Entered":
        """What was entered for a job, to start it again."""
        part, test = Part.from_id(request.training_version_id), Part.from_id(request.test_version_id)
        kept = f":{test.percent}" if test else ""
        validation = f"dataset:{request.validation_version_id}" if request.validation_version_id else "none"
        return cls(
            version_id=part.whole_id if part else request.training_version_id,
            validation=_held_out(part, kept) if part else validation,
            model=f"{request.provider}:{request.base_model}",
            typed={name: _shown(getattr(request, name)) for name in TYPED},
        )

    def draft(self) -> StartDraft:
        """The draft as far as it can be read; a number that can't be stays with the provider."""
        kind, _, detail = self.validation.partition(":")
        held_out, _, more = detail.partition(":") if kind in {"split", CURVE, "portion"} else ("", "", "")
        provider, _, base_model = self.model.partition(":")
        seed = self._whole("seed")
        return StartDraft(
            training_version_id=self.version_id,
            provider=provider,
            base_model=base_model,
            validation_version_id=detail if kind == "dataset" else "",
            split_train_percent=100 - int(held_out) if held_out else None,
            test_percent=int(more) if more and kind == "split" else 0,
            portion_percent=int(more) if more and kind == "portion" else 100,
            split_seed=seed if seed and seed > 0 else 0,
            n_epochs=self._whole("n_epochs"),
            batch_size=self._whole("batch_size"),
            learning_rate_multiplier=_number(self.typed["learning_rate_multiplier"]),
            beta=_number(self.typed["beta"]),
            suffix=self.typed["suffix"],
            seed=seed,
            is_foreign_accepted=self.is_foreign_accepted,
            is_repeat_accepted=self.is_repeat_accepted,
        )

    def drafts(self, job_id: str = "") -> dict[str, StartDraft]:
        """By its id the one job, or those of a learning curve, the largest last."""
        return drafts_of(job_id, self.draft()) if self.is_curve else {job_id: self.draft()}

    @property
    def is_curve(self) -> bool:
        return self.validation.startswith(f"{CURVE}:")

    def faults(self, voice: Voice) -> dict[str, str]:
        """A sentence for each number that can't be read or can't be meant, by block_id."""
        problems = {name: _problem(name, self.typed[name]) for name in _NUMBERS}
        return {
            name: voice(
                key,
                name=voice(f"start.{name}"),
                given=clip(self.typed[name], _GIVEN_CHARACTERS),
                most=str(LARGEST_MULTIPLIER),
            )
            for name, key in problems.items()
            if key
        }

    def _whole(self, name: str) -> int | None:
        number = _number(self.typed[name])
        return int(number) if number is not None else None


def _held_out(part: Part, kept: str) -> str:
    held_out = 100 - part.percent
    is_whole = part.portion_percent == 100  # noqa: PLR2004 - the whole.
    return f"split:{held_out}{kept}" if is_whole else f"portion:{held_out}:{part.portion_percent}"


def block_of(finding: Finding) -> str:
    """The modal's block that a fault of a request belongs to; the model's where it belongs to none."""
    if finding.code == SAME_JOB:
        return REPEAT
    path = finding.path or ""
    block_id = _BLOCK_OF.get(path, path)
    return block_id if block_id in _BLOCKS else "model"


def fault_sentence(voice: Voice, finding: Finding) -> str:
    """What is wrong with the request and what to do, with a field called as its label in the form calls it."""
    name = finding.parameters.get("name")
    if name in TYPED:
        finding = replace(finding, parameters={**finding.parameters, "name": voice(f"start.{name}")})
    wording = Wording(voice.texts, voice.language)
    return voice("start.fault", message=wording.message(finding), fix=wording.fix(finding))


def repeat_sentence(voice: Voice, finding: Finding) -> str:
    """Which job has the same data and parameters, in Slack's mrkdwn: whoever started it is mentioned."""
    named = {**finding.parameters, "job": escape(str(finding.parameters["job"]))}
    return fault_sentence(voice, replace(finding, parameters=named))


def _problem(name: str, text: str) -> str:
    """The catalogue's key for what is wrong with a typed number; empty where nothing is."""
    number = _number(text)
    if number is None:
        return "start.not_a_number" if text else ""
    if name in _WHOLE and number != int(number):
        return "start.not_whole"
    is_too_high = name == "learning_rate_multiplier" and number > LARGEST_MULTIPLIER
    return "start.multiplier_too_high" if is_too_high else ""


def _selected(values: Mapping[str, Any], name: str) -> str:
    state = values[name][f"{CHANGED}.{name}"]
    return str((state.get("selected_option") or {}).get("value") or "")


def _is_checked(values: Mapping[str, Any], name: str) -> bool:
    """Of a box that isn't always there."""
    return bool(values.get(name, {}).get(f"{CHANGED}.{name}", {}).get("selected_options"))


def _typed(values: Mapping[str, Any], name: str) -> str:
    # Beta stands in the form of preferences alone.
    state = values.get(name) or {}
    text = (state.get(name) or state.get(f"{CHANGED}.{name}") or {}).get("value")
    return "" if (text or "").strip().lower() in _AUTO else (text or "").strip()


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
