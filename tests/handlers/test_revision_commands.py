"""Who may make a version out of a dataset, whose newest version everybody trains on."""

from dataclasses import replace

import pytest

from handlers.asker import Asker
from handlers.blocks.fixes import value_of
from handlers.language import Voice
from handlers.reports import Reports
from handlers.revision_commands import RevisionCommands
from handlers.version_commands import VersionCommands
from storage.rows import Place
from tests.tuning.datasets.test_intake import receive
from tuning.access import Actor
from tuning.datasets.merging import RowsWouldSpread
from tuning.datasets.revisions import Revision
from tuning.datasets.versions import Versions
from tuning.errors import NotAllowed
from tuning.texts import Texts

DEFECT = b'\xef\xbb\xbf{"messages": [{"role": "user", "content": "a"}, {"role": "Assistant", "content": "b"}]}\n'
STRANGER, ADMIN = Actor("U2"), Actor("U9", is_admin=True)


@pytest.fixture(name="commands")
def _commands(house):
    return RevisionCommands(house.datasets, house.revisions, house.start_durable, house.new_id)


@pytest.fixture(name="asked_by")
def _asked_by(house):
    """Everybody in the channel sees the dataset."""
    voice = Voice(Texts.load(), "en")
    return lambda actor: Asker(replace(house.viewer, actor=actor), voice, Place("C1", "1.0"))


async def test_whoever_only_sees_a_dataset_changes_nothing_of_it(house, commands, asked_by):
    version = await receive(house, DEFECT, "faq.jsonl")
    asker = asked_by(STRANGER)

    for operation in ("fix", "convert", "filter", "merge", "split"):
        with pytest.raises(NotAllowed, match="<@U1>"):
            await commands.begin(asker, Revision(version.id, operation, ("a",)))
    with pytest.raises(NotAllowed):
        await commands.fix(asker, value_of(version.id, ["C010"]))
    versions = Versions(house.datasets, house.dataset_store, house.files, house.job_store, house.clock)
    with pytest.raises(NotAllowed):
        await versions.tag(asker.viewer, await house.datasets.seen(asker.viewer, version.id), version, "gold")

    assert house.started == []
    assert await house.dataset_store.tags(house.tenant, version.dataset_id) == []


async def test_what_could_be_repaired_is_shown_to_all_and_its_buttons_to_the_owner_and_administrators(
    house, commands, asked_by
):
    version = await receive(house, DEFECT, "faq.jsonl")

    pages = [await commands.show_fixes(asked_by(actor), version.id) for actor in (house.owner, ADMIN, STRANGER)]

    assert ["datasets.fix" in str(page.blocks) for page in pages] == [True, True, False]
    assert len({page.text for page in pages}) == 1
    await commands.begin(asked_by(ADMIN), Revision(version.id, "fix", ("C010",)))
    assert len(house.started) == 1


async def test_the_button_that_converts_is_for_the_owner_and_administrators(house, commands, asked_by):
    await receive(house, b"question,answer\n1+1?,2\n", "faq.csv")

    pages = [await commands.propose_conversion(asked_by(actor), "faq") for actor in (house.owner, ADMIN, STRANGER)]

    assert ["datasets.convert" in str(page.blocks) for page in pages] == [True, True, False]


async def test_rows_go_only_where_nobody_sees_them_who_could_not_before(house, commands, asked_by):
    await receive(house, DEFECT, "open.jsonl", "ds_1")
    await receive(house, DEFECT, "near.jsonl", "ds_2")
    await receive(house, DEFECT, "secret.jsonl", "ds_3", place=Place("D1", "1.0"))
    versions = Versions(house.datasets, house.dataset_store, house.files, house.job_store, house.clock)
    merging = VersionCommands(Reports(house.datasets, house.revisions), versions, commands, house.models, None)

    await merging.merge(asked_by(house.owner), "open near")
    with pytest.raises(RowsWouldSpread, match="secret"):
        await merging.merge(asked_by(house.owner), "open secret")

    assert len(house.started) == 1
