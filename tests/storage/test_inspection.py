"""A look at a database that changes nothing."""

import pytest
from sqlalchemy import text

from storage.engine import Database
from storage.errors import DatabaseUnavailable, NewerSchema
from storage.inspection import SchemaState, schema_state
from storage.migrations.histories import History


async def test_a_schema_is_new_then_current_then_a_later_versions(database_url):
    assert await schema_state(database_url) is SchemaState.NEW
    opened = await Database.open(database_url)
    assert await schema_state(database_url) is SchemaState.CURRENT
    assert await schema_state(database_url, History.INBOX) is SchemaState.OLD
    async with opened.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = 'main_9999'"))
    await opened.close()

    assert await schema_state(database_url) is SchemaState.NEWER
    with pytest.raises(NewerSchema):
        await Database.open(database_url)


async def test_looking_makes_no_file(sqlite_url, tmp_path):
    await schema_state(sqlite_url)

    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_database_and_who_does_not_answer_are_told(sqlite_url, tmp_path):
    (tmp_path / "tunesmith.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 100)

    with pytest.raises(DatabaseUnavailable):
        await schema_state(sqlite_url)
    with pytest.raises(DatabaseUnavailable):
        await schema_state("postgresql+psycopg://bot@127.0.0.1:9/bot")
