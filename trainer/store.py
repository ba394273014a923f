"""What the server must not forget: every object of the protocol as JSON in one SQLite file, and bytes beside it.

The objects are kept as they are shown to clients. A write is on disk before it is answered.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "account",
    "file",
    "upload",
    "part",
    "job",
    "event",
    "checkpoint",
    "model",
    "webhook",
    "delivery",
    "project",
    "key",
    "limit",
]
Document: TypeAlias = dict[str, Any]

StoreUnavailable = sqlite3.OperationalError
"""Nothing can be kept at the moment: the disk is full, or another process holds the file."""

DEFAULT_PROJECT: Final = "proj_default"
"""Whose everything is while no other project has been made."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS documents (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT,
    project_id TEXT NOT NULL DEFAULT 'proj_default',
    body TEXT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS documents_of_parent ON documents (kind, parent_id, position);
"""


_CURSOR: Final = "(SELECT position FROM documents WHERE kind = ? AND id = ?)"


@dataclass(frozen=True, slots=True)
class Query:
    """Which objects of a kind are asked for, and in which order."""

    kind: Kind
    project_id: str | None = None
    """The project that they must belong to; None asks for those of all."""
    parent_id: str | None = None
    fields: Mapping[str, str] | None = None
    """Values that top-level fields must have."""
    metadata: Mapping[str, str] | None = None
    """Pairs that the object's metadata must contain."""
    after: str | None = None
    """Begin behind the object of this id."""
    before: str | None = None
    """End before the object of this id."""
    limit: int | None = None
    is_newest_first: bool = True


class Store:
    """The server's memory in one folder. The clock and the source of ids are given."""

    def __init__(self, directory: Path, now: Callable[[], int], new_token: Callable[[], str]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.now = now
        """The time in Unix seconds."""
        self._new_token = new_token
        self._database = sqlite3.connect(directory / "trainer.db", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(_SCHEMA)
        columns = {row[1] for row in self._database.execute("PRAGMA table_info(documents)")}
        if "project_id" not in columns:  # A folder from before there were projects.
            added = f"ALTER TABLE documents ADD COLUMN project_id TEXT NOT NULL DEFAULT '{DEFAULT_PROJECT}'"
            self._database.execute(added)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def new_id(self, prefix: str, joint: str = "-") -> str:
        """An id that no other object has, such as ``ftjob-4f1c…``."""
        return f"{prefix}{joint}{self._new_token()}"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside are kept, or none."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._database.execute("COMMIT")
        finally:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")

    def add(self, kind: Kind, body: Document, parent_id: str | None = None, project_id: str = DEFAULT_PROJECT) -> bool:
        """Keep a new object; whether it was new. One that is there already stays as it is."""
        added = self._database.execute(
            "INSERT OR IGNORE INTO documents (kind, id, parent_id, project_id, body) VALUES (?, ?, ?, ?, ?)",
            (kind, body["id"], parent_id, project_id, json.dumps(body)),
        )
        return added.rowcount == 1

    def project_of(self, kind: Kind, given_id: str) -> str:
        """The project that an object belongs to."""
        sql = "SELECT project_id FROM documents WHERE kind = ? AND id = ?"
        row = self._database.execute(sql, (kind, given_id)).fetchone()
        return row[0] if row else DEFAULT_PROJECT

    def parent_of(self, kind: Kind, given_id: str) -> str | None:
        """The id of the object that another one belongs to."""
        sql = "SELECT parent_id FROM documents WHERE kind = ? AND id = ?"
        row = self._database.execute(sql, (kind, given_id)).fetchone()
        return row[0] if row else None

    def change(self, kind: Kind, given_id: str, **fields: Any) -> Document:  # noqa: ANN401 - a JSON value
        """Set fields of an object that is there, and give it as it is now."""
        body = {**(self.get(kind, given_id) or {}), **fields}
        self._database.execute(
            "UPDATE documents SET body = ? WHERE kind = ? AND id = ?", (json.dumps(body), kind, given_id)
        )
        return body

    def get(self, kind: Kind, given_id: str, project_id: str | None = None) -> Document | None:
        """The object of this id, if it is the project's."""
        row = self._database.execute(
            "SELECT body FROM documents WHERE kind = ? AND id = ? AND project_id = coalesce(?, project_id)",
            (kind, given_id, project_id),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def delete(self, kind: Kind, given_id: str) -> None:
        """Forget an object."""
        self._database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, given_id))

    def find(self, query: Query) -> list[Document]:
        """The objects asked for. An `after` that is unknown stands before all others."""
        conditions, values = _conditions(query)
        # What stands before a cursor is read away from it, so that a limit keeps its nearest neighbours.
        is_downwards = query.is_newest_first == (query.before is None)
        rows = self._database.execute(
            f"SELECT body FROM documents WHERE {' AND '.join(conditions)} "  # noqa: S608 - only our own words
            f"ORDER BY position {'DESC' if is_downwards else 'ASC'} LIMIT ?",
            (*values, -1 if query.limit is None else query.limit),
        )
        found = [json.loads(body) for (body,) in rows]
        return found if query.before is None else found[::-1]


def _conditions(query: Query) -> tuple[list[str], list[str]]:
    conditions, values = ["kind = ?"], [str(query.kind)]
    for column, value in (("project_id", query.project_id), ("parent_id", query.parent_id)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    for name, value in (query.fields or {}).items():
        conditions.append("json_extract(body, '$.' || ?) = ?")
        values += [name, value]
    for key, value in (query.metadata or {}).items():
        conditions.append("EXISTS (SELECT 1 FROM json_each(body, '$.metadata') AS m WHERE m.key = ? AND m.value = ?)")
        values += [key, value]
    for cursor, is_behind in ((query.after, True), (query.before, False)):
        if cursor is not None:
            side = "<" if query.is_newest_first == is_behind else ">"
            conditions.append(f"position {side} {_CURSOR}")
            values += [query.kind, cursor]
    return conditions, values
