"""A file judged in pieces by other processes, held against the same file judged here."""

import json
import os
import select
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.tuning.datasets import fuzzing
from tests.tuning.datasets.planting import TODAY, TOOL, calling, chat, good_rows, said, told, written
from tuning.datasets.check import examine
from tuning.datasets.large_files import examine_file
from tuning.datasets.options import CheckOptions
from tuning.datasets.pieces import Cutter
from tuning.datasets.workers import Workers
from tuning.tokens import batches
from tuning.tokens.batches import BatchCounter
from tuning.tokens.encodings import O200K

OPTIONS = CheckOptions("train.jsonl", TODAY)
OTHER_TOOL = {"type": "function", "function": {**TOOL["function"], "parameters": {"type": "object"}}}
ROWS = [
    *good_rows(), "", "", *good_rows()[:5], "   ", '{"messages": [', '["a list"]', '{"messages": [], "messages": []}',
    chat(said("user", "Same?"), said("assistant", "Yes.")), chat(said("user", "Same?"), said("assistant", "No.")),
    chat(said("user", "x"), calling(), told(), said("assistant", "One."), tools=[OTHER_TOOL]), "",
    chat(said("user", "mail a.b@example.org"), said("assistant", "sk-abcdefghijklmnop1234 " * 40)),
    {"messages": [{"role": "system", "content": "Answer in JSON."}, said("user", "z"), said("assistant", '{"open": ')]}, "", "\t", "",
]  # fmt: skip
FILES = {
    "rows": written(ROWS),
    "without its last newline": written(ROWS[:55])[:-9],
    "with a mark and Windows endings": b"\xef\xbb\xbf" + written(ROWS).replace(b"\n", b"\r\n"),
    "a carriage return in a line": written(ROWS[:20]) + b'{"messages":\r[]}\n' + written(ROWS[20:]),
    **{f"mutation {seed}": fuzzing.mutated(seed)[0] for seed in range(0, 200, 5)},
}


@pytest.fixture(scope="module")
def workers():
    with Workers() as started:
        yield started


@pytest.mark.parametrize("name", FILES)
def test_a_file_in_pieces_gives_the_same_report_and_the_same_rows(workers, name, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES[name])
    whole = examine([FILES[name]], OPTIONS)
    for piece_bytes in (300, 5_000):
        pieces = examine_file(path, OPTIONS, workers=workers, smallest_bytes=1, piece_bytes=piece_bytes)
        assert json.dumps(pieces.report.to_json()) == json.dumps(whole.report.to_json())
        assert pieces.rows.rows.column("row").tolist() == whole.rows.rows.column("row").tolist()
        assert (pieces.rows.rows.sketches == whole.rows.rows.sketches).all()


@pytest.mark.parametrize("counts_fast", [True, False])
@pytest.mark.parametrize("name", FILES)
def test_a_quick_check_by_forked_processes_gives_the_same_report(name, counts_fast, tmp_path):
    path, options = tmp_path / "train.jsonl", replace(OPTIONS, is_quick=True)
    path.write_bytes(FILES[name])
    found = examine_file(path, options, is_alone=True, smallest_bytes=1, counts_fast=counts_fast)
    assert json.dumps(found.report.to_json()) == json.dumps(examine([FILES[name]], options).report.to_json())


def test_forked_processes_count_again_by_tiktoken_where_the_faster_counter_is_wrong(tmp_path, monkeypatch):
    path, options = tmp_path / "train.jsonl", replace(OPTIONS, is_quick=True)
    path.write_bytes(FILES["rows"])
    monkeypatch.setattr("toktok.batch_count", lambda texts, _encoding, _threads: [1] * len(texts))
    found = examine_file(path, options, is_alone=True, smallest_bytes=1)
    exact = examine([FILES["rows"]], options, counter=BatchCounter(O200K, counts_fast=False))
    assert found.report.tokens == exact.report.tokens


