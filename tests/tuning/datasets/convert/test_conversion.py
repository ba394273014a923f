"""Whatever kind of file rows come from, they become the same bytes."""

import csv
import gzip
import io
import json
import zipfile

import pytest
from openpyxl import Workbook

from tuning.datasets.convert.mapping import proposed_mapping
from tuning.errors import CannotConvert

HEADER = ("system", "question", "answer")
ROWS = [
    ("Be brief.", 'What, "exactly", is 6 * 7?', "Forty-two;\nas ever."),
    ("", "天空为什么是蓝色的？", "因为短波长的光散射更多。😀"),
    ("Be brief.", "And 6 + 7?", "13"),
]


def table(delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *ROWS])
    return text.getvalue()


def workbook() -> bytes:
    book = Workbook()
    for row in (HEADER, *ROWS):
        book.active.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(name: str, content: bytes, **more: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in {name: content, **more}.items():
            archive.writestr(member, data)
    return stream.getvalue()


def messages(names=("role", "content"), roles=("system", "user", "assistant")) -> list[list[dict]]:
    return [[dict(zip(names, turn, strict=True)) for turn in zip(roles, row, strict=True) if turn[1]] for row in ROWS]


EXPECTED = "".join(json.dumps({"messages": one}, ensure_ascii=False) + "\n" for one in messages()).encode()
SHARE_GPT = [{"conversations": one} for one in messages(("from", "value"), ("system", "human", "gpt"))]
ALPACA = [dict(zip(("system", "instruction", "output"), row, strict=True), input="") for row in ROWS]
TEXT = "\n\n".join((f"System: {s}\n" if s else "") + f"User: {q}\nAssistant: {a}" for s, q, a in ROWS)

FILES = {
    "jsonl": ("rows.jsonl", json.dumps({"messages": messages()[0]}) + "\n" + EXPECTED.decode().partition("\n")[2]),
    "json": ("rows.json", json.dumps([{"messages": one} for one in messages()], indent=2)),
    "json under a key": ("rows.json", json.dumps({"data": [{"messages": one} for one in messages()]})),
    "objects one after another": ("rows.json", "\n".join(json.dumps({"messages": one}, indent=1) for one in messages())),
    "csv": ("rows.csv", table(",")),
    "semicolons in GB 18030": ("rows.csv", table(";").replace("😀", "").encode("gb18030")),
    "tsv in UTF-16": ("rows.tsv", table("\t").encode("utf-16")),
    "csv with a mark": ("rows.csv", table(",").encode("utf-8-sig")),
    "xlsx": ("rows.xlsx", workbook()),
    "txt": ("rows.txt", TEXT),
    "txt with Chinese labels": ("rows.txt", TEXT.replace("System:", "系统：").replace("User:", "问：").replace("Assistant:", "答：")),
    "gz": ("rows.csv.gz", gzip.compress(table(",").encode())),
    "zip": ("rows.zip", zipped("../../rows.json", json.dumps(SHARE_GPT).encode(), **{"__MACOSX/._rows.json": b"x"})),
    "zipped xlsx": ("rows.zip", zipped("rows.xlsx", workbook())),
    "ShareGPT": ("rows.json", json.dumps(SHARE_GPT)),
    "Alpaca": ("rows.jsonl", "".join(json.dumps(row) + "\n" for row in ALPACA)),
    "messages in a cell": ("rows.tsv", "id\tmessages\n" + "".join(f"{i}\t{json.dumps(m)}\n" for i, m in enumerate(messages()))),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_the_same_rows_become_the_same_bytes(kind, converted) -> None:
    name, content = FILES[kind]
    written, told = converted(content, name)
    assert written.decode() == (EXPECTED.decode().replace("😀", "") if "GB" in kind else EXPECTED.decode())
    assert told.rows == 3


def test_what_is_converted_stays_the_same_when_it_is_converted_again(converted) -> None:
    assert converted(EXPECTED, "rows.jsonl")[0] == EXPECTED


def test_a_person_says_which_columns_are_meant_and_the_others_are_named(converted) -> None:
    content = "nr,thema,frage,antwort\n1,x,a,b\n"
    written, told = converted(content, "rows.csv", ["user=thema+frage", "assistant=antwort"])
    assert json.loads(written)["messages"][0] == {"role": "user", "content": "x\n\na"}
    assert (str(told.mapping), told.left_out) == ("user=thema+frage assistant=antwort", ("nr",))


def test_two_columns_without_names_are_question_and_answer(converted) -> None:
    written, _ = converted("What is 1 + 1?\tTwo.\nWhat is 1 + 2?\tThree.\n", "rows.txt")
    assert [json.loads(line)["messages"][1]["content"] for line in written.splitlines()] == ["Two.", "Three."]


def test_preferences_become_pairs(converted) -> None:
    texts = [{"prompt": "Hi?", "chosen": "Hello!", "rejected": "What."}]
    turns = [{"role": "user", "content": "Hi?"}]
    tagged = [
        {side: [*turns, {"role": "assistant", "content": row[side]}] for side in ("chosen", "rejected")}
        for row in texts
    ]
    expected = {
        "input": {"messages": turns},
        "preferred_output": [{"role": "assistant", "content": "Hello!"}],
        "non_preferred_output": [{"role": "assistant", "content": "What."}],
    }
    for rows in (texts, tagged, [expected]):
        assert json.loads(converted(json.dumps(rows), "pairs.json")[0]) == expected


def test_what_is_in_openais_words_already_is_left_to_the_check(converted) -> None:
    rows = [
        {"id": 7, "tools": [], "messages": [{"content": "a", "role": "User"}, {"role": "assistant", "weight": 0, "content": None}]},
        {"messages": [{"role": "user", "content": "6 * 7?"}], "reference": 42},
    ]  # fmt: skip
    first, second = map(json.loads, converted(json.dumps(rows), "rows.json")[0].splitlines())
    assert first == {key: value for key, value in rows[0].items() if key != "id"}
    assert second == rows[1]


def test_blank_lines_end_a_conversation_only_after_an_answer(converted) -> None:
    text = "User: a\n\nAssistant: b\n\nstill b\nUser: c\nAssistant: d\n---\nUser: e\nAssistant: f\n"
    first, second = (json.loads(line)["messages"] for line in converted(text, "talk.txt")[0].splitlines())
    assert [turn["content"] for turn in first] == ["a", "b\n\nstill b", "c", "d"]
    assert [turn["content"] for turn in second] == ["e", "f"]


def test_names_of_columns_are_understood_in_both_languages() -> None:
    assert str(proposed_mapping(["ID", "客户", "问题", "回答"])) == "user=问题 assistant=回答"
    assert str(proposed_mapping(["System Prompt", "Instruction", "Input", "Output"])) == (
        "system=System Prompt user=Instruction+Input assistant=Output"
    )


@pytest.mark.parametrize(
    ("reason", "name", "content"),
    [
        ("empty", "a.csv", "\n \n"),
        ("empty", "a.xlsx", None),
        ("encoding", "a.txt", b"User: \x81\x20\xff\xff\nAssistant: \x90"),
        ("encoding_mixed", "a.csv", "question,answer\n你好,世界真大\n".encode() + "café,oui\n".encode("cp1252")),
        ("binary", "a.pdf", b"%PDF-1.7 rows"),
        ("workbook_old", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("workbook_broken", "a.xlsx", zipped("xl/workbook.xml", b"<none")),
        ("nested", "a.zip", zipped("a.zip", zipped("a.csv", b"a,b\n1,2\n"))),
        ("nested", "a.gz", gzip.compress(gzip.compress(b"a", mtime=0), mtime=0)),
        ("archive_broken", "a.gz", gzip.compress(b"a" * 1000, mtime=0)[:-9]),
        ("archive_empty", "a.zip", zipped("folder/", b"")),
        ("archive_many", "a.zip", zipped("a.csv", b"a", b=b"b")),
        ("two_columns", "a.csv", "question,answer,answer\na,b,c\n"),
        ("more_cells", "a.csv", "question,answer\na,b\nc,d\ne,f\ng,h\nWell, then,no\n"),
        ("quotes", "a.csv", 'question,answer\na,b\nc,"d\n'),
        ("one_column", "a.csv", "text\nhello\n"),
        ("text", "a.txt", "Once upon a time\nthere was\na prose\n"),
        ("json", "a.json", '[{"question": "a", "answer": "b"},\n {"question": c}]'),
        ("json_cut", "a.json", '[{"question": "a",\n "answer": "b"}'),
        ("json_key", "a.jsonl", '{"question": "a", "answer": "b", "answer": "c"}\n'),
        ("json_number", "a.json", '[{"a": ' + "9" * 5_000 + "}]"),
        ("json_number", "a.jsonl", '{"question": ' + "9" * 5_000 + ', "answer": "b"}'),
        ("json_deep", "a.json", '[{"a": ' + "[" * 100_000 + "]]]"),
        ("not_an_object", "a.json", '[{"question": "a", "answer": "b"}, 5]'),
        ("speaker", "a.json", '[{"conversations": [{"from": "narrator", "value": "a"}]}]'),
        ("value", "a.json", '[{"question": "a", "answer": null}]'),
        ("no_conversation", "a.jsonl", '{"messages": []}\n' * 100 + '{"question": "a", "answer": "b"}\n'),
        ("map_needed", "a.csv", "x,y,z\n1,2,3\n"),
        ("half_character", "a.json", '[{"question": "\\ud83d", "answer": "b"}]'),
        ("not_a_number", "a.json", '[{"messages": [{"role": "user", "content": NaN}]}]'),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_said_and_never_raises_anything_else(reason, name, content, converted) -> None:
    if content is None:
        stream = io.BytesIO()
        Workbook().save(stream)
        content = stream.getvalue()
    with pytest.raises(CannotConvert) as refused:
        converted(content, name)
    assert refused.value.reason == reason
    assert "{" not in str(refused.value)


@pytest.mark.parametrize(("given", "reason"), [(["question"], "map_form"), (["user=x", "assistant=y"], "map_column")])
def test_a_mapping_that_makes_no_sense_is_refused(given, reason, converted) -> None:
    with pytest.raises(CannotConvert) as refused:
        converted("x,z\n1,2\n", "a.csv", given)
    assert refused.value.reason == reason
