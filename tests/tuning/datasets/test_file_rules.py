"""Rules on the file and on the JSON of each line."""

import gzip
import io
import json
import zipfile

import pytest

from tuning.datasets.lines import LONGEST_LINE_BYTES
from tuning.datasets.provider_facts import AZURE, CUSTOM

GOOD = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Oh, hello."}]}
LINE = json.dumps(GOOD)


def errors(report):
    return [(finding.code, finding.line) for finding in report.findings if finding.severity == "E"]


def zip_of(*names, size=10):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, b"x" * size)
    return archive.getvalue()


WHOLE_FILES = {
    "nothing": (b"", "F001"),
    "blank lines alone": (b"\n \n\t\n", "F001"),
    "a byte-order mark alone": (b"\xef\xbb\xbf", "F001"),
    "UTF-16 with its mark": ((LINE * 3).encode("utf-16"), "F005"),
    "UTF-16 without a mark": ((LINE * 3).encode("utf-16-be"), "F005"),
    "UTF-32": ((LINE * 3).encode("utf-32-le"), "F005"),
    "an array": (json.dumps([GOOD] * 20).encode(), "F007"),
    "an array, one object a line": (f"[{LINE},\n{LINE},\n{LINE}]".encode(), "F007"),
    "an array, indented": (json.dumps([GOOD] * 20, indent=2).encode(), "F007"),
    "objects, indented": ("\n".join([json.dumps(GOOD, indent=4)] * 20).encode(), "F007"),
    "CSV": (b"prompt,completion\nHi,Hello\nBye,Ciao\n", "F008"),
    "TSV": (b"prompt\tcompletion\nHi\tHello\n", "F008"),
    "YAML": (b"- messages:\n  - role: user\n    content: Hi\n", "F008"),
    "plain text": ("从前有座山。\n山里有座庙。\n".encode(), "F008"),
    "a workbook": (zip_of("xl/workbook.xml", "[Content_Types].xml"), "F008"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "F008"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "F008"),
    "noise": (bytes(range(256)) * 40, "F008"),
    "a zip with one file": (zip_of("train.jsonl", "__MACOSX/._train.jsonl"), "F002"),
    "a gzip": (gzip.compress(LINE.encode()), "F002"),
    "a zip with two files": (zip_of("a.jsonl", "b.jsonl"), "F020"),
    "a zip with no file": (zip_of(), "F020"),
    "a gzip that claims 2 GB": (gzip.compress(b"")[:-4] + (2_000_000_000).to_bytes(4, "little"), "F020"),
}


