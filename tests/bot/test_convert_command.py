"""`tunesmith convert`, run as a person runs it."""

import json

TABLE = "nr,Frage,Antwort\n1,a?,b\n2,c?,d\n"


def test_a_table_becomes_a_file_that_is_ready_to_be_checked(typed, tmp_path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text(TABLE)
    mapping = ("--map", "user=Frage", "--map", "assistant=Antwort")
    result = typed("convert", table, *mapping)
    out = tmp_path / "faq.jsonl"
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"2 rows written to {out}\nFrage → user\nAntwort → assistant\nLeft out: nr\n"
    assert json.loads(out.read_bytes().splitlines()[1])["messages"][0] == {"role": "user", "content": "c?"}

    again = typed("convert", table, *mapping)
    assert (again.exit_code, "is not overwritten" in again.stderr) == (2, True)
    streamed = typed("convert", table, *mapping, "--out", "-")
    assert streamed.stdout.encode() == out.read_bytes()
    assert "2 rows written to -" in streamed.stderr


def test_json_says_what_was_done_with_samples(typed, tmp_path) -> None:
    table = tmp_path / "faq.tsv"
    table.write_text("question\tanswer\na?\tb\n")
    told = json.loads(typed("convert", table, "--format", "json", "--out", tmp_path / "x.jsonl").stdout)
    assert (told["rows"], told["kind"], told["mapping"]) == (
        1,
        "table",
        {"user": ["question"], "assistant": ["answer"]},
    )
    assert told["samples"][0]["messages"][1]["content"] == "b"


def test_what_cannot_be_converted_is_a_sentence_and_leaves_nothing_behind(typed, tmp_path) -> None:
    table = tmp_path / "faq.csv"
    table.write_text(TABLE)
    refused = typed("convert", table, "--lang", "zh")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "看不出哪一列是问题" in refused.stderr
    missing = typed("convert", tmp_path / "gone.csv")
    assert (missing.exit_code, "gone.csv could not be read: No such file" in missing.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["faq.csv"]
