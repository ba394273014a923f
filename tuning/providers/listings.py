"""Everything that a provider account holds, whoever made it: its jobs by pages, and its models."""

from dataclasses import dataclass
from datetime import UTC, datetime

from openai import omit

from storage.rows import JSON
from tuning.errors import ProviderConfused
from tuning.providers.connection import Connection
from tuning.providers.shapes import AccountModel, ProviderJob, account_model_from, job_from

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class JobsPage:
    """Some of an account's jobs, newest first where the host lists them so."""

    jobs: tuple[ProviderJob, ...]
    next_after: str
    """What the next page is asked with; empty at the end."""


class Listings(Connection):
    """The lists of one provider account."""

    async def account_models(self) -> list[AccountModel]:
        """Every model that the key may see, base and tuned.

        Raises:
            ProviderError: the provider was asked and didn't answer with a list.
        """
        rows = _rows(self.title, await self._object(self._client.models.with_raw_response.list()), "models")
        return [model for model in map(account_model_from, rows) if model is not None]

    async def tuned_models(self) -> list[AccountModel]:
        """The account's tuned models, the newest first where their age is known."""
        every = await self.account_models()
        tuned = [model for model in every if any(mark in model.id for mark in self.profile.tuned_marks)]
        return sorted(tuned, key=lambda model: model.created_at or _LONG_AGO, reverse=True)

    async def account_jobs(self, after: str = "", *, rows: int) -> JobsPage:
        """The page of the account's jobs after the job of that id; at most `rows` of them.

        A host that ignores `after` or `limit` gives what was shown before once more: the page goes on behind it.
        """
        call = self._client.fine_tuning.jobs.with_raw_response.list(after=after or omit, limit=rows)
        body = await self._object(call)
        jobs = [job for job in map(job_from, _rows(self.title, body, "jobs")) if job.id]
        ids = [job.id for job in jobs]
        is_given_again = after in ids
        rest = jobs[ids.index(after) + 1 :] if is_given_again else jobs
        kept = tuple(rest[:rows])
        # A host that gives it all again says nothing true of what follows.
        has_more = not is_given_again and body.get("has_more", len(jobs) >= rows)
        return JobsPage(kept, kept[-1].id if kept and (has_more or len(rest) > rows) else "")

    async def count_models(self) -> int:
        """How many models the key may see."""
        return len(await self.account_models())

    async def touch_files(self) -> None:
        """Look whether the key may list files."""
        _rows(self.title, await self._object(self._client.files.with_raw_response.list(limit=1)), "files")

    async def touch_jobs(self) -> None:
        """Look whether the key may list jobs."""
        await self.account_jobs(rows=1)


def _rows(provider: str, body: JSON, what: str) -> list[JSON]:
    rows = body.get("data")
    if not isinstance(rows, list):
        raise ProviderConfused(provider, f"a list of {what} without `data`")
    return [row for row in rows if isinstance(row, dict)]
