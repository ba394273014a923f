"""`tunesmith split`, `estimate`, `export` and `check --held-out`, run as a person runs them."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
MARV = EXAMPLES / "marv.jsonl"


def test_a_file_is_split_in_three_and_the_sides_are_free_of_leaks(typed, tmp_path) -> None:
    result = typed("split", MARV, "--train", 70, "--test", 15, "--seed", 3, "--folder", tmp_path, "--format", "json")
    told = json.loads(result.stdout)
    files = {side: Path(told[side]["file"]) for side in ("train", "validation", "test")}
    assert [len(file.read_bytes().splitlines()) for file in files.values()] == [told[side]["rows"] for side in files]
    assert (result.exit_code, sum(told[side]["rows"] for side in files)) == (0, 64)
    assert sorted(b"".join(file.read_bytes() for file in files.values()).splitlines()) == sorted(
        MARV.read_bytes().splitlines()
    )
    checked = json.loads(
        typed("check", files["train"], "--held-out", files["test"], "--provider", "custom", "--format", "json").stdout
    )
    assert not {"V001 E", "V002 E", "V002 W", "V003 W"} & set(checked["counts"])

    again = typed("split", MARV, "--folder", tmp_path)
    assert (again.exit_code, "is not overwritten" in again.stderr) == (2, True)
    later = typed("split", MARV, "--kept", files["test"], "--folder", tmp_path / "..", "--format", "json", "--seed", 9)
    assert json.loads(later.stdout)["left_out"] >= told["test"]["rows"]


def test_a_hand_made_split_with_a_leak_is_told_line_by_line(typed, tmp_path) -> None:
    held = tmp_path / "held.jsonl"
    held.write_bytes(b"".join(MARV.read_bytes().splitlines(keepends=True)[:3]))
    result = typed("check", MARV, "--held-out", held, "--format", "json")
    leaks = [one["line"] for one in json.loads(result.stdout)["findings"] if one["code"] == "V001"]
    assert (result.exit_code, leaks) == (1, [1, 2, 3])


def test_too_few_rows_cannot_be_split(typed, tmp_path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n')
    result = typed("split", file)
    assert (result.exit_code, "too few different rows" in result.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_not_split_because_it_is_empty(content, typed, tmp_path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(content)
    result = typed("split", file, "--lang", "zh")
    assert (result.exit_code, "是空文件" in result.stderr) == (1, True)


def test_an_estimate_has_low_likely_and_high_and_says_what_is_unknown(typed) -> None:
    told = json.loads(typed("estimate", MARV, "--format", "json").stdout)
    by_model = {(one["provider"], one["model"]): one for one in told["models"]}
    known = by_model["openai", "gpt-4.1-mini-2025-04-14"]
    assert known["n_epochs"] == 3
    assert float(known["low_usd"]) < float(known["likely_usd"]) < float(known["high_usd"])
    assert float(known["likely_usd"]) == told["billed_tokens"] * 3 * 5 / 1_000_000
    assert {one["provider"] for one in told["models"]} >= {"openai", "trainer", "azure", "nebius"}
    assert any(one["likely_usd"] is None for one in told["models"])

    text = typed("estimate", MARV, "--provider", "openai", "--epochs", 2).stdout
    assert "64 examples" in text
    assert "2026-10-05" in text
    assert max(map(len, text.splitlines())) <= 80
    assert "未知" in typed("estimate", MARV, "--lang", "zh").stdout


def test_nothing_to_train_on_costs_nothing_and_says_so(typed, tmp_path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{}\n")
    result = typed("estimate", file)
    assert (result.exit_code, "no example that could be trained on" in result.stderr) == (1, True)


@pytest.mark.parametrize("shape", ["sharegpt", "alpaca", "trl"])
def test_what_is_exported_converts_back_to_the_same_bytes(shape, typed, tmp_path) -> None:
    out, back = tmp_path / "out.jsonl", tmp_path / "back.jsonl"
    assert typed("export", MARV, "--to", shape, "--out", out).exit_code == 0
    assert typed("convert", out, "--out", back).exit_code == 0
    assert back.read_bytes() == MARV.read_bytes()


def test_what_has_no_place_in_a_shape_is_told_with_its_line(typed, tmp_path) -> None:
    file = tmp_path / "a.jsonl"
    weighed = '{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}]}\n'
    file.write_text(weighed)
    result = typed("export", file, "--to", "sharegpt")
    assert (result.exit_code, "Line 1 holds more than plain messages" in result.stderr) == (1, True)
    assert typed("export", file, "--to", "trl", "--out", "-").stdout == weighed
    file.write_text('{"messages": [{"role": "assistant", "content": "b"}]}\n')
    assert "take turns" in typed("export", file, "--to", "alpaca").stderr
