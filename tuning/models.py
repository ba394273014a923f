"""Fine-tuned models: finding, deleting, and using them from one's own code."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from storage.audits import AuditStore
from storage.models import ModelStore
from storage.rows import Audit, DatasetFormat, DatasetVersion, Job, Model, Place, Tenant
from tuning import known_models
from tuning.access import Viewer, require_change
from tuning.datasets.report import Report
from tuning.ends import End, end_of, new_jobs_end
from tuning.errors import ModelNotFound, ProviderError
from tuning.known_models import KnownModel
from tuning.near import nearest
from tuning.providers.gateways import Gateways

_ENDS_REMEMBERED_FOR: Final = timedelta(minutes=10)
_ENDS_SECONDS: Final = 5
"""A list of models may not wait longer for the days on which they end."""
_QUESTION: Final = "How far is it to the moon?"


@dataclass(frozen=True, slots=True)
class Became:
    """What is known of a base model, and what to take instead at the provider that is offered first."""

    known: KnownModel
    provider: str
    """In sentences."""
    successor: str
    """Empty where nothing can be trained there."""
    today: date


@dataclass(frozen=True, slots=True)
class Models:
    """The tuned models of each team."""

    store: ModelStore
    gateways: Gateways
    clock: Callable[[], datetime]
    audits: AuditStore
    _shutdowns: dict[str, tuple[datetime, Mapping[str, date]]] = field(default_factory=dict, init=False)

    async def recent(self, viewer: Viewer) -> list[Model]:
        """The team's models that may be shown here, newest first."""
        return await viewer.visible(await self.store.recent(viewer.tenant))

    async def find(self, viewer: Viewer, text: str) -> Model:
        """The model that is meant by its id or its short name.

        Raises:
            ModelNotFound: with the names that come near; a model that may not be shown here is none.
        """
        model = await self.named(viewer, text)
        if model is None:
            names = [known.name for known in await self.recent(viewer)]
            raise ModelNotFound(text, nearest(text, names))
        return model

    async def named(self, viewer: Viewer, text: str) -> Model | None:
        """The model that goes by exactly this id or short name and may be shown here, or None."""
        model = await self.store.find(viewer.tenant, text)
        return model if model and await viewer.may_see(model) else None

    async def of_job(self, job: Job) -> Model | None:
        """The model that a job has made, deleted or not; None where it has made none."""
        return await self.store.get(job.tenant, job.fine_tuned_model) if job.fine_tuned_model else None

    async def in_thread(self, tenant: Tenant, place: Place) -> Model | None:
        """The newest model of the jobs whose cards live in this thread, deleted or not."""
        return await self.store.in_thread(tenant, place)

    async def delete(self, viewer: Viewer, text: str) -> Model:
        """Delete a model, at its provider first; deleting it twice is deleting it once.

        One that its provider knows by no name of its own is only forgotten here: its deployment is somebody else's.

        Raises:
            ModelNotFound: no such model.
            NotAllowed: it belongs to somebody else.
            ProviderError: the provider didn't delete it, and nothing was changed.
        """
        model = await self.find(viewer, text)
        require_change(viewer.actor, model.owner_id, "delete")
        if not model.is_nameless:
            await self.gateways.of(model.provider).delete_model(model.id)
        now = self.clock()
        await self.store.mark_deleted(viewer.tenant, model.id, now)
        details = {"name": model.name, "owner": model.owner_id}
        key, subject = f"model:{model.id}:delete", f"model:{model.id}"
        await self.audits.add(Audit(model.tenant, key, viewer.actor.user_id, "delete", subject, now, details))
        return model

    async def ends(self, models: Sequence[Model]) -> list[End]:
        """When each of the models stops, as its provider says or as we know."""
        return [end_of(one.provider, one.id, one.base_model, await self.shutdowns(one.provider)) for one in models]

    def provider_title(self, model: Model) -> str:
        """A model's provider as it is called in sentences, even when it is gone from the settings."""
        return self.gateways.titles.get(model.provider, model.provider)

    def today(self) -> date:
        """The day by the clock that we were given."""
        return self.clock().date()

    def closing(self) -> list[tuple[str, date]]:
        """The providers that are set up and will take no new jobs from a day on, each as in sentences."""
        ends = [(gateway.title, new_jobs_end(gateway.profile.name, self.today())) for gateway in self.gateways]
        return [(title, day) for title, day in ends if day]

    async def shutdowns(self, provider: str) -> Mapping[str, date]:
        """What a provider says of when its models stop, by id; asked again after ten minutes.

        A provider that is away, or gone from the settings, says nothing.
        """
        asked_at, said = self._shutdowns.get(provider, (None, {}))
        if asked_at is None or self.clock() - asked_at >= _ENDS_REMEMBERED_FOR:
            with suppress(ProviderError, TimeoutError):
                async with asyncio.timeout(_ENDS_SECONDS):
                    listed = await self.gateways.of(provider).account_models()
                said = {model.id: model.shutdown_on for model in listed if model.shutdown_on}
            self._shutdowns[provider] = (self.clock(), said)
        return said

    async def became(self, name: str) -> Became:
        """What became of a base model that somebody asks for by name.

        Raises:
            ModelNotFound: nobody here knows it; with the names that come near.
        """
        gateway, today = next(iter(self.gateways)), self.clock().date()
        known = known_models.find(gateway.profile.name, name) or known_models.find_anywhere(name)
        if known is None:
            raise ModelNotFound(name, nearest(name, sorted(known_models.names())))
        offered: Sequence[str] = ()
        if gateway.profile.lists_models:
            with suppress(ProviderError):
                offered = [model.id for model in await gateway.trainable_models(today)]
        successor = known_models.successor_at(gateway.profile.name, name, today, offered)
        return Became(known, gateway.title, successor, today)

    def snippet(self, model: Model) -> dict[str, str]:
        """How to ask `model` from one's own code, as `python` and as `curl`; the key is never in it.

        Raises:
            ProviderNotConfigured: the model's provider is no longer set up.
        """
        gateway = self.gateways.of(model.provider)
        fields = {"model": model.asked_as, **_asking(model)}
        path = "completions" if model.format is DatasetFormat.PROMPT_COMPLETION else "chat/completions"
        return {"python": _python(gateway.base_url, path, fields), "curl": _curl(gateway.base_url, path, fields)}


