"""`tunesmith check`, run as a person runs it."""

import json
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_a_good_file_is_ready_with_a_price(tunesmith) -> None:
    result = tunesmith("check", EXAMPLES / "marv.jsonl")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("marv.jsonl: ready.\n64 examples (chat)")
    assert "gpt-4.1-mini-2025-04-14: $0.05 for 3 epochs (price of 2026-10-05)" in result.stdout
    assert "OpenAI takes no new jobs from 2027-01-06 on." in result.stdout
    assert "\x1b" not in result.stdout


def test_a_file_with_mistakes_names_lines_and_fixes(tunesmith) -> None:
    result = tunesmith("check", EXAMPLES / "marv-with-mistakes.jsonl")
    assert result.returncode == 1
    assert result.stdout.startswith("marv-with-mistakes.jsonl: not ready, 10 things to fix.")
    assert 'C007 Line 2, message 2: the role "human" is unknown.\n     Rename it to "user".' in result.stdout


def test_json_gives_one_whole_report_a_line(tunesmith) -> None:
    files = [EXAMPLES / "marv.jsonl", EXAMPLES / "marv-with-mistakes.jsonl"]
    result = tunesmith("check", *files, "--format", "json")
    good, bad = map(json.loads, result.stdout.splitlines())
    assert result.returncode == 1
    assert (good["file"], good["format"], good["examples"]) == (str(files[0]), "chat", 64)
    assert good["tokens"] > good["trained_tokens"] > 0
    assert [finding["line"] for finding in bad["findings"] if finding["code"] == "F011"] == [4, 7]
    assert {"code", "severity", "line", "example", "path", "column", "message", "fix", "auto_fix", "evidence"} <= set(
        bad["findings"][0]
    )


def test_a_quick_check_counts_the_same_tokens_and_says_what_it_left_out(tunesmith, tmp_path) -> None:
    twice = tmp_path / "twice.jsonl"
    twice.write_bytes((EXAMPLES / "marv.jsonl").read_bytes() * 2)
    full, quick = tunesmith("check", twice), tunesmith("check", twice, "--quick")
    assert ("Q001" in full.stdout, "Q001" in quick.stdout) == (True, False)
    assert "leave out --quick for these" in quick.stdout
    assert full.stdout.splitlines()[1] == quick.stdout.splitlines()[1]


def test_the_language_is_the_systems_or_the_one_asked_for(tunesmith) -> None:
    assert "可以开始训练" in tunesmith("check", EXAMPLES / "marv.jsonl", LANG="zh_CN.UTF-8").stdout
    assert "ready." in tunesmith("check", EXAMPLES / "marv.jsonl", "--lang", "en", LANG="zh_CN.UTF-8").stdout


def test_a_missing_file_is_a_sentence_and_the_other_files_are_checked(tunesmith, tmp_path) -> None:
    result = tunesmith("check", tmp_path / "gone.jsonl", EXAMPLES / "marv.jsonl")
    assert result.returncode == 2
    assert "gone.jsonl could not be read: No such file or directory." in result.stderr
    assert "marv.jsonl: ready." in result.stdout


def test_an_unknown_provider_is_a_sentence(tunesmith) -> None:
    result = tunesmith("check", EXAMPLES / "marv.jsonl", "--provider", "acme")
    assert result.returncode == 2
    assert "Choose one of openai, trainer" in result.stderr


def test_the_provider_and_the_model_change_the_judgement(tunesmith) -> None:
    free = tunesmith("check", EXAMPLES / "marv.jsonl", "--provider", "trainer")
    assert "smollm2-135m: free for 3 epochs" in free.stdout
    wrong = tunesmith("check", EXAMPLES / "marv.jsonl", "--model", "davinci-002")
    assert (wrong.returncode, "X005 davinci-002 needs" in wrong.stdout) == (1, True)


def test_a_grader_is_judged_beside_its_rows_and_what_was_not_asked_is_named(tunesmith, tmp_path) -> None:
    rows, grader, no_grader = tmp_path / "items.jsonl", tmp_path / "grader.json", tmp_path / "list.json"
    rows.write_text(
        "".join(f'{{"messages": [{{"role": "user", "content": "{n} + 1?"}}], "sum": "{n + 1}"}}\n' for n in range(12))
    )
    check = {"type": "string_check", "name": "sum", "input": "{{sample.output_text}}", "operation": "eq"}
    grader.write_text(json.dumps({**check, "reference": "{{item.summ}}"}))
    no_grader.write_text("[]")
    result = tunesmith("check", rows, "--method", "reinforcement", "--grader", grader)
    assert (result.returncode, "G005" in result.stdout, "Perhaps sum is meant." in result.stdout) == (1, True, True)
    assert "needs a model or the network: moderation (Z003); how the base model scores (R015)." in result.stdout
    assert tunesmith("check", rows, "--grader", no_grader).returncode == 2


def test_checking_imports_nothing_that_it_does_not_need() -> None:
    code = "import sys; from bot.__main__ import command_line; command_line(['check']); print(*sys.modules)"
    command = [sys.executable, "-c", code]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 - the same.
    assert "typer" in loaded
    assert not {"slack_bolt", "slack_sdk", "dbos", "openai", "sqlalchemy", "nicegui"} & set(loaded)


def test_rows_that_somebody_wants_gone_are_named_by_their_lines_however_they_are_written(typed, tmp_path) -> None:
    marv = EXAMPLES / "marv.jsonl"
    rows = marv.read_text(encoding="utf-8").splitlines()
    erased, unconsented = tmp_path / "erased.jsonl", tmp_path / "unconsented.jsonl"
    erased.write_text(rows[4].replace('", "', '",   "') + "\n", encoding="utf-8")
    unconsented.write_text("\n".join([rows[9], rows[20], ""]), encoding="utf-8")

    result = typed("check", marv, "--erased", erased, "--unconsented", unconsented, "--format", "json")

    found = json.loads(result.stdout)["findings"]
    withheld = [(one["code"], one["line"]) for one in found if one["code"] in {"Z004", "Z005"}]
    assert (result.exit_code, withheld) == (1, [("Z005", 5), ("Z004", 10), ("Z004", 21)])
    assert typed("check", marv, "--erased", tmp_path / "gone.jsonl").exit_code == 2
