"""The check of a training file beside the public Cookbook algorithm, on the same bytes, one after the other.

The baseline is ours, written after OpenAI's Cookbook, "Data preparation and analysis for chat model fine-tuning":
load every line with `json.loads`, look for its eight format errors, count tokens of every value with tiktoken, and
count those of the assistant again. It is guarded where the original stops with an exception on valid data: values
that are no text are passed over, and special tokens written as text count as text.

Both run in this process, in turn, three rounds; wall and processor seconds are printed, and the ratio of the medians.
What the baseline finds is 14 of 76 common defects; the check looks for all of its rules.
"""

import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import tiktoken

from benchmarks.dataset_rows import lines
from tuning.datasets.check import check
from tuning.datasets.chunks import chunks_of
from tuning.datasets.options import CheckOptions
from tuning.tokens.encodings import O200K, encoding

ROWS = 5_000
ROUNDS = 3
_KNOWN_KEYS = ("role", "content", "name", "function_call", "weight", "tool_calls", "tool_call_id")
_KNOWN_ROLES = ("system", "user", "assistant", "function", "tool")


def cookbook(path: Path) -> dict[str, int]:
    """Errors by name, and tokens, as the Cookbook's notebook counts them."""
    with path.open("r", encoding="utf-8") as stream:
        dataset = [json.loads(line) for line in stream]
    found: dict[str, int] = defaultdict(int)
    for example in dataset:
        _look_at(example, found)
    encoder = encoding(O200K)
    for example in dataset:
        messages = example.get("messages", [])
        found["tokens"] += _tokens(encoder, messages)
        found["assistant tokens"] += sum(
            len(encoder.encode(message["content"], disallowed_special=()))
            for message in messages
            if message["role"] == "assistant" and isinstance(message.get("content"), str)
        )
    return found


def _look_at(example: object, found: dict[str, int]) -> None:
    if not isinstance(example, dict):
        found["data_type"] += 1
        return
    messages = example.get("messages")
    if not messages:
        found["missing_messages_list"] += 1
        return
    for message in messages:
        found["message_missing_key"] += "role" not in message or "content" not in message
        found["message_unrecognized_key"] += any(key not in _KNOWN_KEYS for key in message)
        found["unrecognized_role"] += message.get("role") not in _KNOWN_ROLES
        content, calls = message.get("content"), message.get("function_call") or message.get("tool_calls")
        found["missing_content"] += (not content and not calls) or not isinstance(content, str | None)
    found["example_missing_assistant_message"] += not any(m.get("role") == "assistant" for m in messages)


def _tokens(encoder: tiktoken.Encoding, messages: list[dict[str, Any]]) -> int:
    tokens = 3
    for message in messages:
        tokens += 3
        for key, value in message.items():
            if isinstance(value, str):
                tokens += len(encoder.encode(value, disallowed_special=())) + (key == "name")
    return tokens


def full_check(path: Path) -> None:
    """All rules and exact tokens, as the bot does it."""
    options = CheckOptions(path.name, date(2026, 11, 22))
    with path.open("rb") as stream:
        report = check(chunks_of(stream), options)
    assert report.is_ready, report.tallies


def main(row_count: int = ROWS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.jsonl"
        with path.open("wb") as stream:
            stream.writelines(lines(row_count))
        megabytes = path.stat().st_size / 1e6
        print(f"{row_count:,} rows, {megabytes:.1f} MB, o200k_base; median of {ROUNDS} rounds in turn")
        encoding(O200K).encode("warm")
        measured = _measured({"Cookbook algorithm": cookbook, "full check": full_check}, path)
    base_wall, base_cpu = measured["Cookbook algorithm"]
    for name, (wall, cpu) in measured.items():
        ratios = f"{base_wall / wall:.2f} x less wall, {base_cpu / cpu:.2f} x less processor time"
        print(
            f"{name:20} {wall:6.2f} s wall, {cpu:6.2f} s processor, {megabytes / cpu:5.1f} MB a processor second; {ratios}"
        )


def _measured(subjects: dict[str, Callable[[Path], Any]], path: Path) -> dict[str, tuple[float, float]]:
    """Wall and processor seconds of each, the median of rounds in turn."""
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in subjects}
    for _ in range(ROUNDS):
        for name, run in subjects.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run(path)
            rounds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: (statistics.median(wall for wall, _ in each), statistics.median(cpu for _, cpu in each))
        for name, each in rounds.items()
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
