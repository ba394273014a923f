"""What the commands answer that make a new version of a dataset out of an old one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from handlers.asker import Asker, Commands
from handlers.blocks import conversion
from handlers.blocks.conversion import CONVERT, convert_button, proposal_lines
from handlers.blocks.fixes import FIX, fix_page, read_value, to_read
from handlers.blocks.kit import Content, actions, sections
from handlers.mrkdwn import quoted_name
from storage.rows import JSON, Dataset, DatasetVersion
from tuning.access import may_change
from tuning.datasets.intake import Datasets
from tuning.datasets.revisions import Revision, Revisions
from tuning.datasets.split import SMALLEST_TRAIN_PER_CENT
from tuning.durable_work import StartDurable

LARGEST_TEST_PERCENT: Final = 100 - SMALLEST_TRAIN_PER_CENT
_USUAL_TEST_PERCENT: Final = 10
_NUMBER: Final = re.compile(r"\d{1,9}%?")

REVISE: Final = "revise_dataset"
"""The durable workflow: its steps make the version and report on it in the dataset's thread."""


@dataclass(frozen=True, slots=True)
class RevisionCommands:
    """Shows first what would change; only a button in the answer changes it, which its owner and admins alone get."""

    datasets: Datasets
    revisions: Revisions
    start_durable: StartDurable
    new_id: Callable[[], str]

    def table(self) -> Commands:
        return Commands(
            typed={"fix": self.propose_fixes, "convert": self.propose_conversion, "split": self.split},
            pressed={
                "datasets.fixes": self.show_fixes,
                CONVERT: self.convert,
                FIX: self.fix,
                f"{FIX}.all_necessary": self.fix,
                f"{FIX}.all": self.fix,
            },
        )

    async def propose_fixes(self, asker: Asker, text: str) -> Content:
        return await self._fixes_of(asker, *await self._newest(asker, text))

    async def show_fixes(self, asker: Asker, version_id: str) -> Content:
        dataset = await self.datasets.seen(asker.viewer, version_id)
        return await self._fixes_of(asker, dataset, await self.datasets.version(asker.tenant, version_id))

    async def propose_conversion(self, asker: Asker, text: str) -> Content:
        name, mapping = _name_and_mapping(text)
        dataset, version = await self._newest(asker, name)
        proposal = await self.revisions.proposal(version, mapping)
        blocks = sections(proposal_lines(asker.voice, proposal))
        told = asker.voice("convert.proposal")
        is_theirs = may_change(asker.actor, dataset.owner_id)
        doors = [actions([convert_button(asker.voice, version.id, mapping)])] if is_theirs else []
        return Content(told, (*blocks, *doors))

    async def convert(self, asker: Asker, value: str) -> Content:
        version_id, mapping = conversion.read_value(value)
        return await self.begin(asker, Revision(version_id, "convert", mapping))

    async def fix(self, asker: Asker, value: str) -> Content:
        version_id, codes = read_value(value)
        return await self.begin(asker, Revision(version_id, "fix", tuple(sorted(codes))))

    async def split(self, asker: Asker, text: str) -> Content:
        """`split`, `split marv`, `split marv 20`, `split marv 20 7`: set a test part aside, its share and its seed."""
        words = text.split()
        numbers = [int(word.rstrip("%")) for word in words if _NUMBER.fullmatch(word)][:2]
        percent, seed = [*numbers, *(_USUAL_TEST_PERCENT, 0)[len(numbers) :]]
        if not 0 < percent <= LARGEST_TEST_PERCENT:
            return asker.told("splits.share", largest=LARGEST_TEST_PERCENT)
        named = " ".join(word for word in words if not _NUMBER.fullmatch(word))
        _, version = await self._newest(asker, named)
        ready = await self.datasets.ready_version(asker.tenant, version.id)
        return await self.begin(asker, Revision(ready.id, "split", (str(percent), str(seed))))

    async def begin(self, asker: Asker, revision: Revision) -> Content:
        """Twice the same is one version and one report, so that whoever was refused may simply try again.

        Raises:
            NotAllowed: the dataset belongs to somebody else, who trains on its newest version.
        """
        dataset = await self.datasets.to_change(asker.viewer, revision.parent_id)
        await self.start_durable(REVISE, f"revise:{dataset.id}:{self.new_id()}", _wish(asker, dataset, revision))
        return asker.told("revisions.begun", name=quoted_name(dataset.name))

    async def _fixes_of(self, asker: Asker, dataset: Dataset, version: DatasetVersion) -> Content:
        changes = await self.revisions.preview(version)
        page = fix_page(asker.voice, version, changes)
        return page if may_change(asker.actor, dataset.owner_id) else to_read(page)

    async def _newest(self, asker: Asker, text: str) -> tuple[Dataset, DatasetVersion]:
        """The newest version of the dataset that is named, else of the newest that may be shown here."""
        dataset = await self.datasets.named_or_newest(asker.viewer, text)
        return dataset, await self.datasets.newest_version(asker.tenant, dataset.id)


def _name_and_mapping(text: str) -> tuple[str, tuple[str, ...]]:
    """`faq user=topic+question "assistant=best answer"`: a dataset's name, and columns where they must be said."""
    words = [word.strip("\"'“”") for word in re.findall(r"\S*[\"“][^\"”]*[\"”]|\S+", text)]
    mapping = tuple(word.replace('"', "") for word in words if "=" in word)
    return " ".join(word for word in words if "=" not in word), mapping


def _wish(asker: Asker, dataset: Dataset, revision: Revision) -> JSON:
    """What the workflow has to know, as plain values."""
    return {
        "team_id": asker.tenant.team_id,
        "enterprise_id": asker.tenant.enterprise_id,
        "user_id": asker.actor.user_id,
        "channel_id": dataset.place.channel_id,
        "thread_ts": dataset.place.thread_ts,
        "dataset_id": dataset.id,
        "revision": revision.to_json(),
    }
