"""`tunesmith advise`, run as a person runs it."""

import json
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_every_piece_of_advice_has_its_rule_and_source_for_people_and_for_programs(typed):
    told = json.loads(typed("advise", EXAMPLES / "marv.jsonl", "--use", "tone", "--format", "json").stdout)
    shown = typed("advise", EXAMPLES / "marv.jsonl", "--use", "tone").stdout

    assert [one["rule"][:2] for one in told["advice"]] == ["A1", "A2", "A2", "A3", "A4", "A4", "A4", "A5", "A5", "A5"]
    assert all(one["advice"] in shown and f"({one['rule']} · {one['source']})" in shown for one in told["advice"])
    demo = next(one for one in told["models"] if one["provider"] == "trainer")
    assert (demo["usd"], demo["minimum_examples"], demo["obstacle"]) == ("0", 10, "")


def test_an_uneven_file_is_told_with_the_findings_and_in_chinese(typed, tmp_path):
    file = tmp_path / "a.jsonl"
    row = (
        '{"messages": [{"role": "user", "content": "第 %d 个问题？"}, {"role": "assistant", "content": "不知道。"}]}\n'
    )
    file.write_text("".join(row % n for n in range(60)), encoding="utf-8")

    result = typed("advise", file, "--lang", "zh", "--provider", "trainer")

    assert result.exit_code == 0
    assert "Q004" in result.stdout
    assert "不能用：它写不了这些回答的语言" in result.stdout


def test_what_can_t_be_trained_on_gets_no_advice(typed, tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text("")

    assert typed("advise", file).exit_code == 1
    assert typed("advise", tmp_path / "gone.jsonl").exit_code == 2