def model_of(job: Job, version: DatasetVersion | None, now: datetime) -> Model:
    """The model that `job` has made, to be asked in the way in which its dataset was written.

    Args:
        version: what it was trained on; None where that was deleted meanwhile.
    """
    report = Report.from_json(version.report) if version else None
    return Model(
        id=job.fine_tuned_model,
        tenant=job.tenant,
        name=job.name,
        provider=job.request.provider,
        job_id=job.id,
        base_model=job.request.base_model,
        owner_id=job.owner_id,
        place=job.place,
        format=version.format if version else format_of_base(job.request.provider, job.request.base_model),
        system_prompt=report.system_prompts.common if report else "",
        prompt_separator=report.prompt_separator if report else "",
        completion_stop=report.completion_stop if report else "",
        created_at=now,
    )


def format_of_base(provider: str, base_model: str) -> DatasetFormat:
    """The format of a model of which nothing is known but its base; chat where that is unknown too."""
    known = known_models.find(provider, base_model) or known_models.find_anywhere(base_model)
    return DatasetFormat(known.formats[0]) if known else DatasetFormat.CHAT


def _asking(model: Model) -> dict[str, object]:
    if model.format is DatasetFormat.PROMPT_COMPLETION:
        stop = {"stop": model.completion_stop} if model.completion_stop else {}
        return {"prompt": _QUESTION + model.prompt_separator, **stop, "max_tokens": 200}
    system = [{"role": "system", "content": model.system_prompt}] if model.system_prompt else []
    return {"messages": [*system, {"role": "user", "content": _QUESTION}]}


def _python(base_url: str, path: str, fields: dict[str, object]) -> str:
    is_chat = path.startswith("chat")
    arguments = "".join(f"    {name}={value!r},\n" for name, value in fields.items())
    return (
        "import os\n\nfrom openai import OpenAI\n\n"
        f'client = OpenAI(base_url={base_url!r}, api_key=os.environ.get("OPENAI_API_KEY", "none"))\n'
        f"answer = client.{path.replace('/', '.')}.create(\n{arguments})\n"
        f"print(answer.choices[0].{'message.content' if is_chat else 'text'})\n"
    )


def _curl(base_url: str, path: str, fields: dict[str, object]) -> str:
    body = json.dumps(fields, ensure_ascii=False).replace("'", "'\\''")
    return (
        f'curl {base_url}/{path} \\\n  -H "Authorization: Bearer $OPENAI_API_KEY" \\\n'
        f"  -H \"Content-Type: application/json\" \\\n  -d '{body}'\n"
    )
