"""What the commands about jobs answer."""

from dataclasses import dataclass

from handlers.announcements import Announcements
from handlers.asker import EVERYTHING, Answer, Asker, Commands
from handlers.blocks.account import JOBS as ACCOUNT_JOBS
from handlers.blocks.account import with_account
from handlers.blocks.comparison import comparison
from handlers.blocks.job_card import needs_deployment
from handlers.blocks.kit import Content, actions, button, section
from handlers.blocks.lists import event_list, job_list
from handlers.mrkdwn import escape
from storage.rows import Job
from tuning.datasets.intake import Datasets
from tuning.jobs.jobs import Jobs
from tuning.jobs.pausing import Pausing

MOST_EVENTS = 30


@dataclass(frozen=True, slots=True)
class JobCommands:
    """Start, follow and stop fine-tuning jobs."""

    jobs: Jobs
    datasets: Datasets
    announcements: Announcements
    pausing: Pausing
    of_account: Answer
    """What `jobs all` answers."""

    def table(self) -> Commands:
        return Commands(
            typed={
                "start": self.start,
                "jobs": self.list_jobs,
                "status": self.status,
                "events": self.events,
                "cancel": self.cancel,
                "compare": self.compare,
            },
            pressed={
                "jobs.list": self.list_jobs,
                "jobs.status": self.status,
                "jobs.events": self.events,
                "jobs.compare": self.compare,
                "jobs.pause": self.pause,
                "jobs.resume": self.resume,
            },
        )

    async def start(self, asker: Asker, text: str) -> Content:
        """Where no modal can be opened, the button that opens it."""
        dataset = await self.datasets.find(asker.viewer, text) if text else None
        told = asker.voice("commands.start.button")
        door = button(asker.voice("commands.door.start"), "jobs.start", dataset.id if dataset else "", style="primary")
        return Content(told, (section(told), actions([door])))

    async def list_jobs(self, asker: Asker, text: str) -> Content:
        scope, _, provider = text.partition(" ")
        if scope.lower() in EVERYTHING:
            return await self.of_account(asker, provider)
        jobs = await self.jobs.recent(asker.viewer)
        return with_account(asker.voice, job_list(asker.voice, jobs), ACCOUNT_JOBS if asker.actor.is_admin else "")

    async def status(self, asker: Asker, text: str) -> Content:
        return await self.announcements.card(asker.voice, await self._job(asker, text))

    async def events(self, asker: Asker, text: str) -> Content:
        job = await self._job(asker, text)
        return event_list(asker.voice, job, await self.jobs.events(asker.viewer, job.id, MOST_EVENTS))

    async def cancel(self, asker: Asker, text: str) -> Content:
        if not text:
            return asker.told("commands.which.job")
        job = await self.jobs.cancel(asker.viewer, text)
        return asker.told("commands.cancelled", name=escape(job.name))

    async def pause(self, asker: Asker, job_id: str) -> Content:
        job = await self.pausing.pause(asker.viewer, job_id)
        return asker.told("commands.paused", name=escape(job.name))

    async def resume(self, asker: Asker, job_id: str) -> Content:
        job = await self.pausing.resume(asker.viewer, job_id)
        return asker.told("commands.resumed", name=escape(job.name))

    async def compare(self, asker: Asker, text: str) -> Content:
        job = await self._job(asker, text)
        if not job.comparison:
            return asker.told(f"commands.compare.{_why_not_compared(job)}", name=escape(job.name))
        return comparison(asker.voice, job, job.comparison)

    async def _job(self, asker: Asker, text: str) -> Job:
        """The job that is named; without a name the one of this thread, else the newest."""
        if text:
            return await self.jobs.status(asker.viewer, text)
        return await self.jobs.in_thread_or_newest(asker.viewer, asker.place)


def _why_not_compared(job: Job) -> str:
    if not job.request.training_version_id:
        return "imported"
    return "undeployed" if needs_deployment(job) else "waiting"
