import asyncio
import traceback
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.engine import Database
from storage.errors import DatabaseUnavailable, StorageError
from storage.people import PeopleStore
from storage.rows import Person


def _person(tenant, now) -> Person:
    return Person(tenant, "U1", "en-US", is_admin=False, is_guest=False, fetched_at=now)


async def test_sqlite_keeps_every_commit_through_a_power_cut_and_lets_readers_pass_a_writer(sqlite_url):
    database = await Database.open(sqlite_url)
    async with database.reading() as session:
        settings = {
            name: await session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await database.close()

    full = 2
    assert settings == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "busy_timeout": 30_000}


async def test_a_transaction_that_raises_leaves_nothing_behind(database, tenant, now):
    people = PeopleStore(database)
    await people.put(_person(tenant, now))

    async def fail_half_way() -> None:
        async with database.writing() as session:
            await session.execute(text("DELETE FROM people"))
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await fail_half_way()
    assert await people.get(tenant, "U1") == _person(tenant, now)


async def test_a_reader_is_not_held_up_by_an_open_transaction(database, tenant, now):
    people = PeopleStore(database)
    await people.put(_person(tenant, now))

    async with database.writing() as session:
        await session.execute(text("DELETE FROM people"))
        assert await people.get(tenant, "U1") == _person(tenant, now)


async def test_processes_that_start_together_all_find_the_tables(database_url):
    opened = await asyncio.gather(*(Database.open(database_url) for _ in range(4)))

    for database in opened:
        async with database.reading() as session:
            assert await session.scalar(text("SELECT count(*) FROM jobs")) == 0
        await database.close()


async def test_opening_a_database_again_keeps_what_it_holds(database_url, tenant, now):
    first = await Database.open(database_url)
    await PeopleStore(first).put(_person(tenant, now))
    await first.close()

    second = await Database.open(database_url)
    assert await PeopleStore(second).get(tenant, "U1") == _person(tenant, now)
    await second.close()


async def test_a_server_that_does_not_answer_is_one_error_of_ours(tmp_path: Path):
    with pytest.raises(DatabaseUnavailable, match="can't be opened"):
        await Database.open(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")


async def test_a_file_that_is_no_database_is_one_error_of_ours(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("This is not a database. " * 100)

    with pytest.raises(DatabaseUnavailable, match=r"notes\.txt"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'notes.txt'}")


async def test_the_password_of_the_database_is_not_in_the_error():
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open("postgresql+psycopg://bot:hunter2@127.0.0.1:1/tunesmith")

    assert "hunter2" not in str(caught.value)


async def test_what_people_wrote_is_not_in_the_error_of_a_statement(database):
    question = "How much does Ada earn?"
    with pytest.raises((StorageError, SQLAlchemyError)) as raised:
        async with database.writing() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:question)"), {"question": question})

    assert question not in "".join(traceback.format_exception(raised.value))
