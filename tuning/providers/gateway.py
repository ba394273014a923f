"""One provider, spoken to through the OpenAI client: files, fine-tuning jobs, their events, and models."""

import asyncio
from collections.abc import Awaitable, Container, Sequence
from datetime import date
from typing import Final

import httpx2
from openai import omit

from storage.rows import JSON, Job
from tuning import known_models
from tuning.errors import ProviderConfused, ProviderMissing
from tuning.providers.answers import Answers
from tuning.providers.bodies import JOB_KEY, creation
from tuning.providers.connection import RawAnswer
from tuning.providers.errors import translated
from tuning.providers.event_pages import fetch_event_page, is_newest_first, oldest_first
from tuning.providers.listings import Listings
from tuning.providers.paging import LIST_PAGES, PAGE_ROWS, pages
from tuning.providers.shapes import (
    ProviderEvent,
    ProviderJob,
    TokenCounts,
    TrainableModel,
    event_from,
    job_from,
    model_from,
    token_counts_from,
)
from tuning.providers.training_files import TrainingFiles

_EVENT_PAGES: Final = 2_000
"""200,000 events; no event may be dropped, so the bound is far beyond any job."""


class Gateway(Answers, Listings, TrainingFiles):
    """Everything that is asked of one provider account."""

    async def trainable_models(self, today: date) -> list[TrainableModel]:
        """What a job may start from on `today`, those to be recommended first.

        Raises:
            ProviderError: the provider was asked and didn't answer with a list.
        """
        if not self.profile.lists_models:
            known = known_models.trainable(self.profile.name, today)
            return [TrainableModel(model.id, model.context_tokens, model.shuts_down_on) for model in known]
        body = await self._object(self._client.models.with_raw_response.list())
        rows = body.get("data")
        if not isinstance(rows, list):
            raise ProviderConfused(self.title, "a list of models without `data`")
        return [model for row in rows if isinstance(row, dict) and (model := model_from(row)) is not None]

    async def find_job(self, job_id: str, training_file_id: str = "") -> ProviderJob | None:
        """The provider's job that was created for our job `job_id`, or None when there certainly is none.

        Servers may ignore the filter, so every row is looked at. Where the profile doesn't promise that metadata
        comes back, `training_file_id` must be a file uploaded for this job alone, and recognises it too.

        Raises:
            ProviderConfused: the list has no end, so that nothing can be said.
        """

        async def fetch(after: str | None) -> JSON:
            call = self._client.fine_tuning.jobs.with_raw_response.list(
                after=after or omit, limit=PAGE_ROWS, metadata={JOB_KEY: job_id}
            )
            return await self._object(call)

        async for page in pages(self.title, fetch, max_pages=LIST_PAGES):
            for job in map(job_from, page):
                has_our_file = not self.profile.keeps_metadata and job.training_file_id == training_file_id != ""
                if job.id and (job.metadata.get(JOB_KEY) == job_id or has_our_file):
                    return job
        return None

    async def job_that_made(self, model_id: str) -> ProviderJob | None:
        """The account's job whose model goes by that name; None where its list doesn't hold it."""

        async def fetch(after: str | None) -> JSON:
            call = self._client.fine_tuning.jobs.with_raw_response.list(after=after or omit, limit=PAGE_ROWS)
            return await self._object(call)

        async for page in pages(self.title, fetch, max_pages=LIST_PAGES):
            for job in map(job_from, page):
                if job.id and job.fine_tuned_model == model_id:
                    return job
        return None

    async def create_job(self, job: Job, training_file_id: str, validation_file_id: str = "") -> ProviderJob:
        """Create the job at the provider: this is what costs money, and nothing here repeats it.

        Raises:
            ProviderBusy: it was not created.
            ProviderUnavailable, ProviderConfused: it may have been created; look with `find_job`.
            ProviderError: it was not created, and never will be as it is.
        """
        request = creation(self.profile, job, training_file_id, validation_file_id)
        return await self._job(self._client.fine_tuning.jobs.with_raw_response.create(**request))

    async def retrieve_job(self, provider_job_id: str) -> ProviderJob:
        """The job as it stands now."""
        return await self._job(self._client.fine_tuning.jobs.with_raw_response.retrieve(provider_job_id))

    async def cancel_job(self, provider_job_id: str) -> ProviderJob:
        """Ask the provider to stop the job."""
        return await self._job(self._client.fine_tuning.jobs.with_raw_response.cancel(provider_job_id))

    async def pause_job(self, provider_job_id: str) -> ProviderJob:
        """Ask the provider to let the job wait after its step."""
        return await self._job(self._client.fine_tuning.jobs.with_raw_response.pause(provider_job_id))

    async def resume_job(self, provider_job_id: str) -> ProviderJob:
        """Ask the provider to let a paused job go on."""
        return await self._job(self._client.fine_tuning.jobs.with_raw_response.resume(provider_job_id))

    async def events(self, provider_job_id: str, known: Container[str] = ()) -> list[ProviderEvent]:
        """The job's events that are not `known` by id, oldest first; none where the provider offers no events.

        OpenAI lists the newest first, others the oldest. Only in the former order does a known event mean that
        everything older is known too.
        """

        async def fetch(after: str | None) -> JSON:
            async with translated(self.title), asyncio.timeout(self._patience.call_seconds):
                return await fetch_event_page(
                    self._client,
                    self.title,
                    provider_job_id,
                    after,
                    stream_seconds=self._patience.event_stream_seconds,
                )

        found: list[ProviderEvent] = []
        try:
            async for page in pages(self.title, fetch, max_pages=_EVENT_PAGES):
                events = [event_from(row) for row in page]
                found += events
                if is_newest_first(events) and any(event.id in known for event in events):
                    break
        except ProviderMissing:
            return []
        ordered = oldest_first(found, is_newest_first_usual=self.profile.lists_events_newest_first)
        return [event for event in ordered if event.id not in known]

    async def delete_model(self, model_id: str) -> None:
        """Delete a fine-tuned model; one that is gone already counts as deleted."""
        try:
            await self._object(self._client.models.with_raw_response.delete(model_id))
        except ProviderMissing:
            return

    async def count_tokens(self, model: str, examples: Sequence[JSON]) -> TokenCounts | None:
        """Exact counts by the tokenizer of `model`, or None where the profile has no such call.

        Raises:
            ProviderConfused: the answer doesn't have one number an example.
        """
        if not self.profile.counts_tokens:
            return None
        request = {"model": model, "examples": list(examples)}
        body = await self._object(self._client.post("/token_counts", body=request, cast_to=httpx2.Response))
        counts = token_counts_from(body)
        if len(counts.tokens) != len(examples) or len(counts.trained_tokens) != len(examples):
            raise ProviderConfused(self.title, f"{len(counts.tokens)} token counts for {len(examples)} examples")
        return counts

    async def _job(self, call: Awaitable[RawAnswer]) -> ProviderJob:
        body = await self._object(call)
        self._named(body)
        return job_from(body)
