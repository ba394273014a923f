import itertools

import pytest

from tuning.errors import ProviderConfused
from tuning.providers.paging import pages


async def walked(fetch, max_pages=5):
    return [[row.get("id") for row in page] async for page in pages("Somebody", fetch, max_pages=max_pages)]


async def test_a_list_that_never_ends_is_not_taken_for_a_whole_one():
    numbers = itertools.count()

    async def fetch(after):
        return {"data": [{"id": f"ftjob-{next(numbers)}"}]}

    with pytest.raises(ProviderConfused, match="more than 5 pages"):
        await walked(fetch)


async def test_a_row_that_slid_onto_the_next_page_comes_once():
    asked = {None: {"data": [{"id": "c"}, {"id": "b"}]}, "b": {"data": [{"id": "b"}, {"id": "a"}], "has_more": False}}

    async def fetch(after):
        return asked[after]

    assert await walked(fetch) == [["c", "b"], ["a"]]


async def test_rows_without_ids_are_one_page():
    async def fetch(after):
        return {"data": [{"message": "queued"}, "nonsense"], "has_more": True}

    assert await walked(fetch) == [[None]]


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": []}, {"data": "none"}])
async def test_a_page_without_rows_ends_the_walk(body):
    async def fetch(after):
        return body

    assert await walked(fetch) == []
