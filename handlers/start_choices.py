"""What the start modal offers, out of what providers and the team have; and who opens it, with what chosen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers.blocks.start_job_modal import MOST_OPTIONS, PRESET_PERCENT, Choice, StartForm
from handlers.language import Voice
from handlers.mrkdwn import escape
from handlers.start_form import TYPED
from storage.rows import JSON, Dataset, DatasetVersion, Tenant
from tuning.access import Viewer
from tuning.jobs.drafts import StartOptions
from tuning.jobs.methods import methods_of
from tuning.known_models import base_of


@dataclass(frozen=True, slots=True)
class Opening:
    """Who opens the modal, and with what in it."""

    viewer: Viewer
    voice: Voice
    origin: JSON
    """`channel_id` and `thread_ts` of where it is opened."""
    dataset_id: str = ""
    """Empty for the newest."""
    model_id: str = ""
    """`<provider>:<model id>`; empty for the provider's first."""
    validation: str = f"split:{PRESET_PERCENT}"
    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(TYPED, ""))


def job_id_of(tenant: Tenant, view_id: str) -> str:
    """The same view gives the same job: submitted twice, it starts once."""
    return f"job_{hashlib.sha256(f'{tenant.enterprise_id}:{tenant.team_id}:{view_id}'.encode()).hexdigest()[:16]}"


def origin_of(body: JSON) -> JSON:
    """Where a command or click happened; without a channel on the App Home. An open modal remembers it."""
    if remembered := (body.get("view") or {}).get("private_metadata"):
        origin: JSON = json.loads(remembered)
        return origin
    message = body.get("message") or {}
    channel_id = body.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    return {"channel_id": channel_id, "thread_ts": message.get("thread_ts") or message.get("ts") or ""}


def base_models(options: StartOptions, method: str) -> list[Choice]:
    """What the providers offer, first what can be trained by `method`, on which another dataset may be chosen.

    An account lists everybody's tuned models; ours are offered beside these.
    """
    several = len(options.offers) > 1
    offered = [
        (offer, model.id, methods_of(offer.provider, model.id))
        for offer in options.offers
        for model in offer.models
        if base_of(model.id) == model.id
    ]
    found = [
        Choice(f"{offer.provider}:{model_id}", f"{model_id} · {offer.title}" if several else model_id)
        for offer, model_id, methods in sorted(offered, key=lambda one: method not in one[2])
        if methods
    ]
    return found[:MOST_OPTIONS]


def default_model(options: StartOptions, method: str) -> str:
    """What stands in the form at first: of the models that can be trained by `method` the first, else the first of all."""
    return next((choice.value for choice in base_models(options, method)), "")


def tuned_models(options: StartOptions) -> list[Choice]:
    every = [Choice(f"{offer.provider}:{model.id}", model.name) for offer in options.offers for model in offer.tuned]
    return every[:MOST_OPTIONS]


def wanted(choices: Sequence[Choice], wanted: str, default: str) -> str:
    """What was asked for if it is offered, else the first of the same provider, else the default, else the first."""
    offered = [choice.value for choice in choices]
    provider = wanted.partition(":")[0]
    near = [value for value in offered if provider and value.startswith(f"{provider}:")]
    return next(value for value in (wanted, *near, default, *offered) if value in offered)


def replaced(opening: Opening, form: StartForm) -> list[str]:
    """A sentence for each thing that is no longer as it was asked for."""
    notes = []
    if opening.model_id not in {"", form.model_id}:
        notes.append(opening.voice("start.model_gone", model=escape(opening.model_id.partition(":")[2])))
    if opening.validation != form.validation:
        notes.append(opening.voice("start.validation_gone"))
    return notes


def dataset_choice(voice: Voice, dataset: Dataset, version: DatasetVersion) -> Choice:
    return Choice(version.id, voice("start.dataset.label", name=dataset.name, n=version.examples))
