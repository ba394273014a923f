"""Whether the data folder can be written to and has room, and whether the databases are there and fit."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.doctor.signs import Sign, State, bad, good, unknown
from bot.settings import Settings
from bot.transports import CannotListen, bound
from storage.errors import BucketUnusable, DatabaseUnavailable
from storage.files import FileStore
from storage.inspection import SchemaState, schema_state
from storage.migrations.histories import History
from tuning.texts.formats import size


@dataclass(frozen=True, slots=True)
class MachineDoctor:
    """Looks at what the settings name on this machine, and at the database server if there is one."""

    settings: Settings

    async def signs(self) -> list[Sign]:
        folder = await asyncio.to_thread(self._of_the_folder)
        signs = [folder, await self._of_the_database()]
        if self.settings.bucket_url:
            signs.append(self._of_the_bucket())
        if self.settings.transport == "http" or self.settings.api_key.get_secret_value():
            signs.append(_of_the_port(self.settings.host, self.settings.port))
        return signs

    def _of_the_folder(self) -> Sign:
        """A file is really written, in the folder or, where that isn't made yet, in the first that is."""
        folder = _first_that_exists(self.settings.data.absolute())
        named = str(self.settings.data)
        try:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"Tunesmith")
        except OSError as error:
            return bad("data_folder", "closed", prevents_start=True, folder=named, error=error.strerror or str(error))
        free_bytes, needed_bytes = shutil.disk_usage(folder).free, self.settings.max_file_bytes
        if free_bytes < needed_bytes:
            return bad("data_folder", "full", folder=named, free=_written(free_bytes), needed=_written(needed_bytes))
        return good("data_folder", folder=named, free=_written(free_bytes))

    async def _of_the_database(self) -> Sign:
        named = "PostgreSQL" if self._is_postgresql else "SQLite"
        try:
            states = [
                await schema_state(self.settings.database_url),
                await schema_state(self.settings.inbox_url, History.INBOX),
            ]
        except DatabaseUnavailable as error:
            return bad("database", "away", prevents_start=True, error=str(error))
        if SchemaState.NEWER in states:
            return bad("database", "newer", prevents_start=True, database=named)
        if {SchemaState.NEW, SchemaState.OLD} & set(states):
            return Sign("database", State.GOOD, "doctor.database.to_migrate", {"database": named})
        return good("database", database=named)

    def _of_the_bucket(self) -> Sign:
        """Only its name and credentials are looked at; nothing is stored in it to try it."""
        try:
            FileStore(self.settings.files_folder, self.settings.bucket_url)
        except BucketUnusable as error:
            return Sign("bucket", State.BAD, "settings.bucket_refused", {"error": str(error)}, prevents_start=True)
        return good("bucket", url=self.settings.bucket_url)

    @property
    def _is_postgresql(self) -> bool:
        return self.settings.database_url.startswith("postgresql")


def _first_that_exists(folder: Path) -> Path:
    return next(one for one in (folder, *folder.parents) if one.exists())


def _of_the_port(host: str, port: int) -> Sign:
    address = f"{host}:{port}"
    try:
        with bound(host, port):
            return good("address", address=address)
    except CannotListen as error:
        return unknown("address", "taken", address=address, error=error.reason)


def _written(size_bytes: int) -> str:
    return size("en", size_bytes)