@pytest.mark.parametrize(("content", "code"), WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_a_file_that_is_no_json_lines_gets_one_right_finding(content, code, checked) -> None:
    report = checked(content)
    assert [finding.code for finding in report.findings] == [code]
    assert not report.is_ready


NOT_JSON = {
    "trailing_comma": ('{"messages": [1, 2,]}', 19),
    "single_quotes": ("{'messages': []}", 2),
    "smart_quotes": ("{“messages”: []}", 2),
    "comment": ('{"messages": [] // none yet', 17),
    "python_value": ('{"messages": None}', 14),
    "unquoted_key": ("{messages: []}", 2),
    "missing_comma": ('{"messages": [] "tools": []}', 17),
    "missing_colon": ('{"messages" []}', 13),
    "unescaped_quote": ('{"text": "he said "no" to me"}', 20),
    "raw_control": ('{"text": "a\tb"}', 12),
    "bad_escape": (r'{"text": "C:\data"}', 13),
    "invisible": ('{"messages":\u00a0[]}', 13),
    "cut": ('{"messages": [{"role": "user"}', 31),
    "cut_in_text": ('{"text": "so I said', 10),
    "unexpected": ('{"messages": []}}', 17),
}


@pytest.mark.parametrize(("reason", "line", "column"), [(key, *value) for key, value in NOT_JSON.items()])
def test_a_line_that_is_not_json_gets_its_column_and_a_reason(reason, line, column, good_chat, checked) -> None:
    report = checked([*good_chat(15), line, *good_chat(15)])
    assert errors(report) == [("F011", 16)]
    (finding,) = [finding for finding in report.findings if finding.code == "F011"]
    assert (finding.phrases["reason"], finding.column) == (f"syntax.{reason}", column)


LINES = [
    ("F004", b'{"messages": "\xff"}', LINE.encode()),
    ("F012", f"{LINE} {LINE}".encode(), LINE.encode()),
    ("F012", f"{LINE}{LINE},{LINE}".encode(), LINE.encode()),
    ("F013", b"[1, 2]", LINE.encode()),
    ("F013", b'"messages"', LINE.encode()),
    ("F013", b"null", LINE.encode()),
    ("F014", LINE.replace('"Hi"', '"Hi", "content": "Ho"').encode(), LINE.encode()),
    ("F014", LINE.replace('"Hi"', r'"Hi", "conten\u0074": "Ho"').encode(), LINE.encode()),
    ("F014", LINE.replace('"Hi"', '"Hi", "content"  : "Ho"').encode(), LINE.replace("Hi", r"\"a\": \"a\":").encode()),
    ("F015", LINE.replace('"Hi"', "NaN").encode(), LINE.replace("Hi", "NaN").encode()),
    ("F015", LINE.replace('"Hi"', "-Infinity").encode(), LINE.encode()),
    ("F016", LINE.replace("Hi", r"\ud83d").encode(), LINE.replace("Hi", r"\ud83d\ude00").encode()),
    ("F018", b"[" * 65 + b"]" * 65, LINE.replace("Hi", "[" * 65).encode()),
    ("F018", b"[" * 100_000, LINE.encode()),
    ("F018", b'{"messages": ' + b"9" * 309 + b"}", LINE.replace("Hi", "9" * 309).encode()),
    ("F018", b'{"messages": 1e999}', LINE.replace("Hi", "1e999").encode()),
]


@pytest.mark.parametrize(
    ("code", "wrong", "near_miss"), LINES, ids=[f"{code}-{number}" for number, (code, *_) in enumerate(LINES)]
)
def test_a_fault_of_a_line_is_reported_and_a_near_miss_is_not(code, wrong, near_miss, checked) -> None:
    before, after = f"{LINE}\n".encode() * 12, f"{LINE}\n".encode() * 3
    report = checked(before + wrong + b"\n" + after)
    assert (code, 13) in errors(report)
    assert {line for _, line in errors(report)} == {13}
    assert errors(checked(before + near_miss + b"\n" + after)) == []


def test_control_characters_in_a_text_are_a_warning(checked) -> None:
    wrong = checked([GOOD] * 10 + [LINE.replace("Hi", r"\u0007")])
    (finding,) = [f for f in wrong.findings if f.code == "F017"]
    assert (finding.severity, finding.line, finding.path) == ("W", 11, "messages[0].content")
    assert "F017" not in {f.code for f in checked([LINE.replace("Hi", r"a\tb\nc\u00e9")] * 10).findings}


def test_chinese_in_another_encoding_is_recognised(checked) -> None:
    line = json.dumps({"text": "你好，世界"}, ensure_ascii=False).encode("gb18030")
    (finding,) = [f for f in checked(f"{LINE}\n".encode() * 10 + line).findings if f.code == "F004"]
    assert (finding.line, finding.parameters["encoding"], finding.parameters["byte"]) == (11, "GB18030", 11)
    assert "你好" in finding.evidence


def test_western_text_in_another_encoding_is_recognised(checked) -> None:
    line = json.dumps({"text": "un café noir"}, ensure_ascii=False).encode("cp1252")
    (finding,) = [f for f in checked(f"{LINE}\n".encode() * 10 + line).findings if f.code == "F004"]
    assert finding.parameters["encoding"] == "Windows-1252"


def test_a_cut_line_at_the_end_means_a_truncated_file(checked) -> None:
    content = f"{LINE}\n" * 12 + LINE[:40]
    assert errors(checked(content)) == [("F021", 13)]
    assert errors(checked(f"{content}\n")) == [("F011", 13)]
    inside_a_character = f"{LINE}\n".encode() * 12 + LINE[:-4].encode() + "数".encode()[:2]
    assert errors(checked(inside_a_character)) == [("F021", 13)]
    assert errors(checked(inside_a_character + b"\n")) == [("F004", 13)]


def test_a_line_of_more_than_32_megabytes_is_passed_over(checked) -> None:
    long_line = json.dumps({"messages": "x" * LONGEST_LINE_BYTES})
    assert errors(checked([GOOD] * 10 + [long_line] + [GOOD])) == [("F018", 11)]


def test_blank_lines_shift_example_numbers_and_only_inform_at_the_end(checked) -> None:
    report = checked([*[GOOD] * 10, "", " ", {"messages": []}, "", ""])
    assert [(f.line, f.severity) for f in report.findings if f.code == "F009"] == [(11, "W"), (12, "W"), (14, "I")]
    assert [(f.line, f.example) for f in report.findings if f.code == "C003"] == [(13, 11)]
    assert (report.examples, report.lines) == (11, 15)


@pytest.mark.parametrize(("ending", "severity"), [("\n", None), ("\r\n", "I"), ("\r", "E")])
def test_line_endings_are_named(ending, severity, checked) -> None:
    report = checked(f"{LINE}{ending}" * 12)
    assert [f.severity for f in report.findings if f.code == "F010"] == ([severity] if severity else [])
    assert report.examples == 12


def test_mixed_line_endings_are_named(checked) -> None:
    report = checked(f"{LINE}\n{LINE}\r\n" * 6)
    assert [f.phrases for f in report.findings if f.code == "F010"] == [{"kind": "endings.mixed"}]


def test_a_byte_order_mark_is_judged_by_the_provider(checked) -> None:
    plain, marked = f"{LINE}\n".encode() * 12, b"\xef\xbb\xbf" + f"{LINE}\n".encode() * 12
    found = {
        (facts.id if facts else "openai", content is marked): "F006" in {f.code for f in report.findings}
        for facts in (None, AZURE, CUSTOM)
        for content in (plain, marked)
        for report in [checked(content, **({"provider": facts} if facts else {}))]
    }
    assert found == {
        ("openai", False): False,
        ("openai", True): True,
        ("azure", False): True,
        ("azure", True): False,
        ("custom", False): False,
        ("custom", True): False,
    }


@pytest.mark.parametrize("name", ["train.json", "train", "train.jsonl.txt"])
def test_a_name_that_the_provider_does_not_take_is_an_error(name, checked) -> None:
    assert errors(checked([GOOD] * 12, file_name=name)) == [("F002", None)]
    assert errors(checked([GOOD] * 12, file_name="TRAIN.JSONL")) == []


def test_a_file_beyond_the_providers_limit_is_an_error(checked) -> None:
    from dataclasses import replace

    small = replace(AZURE, max_file_bytes=1000, byte_order_mark="ignored")
    assert errors(checked([GOOD] * 12, provider=small)) == [("F003", None)]
    assert errors(checked([GOOD] * 10, provider=small)) == []


def test_a_row_of_another_format_is_an_error(good_chat, checked) -> None:
    report = checked([*good_chat(12), {"prompt": "Hi", "completion": "Hello"}])
    assert errors(report) == [("F019", 13)]


def test_bytes_that_were_uploaded_before_are_recognised(checked) -> None:
    sha256 = checked([GOOD] * 12).sha256
    report = checked([GOOD] * 12, known_files={sha256: ("greetings", 2)})
    assert [f.parameters for f in report.findings if f.code == "F022"] == [{"name": "greetings", "version": "2"}]
    assert "F022" not in {f.code for f in checked([GOOD] * 13, known_files={sha256: ("greetings", 2)}).findings}


def test_secrets_are_masked_in_what_a_finding_quotes(checked) -> None:
    secret = "sk-proj-abcdefghijklmnop"
    report = checked([*[GOOD] * 12, {"messages": [], "key": secret}, f'{{"a": "{secret}" "b"'])
    assert secret not in json.dumps(report.to_json())
    assert "sk-•••" in json.dumps(report.to_json(), ensure_ascii=False)
