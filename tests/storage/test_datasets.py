import asyncio

import pytest

from storage.datasets import DatasetStore
from storage.errors import DatasetGone


@pytest.fixture
def store(database) -> DatasetStore:
    return DatasetStore(database)


async def test_what_is_stored_comes_back_unchanged(store, tenant, a_dataset, a_version):
    assert await store.add(a_dataset(), a_version()) == a_dataset()

    assert await store.get(tenant, "ds_1") == a_dataset()
    assert await store.version(tenant, "dv_1") == a_version()
    assert await store.versions(tenant, "ds_1") == [a_version()]
    assert await store.recent(tenant) == [a_dataset()]


async def test_a_name_that_is_taken_gets_a_number(store, a_dataset, a_version):
    names = [(await store.add(a_dataset(f"ds_{n}"), a_version(f"dv_{n}", f"ds_{n}"))).name for n in range(3)]

    assert names == ["marv", "marv-2", "marv-3"]


async def test_a_name_with_wildcards_is_only_itself(store, a_dataset, a_version):
    await store.add(a_dataset("ds_1", name="a-2"), a_version("dv_1", "ds_1"))

    assert (await store.add(a_dataset("ds_2", name="%"), a_version("dv_2", "ds_2"))).name == "%"


async def test_files_dropped_together_all_get_names_of_their_own(store, a_dataset, a_version):
    added = await asyncio.gather(*(store.add(a_dataset(f"ds_{n}"), a_version(f"dv_{n}", f"ds_{n}")) for n in range(12)))

    assert sorted(dataset.name for dataset in added) == sorted(["marv", *(f"marv-{n}" for n in range(2, 13))])


async def test_the_same_dataset_twice_is_one(store, tenant, a_dataset, a_version):
    added = await asyncio.gather(*(store.add(a_dataset(), a_version()) for _ in range(5)))

    assert set(added) == {a_dataset()}
    assert await store.recent(tenant) == [a_dataset()]
    assert await store.versions(tenant, "ds_1") == [a_version()]


async def test_versions_that_arrive_together_are_numbered_without_gaps(store, tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())

    added = await asyncio.gather(*(store.add_version(a_version(f"dv_{n}", origin="split:train")) for n in range(2, 8)))

    assert sorted(version.number for version in added) == [2, 3, 4, 5, 6, 7]
    assert [version.number for version in await store.versions(tenant, "ds_1")] == [1, 2, 3, 4, 5, 6, 7]


async def test_the_same_version_twice_is_one(store, tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())

    first, second = [await store.add_version(a_version("dv_2")) for _ in range(2)]

    assert first == second
    assert len(await store.versions(tenant, "ds_1")) == 2


async def test_a_version_of_a_deleted_dataset_is_refused(store, tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())
    await store.delete(tenant, "ds_1")

    with pytest.raises(DatasetGone, match="ds_1"):
        await store.add_version(a_version("dv_2"))


@pytest.mark.parametrize("typed", ["ds_1", "Marv", "marv", " MARV "])
async def test_a_dataset_is_found_by_id_or_by_name_in_any_case(store, tenant, a_dataset, a_version, typed):
    await store.add(a_dataset(name="Marv"), a_version())

    assert await store.find(tenant, typed) == a_dataset(name="Marv")


async def test_an_exact_name_goes_before_one_that_differs_in_case(store, tenant, a_dataset, a_version):
    await store.add(a_dataset("ds_1", name="Marv"), a_version("dv_1", "ds_1"))
    await store.add(a_dataset("ds_2", name="marv"), a_version("dv_2", "ds_2"))

    assert await store.find(tenant, "Marv") == a_dataset("ds_1", name="Marv")
    assert await store.find(tenant, "marv") == a_dataset("ds_2", name="marv")


async def test_deleting_names_the_bytes_that_nobody_uses_any_more(store, tenant, other_tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version(sha256="shared"))
    await store.add_version(a_version("dv_2", sha256="only-here"))
    await store.add(
        a_dataset("ds_2", tenant=other_tenant), a_version("dv_3", "ds_2", sha256="shared", tenant=other_tenant)
    )

    assert await store.delete(tenant, "ds_1") == ["only-here"]
    assert await store.delete(other_tenant, "ds_2") == ["shared"]
    assert await store.get(tenant, "ds_1") is None
    assert await store.versions(tenant, "ds_1") == []


async def test_a_report_with_characters_that_no_database_takes_is_stored(store, tenant, a_dataset, a_version):
    report = {"findings": [{"text": "zero \0, half a pair \ud83d, whole 😀"}]}
    await store.add(a_dataset(), a_version(report=report, file_name="zero\0half\ud83d😀.jsonl"))

    version = await store.version(tenant, "dv_1")
    assert version is not None
    assert version.report == report
    assert version.file_name == "zero\ufffdhalf\ufffd😀.jsonl"


async def test_another_team_sees_nothing_and_deletes_nothing(store, tenant, other_tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())

    assert await store.get(other_tenant, "ds_1") is None
    assert await store.find(other_tenant, "ds_1") is None
    assert await store.find(other_tenant, "marv") is None
    assert await store.with_bytes(other_tenant, a_version().sha256) == []
    assert await store.recent(other_tenant) == []
    assert await store.version(other_tenant, "dv_1") is None
    assert await store.versions(other_tenant, "ds_1") == []
    assert await store.delete(other_tenant, "ds_1") == []
    assert await store.get(tenant, "ds_1") == a_dataset()


async def test_bytes_are_found_in_every_dataset_that_has_them(store, tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())
    await store.add(a_dataset("ds_2"), a_version("dv_2", "ds_2"))
    await store.add(a_dataset("ds_3"), a_version("dv_3", "ds_3", sha256="0" * 64))

    found = await store.with_bytes(tenant, a_version().sha256)

    assert [version.id for version in found] == ["dv_1", "dv_2"]


async def test_two_teams_may_use_the_same_ids_and_names(store, tenant, other_tenant, a_dataset, a_version):
    await store.add(a_dataset(), a_version())

    theirs = a_dataset(tenant=other_tenant, owner_id="U9")
    assert await store.add(theirs, a_version(tenant=other_tenant)) == theirs
    assert await store.get(tenant, "ds_1") == a_dataset()
