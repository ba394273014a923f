"""Fixtures that several rooms share: databases of both kinds, for every test that asks for one."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from storage.engine import Database
from storage.tables import Record

# The trainer's engine splits a batch over its own threads; numpy reads this once, when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_IS_REQUIRED = os.environ.get("TUNESMITH_REQUIRE_POSTGRESQL") == "1"
_SERVER_OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200"


def _postgresql_binaries() -> Path | None:
    on_path = shutil.which("pg_ctl")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    return Path(on_path).resolve().parent if on_path else debian[-1].parent if debian else None


@pytest.fixture(scope="session")
def postgresql_folder() -> Iterator[Path]:
    """The folder with the socket of a private PostgreSQL server that lives as long as the session."""
    binaries = _postgresql_binaries()
    assert binaries, "TUNESMITH_REQUIRE_POSTGRESQL is set, but PostgreSQL is not installed (apt-get install postgresql)"
    # Not below pytest's own folders: those are closed to the other user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="tunesmith-postgresql-"))
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
        known = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in known else "nobody"
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [binaries / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603  Our own words.

    run("initdb", "--username=tunesmith", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "start", "--wait", "-l", str(folder / "log"), "-o", f"{_SERVER_OPTIONS} -k {folder}")
    yield folder
    run("pg_ctl", "stop", "--wait", "-m", "immediate")
    shutil.rmtree(folder)


@contextmanager
def _postgresql_database(folder: Path) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(host=str(folder), user="tunesmith", dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://tunesmith@/{name}?host={folder}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql_folder: Path) -> Iterator[str]:
    """The URL of an empty PostgreSQL database that this test has for itself."""
    with _postgresql_database(postgresql_folder) as url:
        yield url


@pytest.fixture(scope="session")
def shared_postgresql_url(postgresql_folder: Path) -> Iterator[str]:
    """The URL of one database that tests use in turn, since emptying one is quicker than making one."""
    with _postgresql_database(postgresql_folder) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite database that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'tunesmith.sqlite'}"


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """A test that asks for this, or for what builds on it, runs once on SQLite and once on PostgreSQL."""
    return request.param


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str) -> str:
    """The URL of an empty database, of each kind in turn."""
    return request.getfixturevalue(f"{database_kind}_url")


@pytest.fixture
async def database(request: pytest.FixtureRequest, database_kind: str) -> AsyncIterator[Database]:
    """An open, migrated, empty database, of each kind in turn."""
    url = request.getfixturevalue("sqlite_url" if database_kind == "sqlite" else "shared_postgresql_url")
    opened = await Database.open(url)
    if database_kind == "postgresql":
        async with opened.writing() as session:
            await session.execute(text(f"TRUNCATE {', '.join(Record.metadata.tables)} RESTART IDENTITY"))
    yield opened
    await opened.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        has_postgresql = _IS_REQUIRED or _postgresql_binaries() is not None
        metafunc.parametrize("database_kind", ["sqlite", *["postgresql"] * has_postgresql], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not _IS_REQUIRED and _postgresql_binaries() is None:
        untestable = [item for item in items if "postgresql_url" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=untestable)
        items[:] = [item for item in items if item not in untestable]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _postgresql_binaries() is None:
        terminalreporter.write_sep("!", "PostgreSQL not tested: it is not installed", red=True, bold=True)
