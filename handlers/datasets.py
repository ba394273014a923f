"""A file is dropped: say at once that it is being looked at, check it durably, and answer in its thread."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.dataset_report import being_checked
from handlers.blocks.kit import Content
from handlers.commands import asker_of
from handlers.envelopes import answer_place
from handlers.errors import explanation, incident
from handlers.language import Voice
from handlers.outbox import Outbox
from handlers.patience import A_WHILE, patiently, until_done
from handlers.people import People
from handlers.refusals import refusal
from handlers.reports import Reports
from handlers.training_files import is_for_us, name_of
from storage.deliveries import DeliveryStore
from storage.rows import JSON, DatasetVersion, Place, Tenant
from tuning.access import require_member
from tuning.durable_work import StartDurable
from tuning.errors import UserFacingError

logger = logging.getLogger(__name__)

CHECK = "check_dataset"
"""The durable workflow: its steps are `receive` and `report`."""

_NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})


@dataclass(frozen=True, slots=True)
class Shared:
    """A file as it was shared: plain values, so that a workflow can be resumed from them."""

    tenant: Tenant
    place: Place
    owner_id: str
    file_id: str
    file_name: str
    wish_ts: str = ""
    """When somebody asked for the check by hand; empty for a file that was just shared."""

    @property
    def dataset_id(self) -> str:
        """The same file in the same channel is the same dataset."""
        shared = f"{self.tenant.enterprise_id}:{self.tenant.team_id}:{self.file_id}:{self.place.channel_id}"
        return f"ds_{hashlib.sha256(shared.encode()).hexdigest()[:16]}"

    @property
    def report_key(self) -> str:
        """Of the message that first says 'checking' and then is the report."""
        return f"report:{self.dataset_id}:{self.place.thread_ts}"

    @property
    def workflow_id(self) -> str:
        shared = f"check:{self.tenant.team_id}:{self.file_id}:{self.place.channel_id}:{self.place.thread_ts}"
        return f"{shared}:{self.wish_ts}" if self.wish_ts else shared

    def to_json(self) -> JSON:
        return {
            "team_id": self.tenant.team_id,
            "enterprise_id": self.tenant.enterprise_id,
            "channel_id": self.place.channel_id,
            "thread_ts": self.place.thread_ts,
            "owner_id": self.owner_id,
            "file_id": self.file_id,
            "file_name": self.file_name,
        }

    @classmethod
    def from_json(cls, shared: JSON) -> "Shared":
        return cls(
            Tenant(shared["team_id"], shared["enterprise_id"]),
            Place(shared["channel_id"], shared["thread_ts"]),
            shared["owner_id"],
            shared["file_id"],
            shared["file_name"],
        )


@dataclass(frozen=True, slots=True)
class DatasetHandlers:
    """Listens for files, and carries the two steps of their check."""

    reports: Reports
    outbox: Outbox
    deliveries: DeliveryStore
    people: People
    start_durable: StartDurable
    client: AsyncWebClient
    pause: Callable[[float], Awaitable[None]]
    new_id: Callable[[], str]

    def register(self, interactions: AsyncApp) -> None:
        interactions.action("datasets.findings")(self.send_findings)

    async def shared(self, tenant: Tenant, event: JSON, *, is_addressed: bool, wish_ts: str = "") -> bool:
        """Check every file of a message that is for us, and say whether there was one.

        The same message arriving twice starts each check once, and so does the same wish.

        Raises:
            NotAMember: whoever shared it is no full member of the workspace.
        """
        named = [(name_of(file), str(file["id"])) for file in event["files"]]
        ours = [(name, file_id) for name, file_id in named if is_for_us(name, is_addressed=is_addressed)]
        for name, file_id in ours:
            require_member(await self.people.actor(tenant, str(event["user"])))
            await self._begin(Shared(tenant, answer_place(event), str(event["user"]), file_id, name, wish_ts))
        return bool(ours)

    async def _begin(self, shared: Shared) -> None:
        if await self.deliveries.by_key(shared.tenant, shared.report_key) is None:
            voice = await self.people.voice_in(shared.tenant, shared.place.channel_id, shared.owner_id)
            # The same file may come twice at once, and its report may be there by now.
            await self.outbox.put_first(
                shared.tenant, shared.report_key, shared.place, being_checked(voice, shared.file_name)
            )
        await self.start_durable(CHECK, shared.workflow_id, shared.to_json())

    async def receive(self, shared_json: JSON) -> JSON:
        """The workflow's first step: fetch, store and check. Returns the version's id, or what went wrong."""
        shared = Shared.from_json(shared_json)
        try:
            version = await patiently(lambda: self._received(shared), A_WHILE, self.pause)
        except Exception as error:  # noqa: BLE001 - the step's own edge: whatever it was, the workflow must end and tell.
            return {"refused": self._refused(await self._voice(shared), shared, error).payload()}
        return {"version_id": version.id}

    async def report(self, shared_json: JSON, received: JSON) -> None:
        """The workflow's second step: the message that said 'checking' becomes the report."""
        shared = Shared.from_json(shared_json)
        content = await self._outcome(await self._voice(shared), shared, received)
        await patiently(
            lambda: self.outbox.put(shared.tenant, shared.report_key, shared.place, content), until_done(), self.pause
        )

    async def _received(self, shared: Shared) -> DatasetVersion:
        voice = await self._voice(shared)

        async def tell(percent: int) -> None:
            content = being_checked(voice, shared.file_name, percent)
            await self.outbox.put(shared.tenant, shared.report_key, shared.place, content)

        return await self.reports.datasets.receive(
            shared.tenant,
            dataset_id=shared.dataset_id,
            owner_id=shared.owner_id,
            place=shared.place,
            slack_file={"id": shared.file_id, "name": shared.file_name, "channel_id": shared.place.channel_id},
            tell=tell,
        )

    async def _outcome(self, voice: Voice, shared: Shared, received: JSON) -> Content:
        if refused := received.get("refused"):
            return Content(refused["text"], tuple(refused["blocks"]))
        version_id = received["version_id"]
        try:
            return await patiently(
                lambda: self.reports.of_version(voice, shared.tenant, version_id), A_WHILE, self.pause
            )
        except Exception as error:  # noqa: BLE001 - the step's own edge: 'checking' must not stand there for ever.
            return self._refused(voice, shared, error)

    def _refused(self, voice: Voice, shared: Shared, error: Exception) -> Content:
        """The sentence of an expected error; any other is logged under the number that is told."""
        if isinstance(error, UserFacingError):
            return explanation(voice, error)
        incident_id = self.new_id()
        logger.error("check_failed", exc_info=error, extra={"incident_id": incident_id, "file_id": shared.file_id})
        return incident(voice, incident_id)

    async def _voice(self, shared: Shared) -> Voice:
        return await self.people.voice_in(shared.tenant, shared.place.channel_id, shared.owner_id)

    async def send_findings(self, ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        """All findings, as a file in the thread of the report, or by direct message where others can't see that report."""
        await ack()
        asker = await asker_of(self.people, body)
        name, findings = await self.reports.all_findings(asker.voice, asker.viewer, action["value"])
        is_for_one = bool((body.get("container") or {}).get("is_ephemeral"))
        if is_for_one or not await self._share(asker.place, name, findings, asker.voice("report.all_findings")):
            told = asker.voice("report.all_findings")
            opened = await self.client.chat_postMessage(channel=asker.actor.user_id, text=told)
            await self._share(Place(str(opened["channel"]), str(opened["ts"])), name, findings, "")

    async def _share(self, place: Place, name: str, findings: bytes, comment: str) -> bool:
        """Upload a file to a place. False: we aren't in that channel."""
        try:
            await self.client.files_upload_v2(
                channel=place.channel_id,
                thread_ts=place.thread_ts or None,
                filename=name,
                content=findings,
                initial_comment=comment or None,
            )
        except SlackApiError as error:
            if refusal(error) not in _NOT_THERE:
                raise
            return False
        return True
