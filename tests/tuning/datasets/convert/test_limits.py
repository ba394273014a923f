"""Archives, workbooks and texts that are made to harm, and large ones that are not."""

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from tuning.datasets.convert.conversion import convert
from tuning.datasets.convert.unpacking import unpacked
from tuning.errors import CannotConvert


def reason_of(path: Path, name: str, limit_bytes: int = 1_000_000) -> str:
    with pytest.raises(CannotConvert) as refused, unpacked(path, name, limit_bytes):
        pass
    return refused.value.reason


def test_an_archive_is_never_unpacked_further_than_the_limit(tmp_path) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(gzip.compress(b"\0" * 50_000_000))
    tracemalloc.start()
    assert reason_of(bomb, "bomb.jsonl.gz") == "archive_expands"
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", b"\0" * 2_000_000)
    assert reason_of(bomb, "bomb.zip") == "archive_expands"


def test_an_archive_with_a_password_or_a_crowd_of_files_is_refused(tmp_path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", b"a,b\n1,2\n")
    locked = bytearray(path.read_bytes())
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(locked)
    assert reason_of(path, "a.zip") == "archive_locked"
    with zipfile.ZipFile(path, "w") as archive:
        for letter in "abcdefghijklmnopqrstuvwxyz":
            archive.writestr(letter * 50_000, b"")
    assert reason_of(path, "a.zip") == "archive_crowded"


def test_nothing_is_written_where_a_name_in_an_archive_points(tmp_path) -> None:
    path = tmp_path / "inner" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("..\\../escaped.csv", b"question,answer\na,b\n")
    with unpacked(path, "a.zip") as file:
        assert (file.name, file.path.read_bytes()) == ("escaped.csv", b"question,answer\na,b\n")
    assert list(tmp_path.rglob("escaped.csv")) == []
    assert not file.path.exists()


@pytest.fixture(name="book")
def _book(tmp_path):
    def saved(fill) -> Path:
        book = Workbook()
        book.active.append(["question", "answer"])
        fill(book)
        book.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return saved


def rows_of(path: Path) -> list[dict]:
    target = io.BytesIO()
    convert(path, "a.xlsx", target)
    return [json.loads(line) for line in target.getvalue().splitlines()]


def replace_member(path: Path, name: str, change) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    members[name] = change(members.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, content in members.items():
            archive.writestr(member, content)


def test_merged_cells_and_formulas_without_a_value_are_refused_by_name(book) -> None:
    def merge(book) -> None:
        book.active.append(["a", "b"])
        book.active.merge_cells("A2:A3")

    with pytest.raises(CannotConvert, match="A2:A3"):
        rows_of(book(merge))
    with pytest.raises(CannotConvert, match="B2"):
        rows_of(book(lambda book: book.active.append(["a", "=1+1"])))


def test_a_formula_is_what_it_was_calculated_to_be(book) -> None:
    def fill(book) -> None:
        for number in range(5):
            book.active.append([f"{number} + 1?", "=1+1" if number % 2 else number + 1])

    path = book(fill)
    replace_member(
        path, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>7</v>")
    )
    assert [row["messages"][1]["content"] for row in rows_of(path)] == ["1", "7", "3", "7", "5"]


def test_the_first_sheet_with_text_is_read_and_the_others_are_told(book, tmp_path) -> None:
    def fill(book) -> None:
        book.active.append(["a", "b"])
        book.create_sheet("empty", 0)

    told = convert(book(fill), "a.xlsx", io.BytesIO())
    assert [(note.code, note.parameters) for note in told.notes] == [("sheet", {"sheet": "Sheet", "n": 1})]


def test_a_workbook_with_too_many_texts_for_the_memory_is_refused(book) -> None:
    path = book(lambda book: book.active.append(["a", "b"]))
    replace_member(path, "xl/sharedStrings.xml", lambda _: b" " * 100_000_001)
    with pytest.raises(CannotConvert) as refused:
        rows_of(path)
    assert refused.value.reason == "workbook_large"


@pytest.mark.parametrize("layout", ["array", "table"])
def test_a_large_file_is_converted_in_little_memory(layout, tmp_path) -> None:
    path, answer = tmp_path / "large", "word " * 400
    with path.open("w") as stream:
        rows = ({"question": f"{number}?", "answer": answer} for number in range(4_000))
        if layout == "array":
            stream.write("[" + ",\n".join(map(json.dumps, rows)) + "]")
        else:
            stream.write("question,answer\n" + "".join(f"{row['question']},{answer}\n" for row in rows))
    with (tmp_path / "out").open("wb") as target:
        tracemalloc.start()
        told = convert(path, f"large.{'json' if layout == 'array' else 'csv'}", target)
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert told.rows == 4_000
    assert path.stat().st_size > 8_000_000
    assert peak_bytes < 6_000_000
