import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from storage.blocking_engine import create_blocking_engine
from storage.migrations.histories import History, upgrade
from storage.tables import InboxBase, Record

_HISTORIES = [
    pytest.param(History.MAIN, Record.metadata, id="main"),
    pytest.param(History.INBOX, InboxBase.metadata, id="inbox"),
]


def _differences(connection: Connection, metadata: MetaData | list[MetaData]) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, metadata)


@pytest.mark.parametrize(("history", "metadata"), _HISTORIES)
def test_the_migrations_build_exactly_the_tables_of_the_models(database_url, history, metadata):
    engine = create_blocking_engine(database_url, pool_size=1)
    with engine.begin() as connection:
        upgrade(connection, history)
        differences = _differences(connection, metadata)
    engine.dispose()

    assert differences == []


def test_the_comparison_would_notice_a_missing_table(sqlite_url):
    engine = create_blocking_engine(sqlite_url, pool_size=1)
    with engine.begin() as connection:
        assert _differences(connection, Record.metadata) != []
    engine.dispose()


def test_both_histories_fit_into_one_postgresql_database(postgresql_url):
    engine = create_blocking_engine(postgresql_url, pool_size=1)
    for _ in range(2):
        for history in History:
            with engine.begin() as connection:
                upgrade(connection, history)
    with engine.begin() as connection:
        differences = _differences(connection, [Record.metadata, InboxBase.metadata])
    engine.dispose()

    assert differences == []
