"""What the bot tells its operators: one JSON object a line, an event's name and its fields, never a secret."""

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_TOKEN = re.compile(r"\b(xox[a-z]|xapp|xwfp|sk|rk)-[\w.-]+", re.ASCII)
"""Slack's tokens (xoxb-, xoxp-, xapp-, xwfp-, …) and the keys of OpenAI's kind (sk-…)."""
_context: ContextVar[Mapping[str, object]] = ContextVar("log_context", default={})  # noqa: B039  Never changed in place.


def configure_logs(level: str = "INFO", stream: TextIO = sys.stderr) -> None:
    """Send everything that is logged in this process to `stream`, in one form.

    Code logs a static snake_case event with fields: `logger.info("job_started", extra={"job_id": job.id})`.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At DEBUG these print the bodies of requests, which hold what people wrote.
    for library in ("slack_sdk", "slack_bolt", "openai", "httpx", "httpx2", "httpcore2", "aiosqlite"):
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    # DBOS prints in a form of its own unless it finds a handler; and it tells at INFO that it has started.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    logging.getLogger("dbos").setLevel(logging.WARNING)


@contextmanager
def log_context(**fields: object) -> Iterator[None]:
    """Add fields to everything logged inside the block, in this task and those it starts: team, user, job ids."""
    token = _context.set({**_context.get(), **fields})
    try:
        yield
    finally:
        _context.reset(token)


def redact(text: str) -> str:
    """The text with every token and key cut down to its kind: `xoxb-…`."""
    return _TOKEN.sub(r"\1-…", text)


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
