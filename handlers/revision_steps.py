"""The two steps of the workflow that makes a new version of a dataset: make it, and report on it in its thread."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.blocks.kit import Content
from handlers.errors import explanation, incident
from handlers.language import Voice
from handlers.outbox import Outbox
from handlers.patience import A_WHILE, patiently, until_done
from handlers.people import People
from handlers.reports import Reports
from storage.rows import JSON, Place, Tenant
from tuning.datasets.revisions import Revision, Revisions
from tuning.errors import UserFacingError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RevisionSteps:
    """Each step runs at least once; the version's id and the message's key make it one version and one message."""

    reports: Reports
    revisions: Revisions
    outbox: Outbox
    people: People
    pause: Callable[[float], Awaitable[None]]
    new_id: Callable[[], str]

    async def make(self, wish: JSON) -> JSON:
        """Make the version. Returns its id, or what went wrong, in the words of whoever wished it."""
        revision = Revision.from_json(wish["revision"])
        try:
            version = await patiently(lambda: self.revisions.make(_tenant(wish), revision), A_WHILE, self.pause)
        except Exception as error:  # noqa: BLE001 - the step's own edge: whatever it was, the workflow must end and tell.
            return {"refused": self._refused(await self._voice(wish), wish, error).payload()}
        return {"version_id": version.id}

    async def report(self, wish: JSON, made: JSON) -> None:
        """Say in the dataset's thread what has come of it."""
        voice, tenant = await self._voice(wish), _tenant(wish)
        place = Place(wish["channel_id"], wish["thread_ts"])
        made_id = Revision.from_json(wish["revision"]).version_id(wish["dataset_id"])
        # The key begins as those of all reports on the dataset do, which are taken back when it is deleted.
        key = f"report:{wish['dataset_id']}:{made_id}"
        content = await self._outcome(voice, wish, made)
        await patiently(lambda: self.outbox.put(tenant, key, place, content), until_done(), self.pause)

    async def _outcome(self, voice: Voice, wish: JSON, made: JSON) -> Content:
        if refused := made.get("refused"):
            return Content(refused["text"], tuple(refused["blocks"]))
        version_id = made["version_id"]
        try:
            return await patiently(
                lambda: self.reports.of_version(voice, _tenant(wish), version_id), A_WHILE, self.pause
            )
        except Exception as error:  # noqa: BLE001 - the step's own edge: a wish must not end in silence.
            return self._refused(voice, wish, error)

    def _refused(self, voice: Voice, wish: JSON, error: Exception) -> Content:
        """The sentence of an expected error; any other is logged under the number that is told."""
        if isinstance(error, UserFacingError):
            return explanation(voice, error)
        incident_id = self.new_id()
        extra = {"incident_id": incident_id, "dataset_id": wish["dataset_id"]}
        logger.error("revision_failed", exc_info=error, extra=extra)
        return incident(voice, incident_id)

    async def _voice(self, wish: JSON) -> Voice:
        return await self.people.voice_in(_tenant(wish), wish["channel_id"], wish["user_id"])


def _tenant(wish: JSON) -> Tenant:
    return Tenant(wish["team_id"], wish["enterprise_id"])
