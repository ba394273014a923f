"""`tunesmith fix`, run as a person runs it."""

import json
from pathlib import Path

import pytest

from tuning.datasets.fixes.fixing import FIXABLE
from tuning.texts import Texts

MARV = Path(__file__).parents[2] / "examples" / "marv.jsonl"
MISTAKES = Path(__file__).parents[2] / "examples" / "marv-with-mistakes.jsonl"


def codes_of(typed, file) -> set[str]:
    return {key.split()[0] for key in json.loads(typed("check", file, "--format", "json").stdout)["counts"]}


def test_what_needs_no_question_is_repaired_and_the_rest_when_it_is_named(typed, tmp_path) -> None:
    out, whole = tmp_path / "fixed.jsonl", tmp_path / "whole.jsonl"
    result = typed("fix", MISTAKES, "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "C007  Rename unknown roles: 1 line\n      Line 2" in result.stdout
    before, after = codes_of(typed, MISTAKES), codes_of(typed, out)
    assert before - after == {"C005", "C007", "C018", "F009", "F019"}
    assert "F011" in after

    told = json.loads(typed("fix", out, "--out", whole, "--only", "F011,C011", "--format", "json").stdout)
    assert {change["code"] for change in told["changes"]} <= {"F011", "C011"}
    assert typed("fix", out, "--out", "-").stdout_bytes == out.read_bytes()


def test_a_dry_run_writes_nothing_and_says_by_its_code_whether_something_would_change(typed, tmp_path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(MISTAKES.read_bytes())
    result = typed("fix", file, "--dry-run")
    assert (result.exit_code, "Nothing was written" in result.stdout) == (1, True)
    assert typed("fix", file, "--dry-run", "--only", "X004").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_what_only_a_person_can_repair_is_counted_after_writing(typed, tmp_path) -> None:
    out, bad = tmp_path / "fixed.jsonl", tmp_path / "bad.jsonl"
    bad.write_bytes(b"{}\n" + MARV.read_bytes())
    last = typed("fix", bad, "--out", out).stdout.splitlines()[-1]
    assert last == f"Not ready to train yet: 1 thing remains for you to fix. It is named by: tunesmith check {out}"
    assert typed("check", out).exit_code == 1
    assert "tunesmith check FILE" in typed("fix", bad, "--out", "-").stderr


def test_a_good_file_is_said_to_need_no_repair(typed, tmp_path) -> None:
    out = tmp_path / "fixed.jsonl"
    said = typed("fix", MARV, "--out", out).stdout.splitlines()
    assert said == ["Nothing needs an automatic repair.", f"64 rows written to {out}"]
    assert "Nothing of what was asked for" in typed("fix", MARV, "--dry-run", "--only", "X004").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("a.csv",), 1, "tunesmith convert a.csv"),
        (("a.jsonl", "--only", "K001"), 2, "no automatic fix called K001"),
        (("a.jsonl", "--provider", "acme"), 2, "Choose one of openai"),
        (("a.jsonl", "--out", "a.jsonl"), 2, "is not overwritten"),
    ],
)
def test_what_cannot_be_repaired_is_a_sentence(arguments, code, said, typed, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("question,answer\na,b\n")
    Path("a.jsonl").write_text("{}\n")
    result = typed("fix", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)


def test_every_fix_has_a_name() -> None:
    assert {f"fixes.name.{code}" for code in FIXABLE} == {
        key for key in Texts.load().keys("en") if key.startswith("fixes.name.")
    }
