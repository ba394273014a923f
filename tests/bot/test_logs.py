import io
import json
import logging

import pytest

from bot.logs import configure_logs, hide, log_context, redact


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
    "token",
    [
        "xoxb-1-2-hunter2",
        "xoxp-hunter2",
        "xapp-1-A0-hunter2",
        "xoxe.xoxp-1-hunter2",
        "xwfp-hunter2",
        "sk-hunter2",
        "sk-proj-a_hunter2-c",
        "Bearer eyJhbGciOi.hunter2_x-y",
        "bearer 0123456789abcdefhunter2",
        "Basic aHVudGVyMg==hunter2",
        "'api-key': '0123abcdhunter2'",
        "api_key=hunter2hunter2",
        "v0=" + "0" * 57 + "a1b2c3d",
        "https://hooks.slack.com/commands/T1/2/hunter2",
        "wss://wss-primary.slack.com/link/?ticket=hunter2-a&app_id=A1",
        "postgresql://bot:hunter2@db/tunesmith",
    ],
)
def test_every_kind_of_secret_is_cut(token):
    cut = redact(f"it was {token}, and on")

    assert "hunter2" not in cut
    assert "a1b2c3d" not in cut
    assert "…" in cut
    assert cut.startswith("it was ")
    assert cut.endswith(", and on")


def test_our_own_secrets_are_cut_whatever_they_look_like():
    hide(["8f742231b10e8888abcd99yyyzzz85a5", "key", "8f742231b10e8888abcd99yyyzzz85a5-and-more"])
    try:
        assert redact("key 8f742231b10e8888abcd99yyyzzz85a5-and-more") == "key …"
        assert redact("X 8f742231b10e8888abcd99yyyzzz85a5") == "X …"
    finally:
        hide([])


def test_ordinary_words_are_left_alone():
    assert redact("task-force, ask-me, sk, xoxb") == "task-force, ask-me, sk, xoxb"


def test_libraries_that_print_bodies_stay_quiet_even_when_debugging(stream):
    configure_logs("DEBUG", stream)
    logging.getLogger("slack_sdk.web").debug("the body")
    bolt = logging.getLogger("slack_bolt.AsyncApp")
    bolt.setLevel("DEBUG")
    bolt.debug("the body")
    logging.getLogger("tuning").debug("ours")

    assert [line["event"] for line in _lines(stream)] == ["ours"]


def test_a_library_that_has_begun_to_print_in_its_own_form_is_brought_back(stream):
    library = logging.getLogger("dbos")
    library.handlers, library.propagate = [logging.StreamHandler()], False
    configure_logs("INFO", stream)
    logging.getLogger("dbos").warning("worth_knowing")

    assert [line["event"] for line in _lines(stream)] == ["worth_knowing"]


def test_what_libraries_tell_of_each_request_and_migration_is_left_out(stream):
    for name in ("httpx2", "alembic.runtime.migration", "slack_bolt.AsyncApp", "dbos"):
        logging.getLogger(name).info("HTTP Request: GET /v1/models")
        logging.getLogger(name).warning("worth_knowing")

    assert (stream.getvalue().count("HTTP Request"), stream.getvalue().count("worth_knowing")) == (0, 4)
