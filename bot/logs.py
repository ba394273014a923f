"""What the bot tells its operators: one JSON object a line, an event's name and its fields, never a secret."""

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, TextIO

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRETS: Final = (
    # Slack's tokens (xoxb-, xoxp-, xapp-, xwfp-, …) and the keys of OpenAI's kind (sk-…).
    (re.compile(r"\b(xox[a-z]|xapp|xwfp|sk|rk)-[\w.-]+", re.ASCII), r"\1-…"),
    # What stands in an Authorization header, whatever the provider's keys look like; and Azure's header.
    (re.compile(r"\b(Bearer|Basic) +[\w.~+/=-]+", re.ASCII | re.IGNORECASE), r"\1 …"),
    (re.compile(r"""(\bapi[-_]?key["']?\s*[:=]\s*["']?)[\w.~+/=-]+""", re.ASCII | re.IGNORECASE), r"\1…"),
    # A signature of Slack's, and URLs with which anybody may speak as us: answers to a click, a socket's ticket.
    (re.compile(r"\bv0=[0-9a-f]{64}", re.ASCII), "v0=…"),
    (re.compile(r"(https://hooks\.slack\.com/)[\w/.-]+", re.ASCII), r"\1…"),
    (re.compile(r"([?&]ticket=)[^&\s\"']+"), r"\1…"),
    # The password in a database's address.
    (re.compile(r"(://[^:/@\s\"']+:)[^@/\s\"']+@"), r"\1…@"),
)
"""What is a secret by its form."""
_SHORTEST_SECRET: Final = 8
"""What is shorter could be an ordinary word."""
_ours: list[str] = []
"""The secrets of this process's own settings, whatever they look like; see `hide`."""
_WORDY: Final = frozenset(
    {"aiosqlite", "httpcore2", "httpx", "httpx2", "openai", "slack_bolt", "slack_sdk", "uvicorn", "websockets"}
)
"""Libraries that print at DEBUG the bodies of requests, which hold what people wrote."""
_CHATTY: Final = frozenset({"alembic", "httpx2", "slack_bolt"})
"""Libraries that tell at INFO of each request or each step of a migration, which is of no use to an operator."""
_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default={})  # noqa: B039  Never changed in place.


def configure_logs(level: str = "INFO", stream: TextIO = sys.stderr) -> None:
    """Send everything that is logged in this process to `stream`, in one form.

    Code logs a static snake_case event with fields: `logger.info("job_started", extra={"job_id": job.id})`.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    handler.addFilter(_is_of_use)
    # DBOS prints in a form of its own unless it finds a handler; and it tells at INFO that it has started.
    durable = logging.getLogger("dbos")
    durable.handlers, durable.propagate = [logging.NullHandler()], True
    durable.setLevel(logging.WARNING)


def _is_of_use(record: logging.LogRecord) -> bool:
    """Whether a record may be written; asked of each, since Bolt gives its own loggers the level of the root."""
    library = record.name.partition(".")[0]
    if library in _CHATTY:
        return record.levelno > logging.INFO
    return record.levelno > logging.DEBUG or library not in _WORDY


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields to everything logged inside the block, in this task and those it starts: team, user, job ids."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def hide(secrets: Iterable[str]) -> None:
    """Keep these out of everything that is logged from now on: a signing secret or a key may look like anything."""
    _ours[:] = sorted((secret for secret in secrets if len(secret) >= _SHORTEST_SECRET), key=len, reverse=True)


def redact(text: str) -> str:
    """The text without secrets: those of our settings are left out, others are cut down to their kind, `xoxb-…`."""
    for secret in _ours:
        text = text.replace(secret, "…")
    for form, hidden in _SECRETS:
        text = form.sub(hidden, text)
    return text


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        own = {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            **_context.get(),
            **own,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False, default=str))
