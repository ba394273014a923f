import io
import json
import logging

import pytest

from bot.logs import configure_logs, log_context, redact


@pytest.fixture
def stream():
    """What the process logs; logging itself is put back afterwards."""
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.getLogger().level
    for handler in handlers:
        root.removeHandler(handler)  # Taken off first, so that they are not closed.
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_with_its_fields(stream):
    logging.getLogger("tuning.jobs").info("job_started", extra={"job_id": "job_1", "total_steps": 12})

    [line] = _lines(stream)
    assert line.pop("at")
    assert line == {
        "level": "info",
        "event": "job_started",
        "logger": "tuning.jobs",
        "job_id": "job_1",
        "total_steps": 12,
    }


def test_the_context_is_on_every_line_inside_it_and_on_none_after(stream):
    logger = logging.getLogger("handlers")
    with log_context(team_id="T1"), log_context(user_id="U1"):
        logger.info("inside")
    logger.info("outside")

    inside, outside = _lines(stream)
    assert (inside["team_id"], inside["user_id"]) == ("T1", "U1")
    assert "team_id" not in outside


def _refuse() -> None:
    raise RuntimeError("refused: xoxb-12-34-abcDEF")


def test_no_token_reaches_the_log_wherever_it_stands(stream):
    try:
        _refuse()
    except RuntimeError:
        headers = {"Authorization": "Bearer sk-proj-abc_1"}
        logging.getLogger("handlers").exception("post_failed", extra={"headers": headers})

    assert "abcDEF" not in stream.getvalue()
    assert "abc_1" not in stream.getvalue()
    [line] = _lines(stream)
    assert "RuntimeError: refused: xoxb-…" in str(line["traceback"])


@pytest.mark.parametrize(
    "token", ["xoxb-1-2-a", "xoxp-1", "xapp-1-A0-b", "xoxe.xoxp-1-a", "xwfp-1", "sk-abc", "sk-proj-a_b-c"]
)
def test_every_kind_of_token_is_cut(token):
    assert token not in redact(f"Bearer {token}, and on")
    assert redact(f"Bearer {token}, and on").endswith("-…, and on")


def test_ordinary_words_are_left_alone():
    assert redact("task-force, ask-me, sk, xoxb") == "task-force, ask-me, sk, xoxb"


def test_libraries_that_print_bodies_stay_quiet_even_when_debugging(stream):
    configure_logs("DEBUG", stream)
    logging.getLogger("slack_sdk.web").debug("the body")
    logging.getLogger("tuning").debug("ours")

    assert [line["event"] for line in _lines(stream)] == ["ours"]
