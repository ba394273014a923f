"""The data that an old model was trained on, brought here: our own, its provider's file, or answers of the model itself."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from storage.jobs import JobStore
from storage.rows import DatasetVersion, Job, Model, Move
from tuning.datasets.held_out import HeldOut
from tuning.datasets.incoming import Incoming
from tuning.datasets.intake import Datasets
from tuning.datasets.parts import Part, Parts
from tuning.errors import DatasetNotFound, ProviderRefused, UserFacingError, ValidationLeaks
from tuning.providers.gateways import Gateways


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of how a model was made."""

    training_version_id: str = ""
    """Of ours, if its dataset is still here."""
    validation_version_id: str = ""
    training_file_id: str = ""
    """At its provider."""
    validation_file_id: str = ""
    method: str = "supervised"
    n_epochs: int | None = None


@dataclass(frozen=True, slots=True)
class OldData:
    """Finds and fetches; what was fetched once is not fetched again."""

    jobs: JobStore
    datasets: Datasets
    parts: Parts
    gateways: Gateways

    async def made(self, old: Model) -> Made:
        """How a model was made, by our own record of its job, else by its provider's.

        Raises:
            ProviderError: the provider was asked and gave no answer.
        """
        job = await self.jobs.get(old.tenant, old.job_id) if old.job_id else None
        if job is not None:
            return await self._by_our_record(job)
        heard = await self.gateways.of(old.provider).job_that_made(old.id)
        if heard is None:
            return Made()
        epochs = heard.hyperparameters.get("n_epochs")
        files = (heard.training_file_id, heard.validation_file_id)
        return Made("", "", *files, heard.method, int(epochs) if epochs else None)

    async def bring(self, move: Move, old: Model) -> tuple[DatasetVersion, DatasetVersion | None] | None:
        """The training data and the validation file that came with it; None where the training file is gone.

        The newest version of what was fetched before: it may have been repaired here.

        Raises:
            FileTooLarge: it is larger than this installation accepts.
            ProviderError: the provider was asked and gave no answer.
        """
        made = await self.made(old)
        if made.training_version_id:
            return await self._ours(move, made)
        training = await self._fetched(move, old, made.training_file_id, "")
        if training is None:
            return None
        validation = await self._fetched(move, old, made.validation_file_id, "-validation")
        return training, await self._apart(training, validation)

    async def sampled(self, move: Move) -> tuple[DatasetVersion, None] | None:
        """The newest version of the answers that were bought for an earlier attempt; None where there are none."""
        version = await self.datasets.store.version(move.tenant, move.version_id) if move.version_id else None
        if version is None or version.origin != "sample":
            return None
        return await self.datasets.newest_version(move.tenant, version.dataset_id), None

    async def keep_answers(self, move: Move, old: Model, content: bytes) -> DatasetVersion:
        """Bought answers as a dataset, which says whose they are and who accepted the note on that."""

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        lineage = {
            "model": old.id,
            "provider": old.provider,
            "prompts": move.prompts_version_id,
            "terms_accepted_by": move.terms_accepted_by,
            "terms_accepted_at": move.terms_accepted_at.isoformat() if move.terms_accepted_at else "",
        }
        incoming = Incoming(f"{old.name}-answers.jsonl", "sample", lineage)
        dataset_id = _dataset_id(move.tenant.enterprise_id, move.tenant.team_id, move.id, str(move.attempt))
        return await self.datasets.take_in(move.tenant, dataset_id, move.owner_id, move.place, incoming, chunks)

    async def _by_our_record(self, job: Job) -> Made:
        epochs = job.hyperparameters.get("n_epochs")
        files = (job.training_file_id, job.validation_file_id)
        ids = (job.request.training_version_id, job.request.validation_version_id)
        if ids[0]:
            try:
                await self.parts.ensure(job.tenant, ids[0])
            except DatasetNotFound:
                ids = ("", "")
        return Made(*ids, *files, job.request.method, int(epochs) if epochs else None)

    async def _ours(self, move: Move, made: Made) -> tuple[DatasetVersion, DatasetVersion | None]:
        part = Part.from_id(made.training_version_id)
        training = await self.datasets.version(move.tenant, made.training_version_id)
        if not made.validation_version_id:
            return training, None
        if part is not None:
            return training, await self.parts.ensure(move.tenant, made.validation_version_id)
        return training, await self.datasets.store.version(move.tenant, made.validation_version_id)

    async def _fetched(self, move: Move, old: Model, file_id: str, ending: str) -> DatasetVersion | None:
        if not file_id:
            return None
        gateway = self.gateways.of(old.provider)
        tenant = move.tenant
        dataset_id = _dataset_id(tenant.enterprise_id, tenant.team_id, gateway.account, file_id)
        incoming = Incoming(f"{old.name}{ending}.jsonl", "fetch", {"provider": old.provider, "file_id": file_id})

        def content() -> AsyncIterator[bytes]:
            return gateway.content(file_id)

        try:
            await self.datasets.take_in(tenant, dataset_id, move.owner_id, move.place, incoming, content)
        except ProviderRefused:  # Gone, or kept from download, which comes to the same.
            return None
        return await self.datasets.newest_version(tenant, dataset_id)

    async def _apart(self, training: DatasetVersion, validation: DatasetVersion | None) -> DatasetVersion | None:
        """The validation file, unless it can't be used: hosts take files of which rows were trained on, we don't."""
        if validation is None or not validation.is_ready:
            return None
        try:
            await HeldOut(self.parts).require_apart(training, validation)
        except ValidationLeaks:
            return None
        return validation


def needs_no_person(error: UserFacingError) -> bool:
    """Whether an error may pass by itself."""
    return error.code in {"provider_unavailable", "provider_busy", "not_a_member"}


def _dataset_id(*named: str) -> str:
    return f"ds_{hashlib.sha256(':'.join(named).encode()).hexdigest()[:16]}"