def test_progress_tells_every_byte_once_and_often(workers, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["rows"])
    told_bytes = []
    examine_file(path, OPTIONS, told_bytes.append, workers=workers, smallest_bytes=1, piece_bytes=2_000)
    assert len(told_bytes) > 3
    assert sum(told_bytes) == len(FILES["rows"])


def test_pieces_are_whole_lines_and_together_the_file(tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(written({"n": n, "text": "x" * 3000} for n in range(1000)))
    cutter, pieces = Cutter(path, 1_000_000), []
    with path.open("rb") as stream:
        for _ in cutter.chunks(stream):
            pieces += cutter.pieces()
    pieces += cutter.rest()
    contents = [b"".join(piece.chunks()) for piece in pieces]
    assert len(contents) == 3
    assert all(content.endswith(b"\n") for content in contents)
    assert b"".join(contents) == path.read_bytes()


@pytest.mark.parametrize("forks", [True, False])
def test_a_worker_that_is_killed_costs_its_pieces_time_and_nothing_else(forks, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["rows"])
    with Workers(forks=forks) as started:

        def kill(_):
            for worker in started._started:
                os.kill(worker.process.pid, signal.SIGKILL)

        found = examine_file(path, OPTIONS, kill, workers=started, smallest_bytes=1, piece_bytes=2_000)
    assert found.report == examine([FILES["rows"]], OPTIONS).report


def test_where_the_faster_counter_is_wrong_tiktoken_counts_the_whole_file_again(workers, tmp_path, monkeypatch):
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["rows"])
    judged = []
    monkeypatch.setattr("tuning.datasets.large_files.agrees", lambda sample, _: judged.append(sample) or False)
    found = examine_file(path, OPTIONS, workers=workers, smallest_bytes=1, piece_bytes=2_000)
    assert judged
    assert (
        found.report.tokens
        == examine([FILES["rows"]], OPTIONS, counter=BatchCounter(O200K, counts_fast=False)).report.tokens
    )
    assert batches.agrees(judged[0], "o200k_base")
    assert not batches.agrees(replace_tokens(judged[0]), "o200k_base")


_STARTER = """
import sys
from pathlib import Path
from storage.rows import DatasetFormat
from tuning.datasets.options import CheckOptions
from tuning.datasets.piecework import Order
from tuning.datasets.pieces import Piece
from tuning.datasets.workers import Workers
from tests.tuning.datasets.planting import TODAY

path = Path(sys.argv[1])
order = Order(CheckOptions("train.jsonl", TODAY, format=DatasetFormat.CHAT), counts_fast=True)
workers = Workers(forks=sys.argv[2] == "True")
list(workers.judged([Piece(str(path), 0, path.stat().st_size)], order))
print(*(worker.process.pid for worker in workers._started), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("forks", [True, False])
def test_workers_end_with_a_process_that_is_killed(forks, tmp_path):
    path = tmp_path / "train.jsonl"
    path.write_bytes(FILES["rows"])
    command = [sys.executable, "-c", _STARTER, str(path), str(forks)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:  # noqa: S603 - our own.
        workers = [os.pidfd_open(int(pid)) for pid in starter.stdout.readline().split()]
        assert len(workers) == 2
        starter.kill()
    for worker in workers:
        assert select.select([worker], [], [], 20)[0]
        os.close(worker)


def replace_tokens(sample):
    return sample._replace(tokens=sample.tokens + 1)


def test_a_quick_check_counts_the_same_tokens_and_leaves_out_wording_and_comparisons():
    full, quick = (examine([FILES["rows"]], replace(OPTIONS, is_quick=quick)).report for quick in (False, True))
    assert quick.tokens == full.tokens
    codes = {tally.code for tally in quick.tallies}
    assert codes < {tally.code for tally in full.tallies}
    assert not any(code.startswith(("Z", "V")) or code in {"Q001", "Q003", "Q012"} for code in codes)
