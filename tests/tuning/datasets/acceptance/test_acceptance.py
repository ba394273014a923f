"""The check as a stranger would examine it: written from the rules' reference alone, one fault a file, and good files."""

import hashlib
from datetime import date

import pytest

from tests.tuning.datasets.acceptance.chat_defects import CHAT, PRIVACY, QUALITY
from tests.tuning.datasets.acceptance.file_defects import FILES, GRADERS, JSON_ANSWERS, held_out
from tests.tuning.datasets.acceptance.good_files import FORMATS, as_files
from tests.tuning.datasets.acceptance.good_files import GRADERS as GOOD_GRADERS
from tests.tuning.datasets.acceptance.good_rows import GRADER, jsonl, line, rows
from tests.tuning.datasets.acceptance.near_misses import CHAT as NEARLY_CHAT
from tests.tuning.datasets.acceptance.near_misses import PREFERENCE as NEARLY_PREFERENCE
from tests.tuning.datasets.acceptance.other_defects import IMAGES, LINES, PREFERENCE, PROMPT, REINFORCEMENT
from tests.tuning.datasets.acceptance.tool_defects import TOOLS
from tuning.datasets.check import check, examine
from tuning.datasets.options import CheckOptions
from tuning.datasets.pairs import with_held_out
from tuning.datasets.provider_facts import PROVIDER_FACTS

TODAY = date(2026, 11, 22)
MARK = b"\xef\xbb\xbf"
ROW_DEFECTS = [
    (kind, *defect)
    for kind, table in (
        *(("chat", table) for table in (CHAT, TOOLS, QUALITY, PRIVACY, LINES, IMAGES)),
        ("prompt", PROMPT),
        ("preference", PREFERENCE),
        ("reinforcement", REINFORCEMENT),
    )
    for defect in table
]
GOOD_FILES = [(kind, name) for kind, files in FORMATS.items() for name in files]


def report_on(content, kind="chat", file_name="train.jsonl", provider="openai", **options):
    if kind == "reinforcement":
        options = {"method": "reinforcement", "grader": GRADER, **options}
    return check([content], CheckOptions(file_name, options.pop("today", TODAY), PROVIDER_FACTS[provider], **options))


def errors(report):
    return {(finding.code, finding.line) for finding in report.findings if finding.severity == "E"}


def places(report, code, severity):
    return {finding.line for finding in report.findings if (finding.code, finding.severity) == (code, severity)}


def planted(kind, row, turn):
    """A good file with one faulty row: first, in the middle or last; as people's editors write it; and its line."""
    where = (0, 6, 12)[turn % 3]
    lines = [line(one) for one in rows(kind)]
    lines.insert(where, line(row))
    ending = b"\r\n" if turn % 4 == 1 else b"\n"
    if turn % 4 == 2:
        lines.insert(0, b"")
        where += 1
    content = ending.join(lines) + (b"" if turn % 5 == 0 else ending)
    return (MARK if turn % 7 == 3 else b"") + content, where + 1


@pytest.mark.parametrize(
    ("turn", "kind", "code", "severity", "row"),
    [(turn, *defect) for turn, defect in enumerate(ROW_DEFECTS)],
    ids=[f"{defect[1]}-{turn}" for turn, defect in enumerate(ROW_DEFECTS)],
)
def test_a_fault_of_a_row_is_told_by_its_code_on_its_line_and_no_other_error_is(
    turn, kind, code, severity, row
) -> None:
    content, at = planted(kind, row, turn)
    report = report_on(content, kind)
    assert at in places(report, code, severity)
    assert errors(report) == ({(code, at)} if severity == "E" else set())


@pytest.mark.parametrize(("kind", "table"), [("chat", NEARLY_CHAT), ("preference", NEARLY_PREFERENCE)])
def test_what_only_comes_near_a_fault_is_none(kind, table) -> None:
    for turn, (code, row) in enumerate(table):
        report = report_on(planted(kind, row, turn)[0], kind)
        assert code not in {finding.code for finding in report.findings}, row
        assert errors(report) == set(), row


@pytest.mark.parametrize("fault", FILES, ids=[f"{fault.code}-{turn}" for turn, fault in enumerate(FILES)])
def test_a_fault_of_a_file_is_told_by_its_code_and_no_other_error_is(fault) -> None:
    options = dict(fault.options)
    if "known_files" in options:
        options["known_files"] = {hashlib.sha256(fault.content).hexdigest(): ("train.jsonl", 1)}
    report = report_on(fault.content, **options)
    found = places(report, fault.code, fault.severity)
    assert found if fault.line is None else found == {fault.line}
    beside = {"C020"} if fault.code == "S005" else set()
    assert {code for code, _ in errors(report)} - beside == ({fault.code} if fault.severity == "E" else set())


@pytest.mark.parametrize(("code", "grader"), GRADERS, ids=[f"{code}-{turn}" for turn, (code, _) in enumerate(GRADERS)])
def test_a_fault_of_a_grader_is_told_once_and_not_of_every_row(code, grader) -> None:
    report = report_on(jsonl(rows("reinforcement")), "reinforcement", grader=grader)
    assert {found for found, _ in errors(report)} == {code}


def test_what_leaks_between_two_files_is_told_on_the_training_files_line() -> None:
    for code, severity, at, training, kept in held_out():
        both = [examine([content], CheckOptions("a.jsonl", TODAY)) for content in (training, kept)]
        report = with_held_out(*both)
        found = places(report, code, severity)
        assert found if at is None else found == {at}, code
        assert {one for one, _ in errors(report)} == ({code} if severity == "E" else set())


@pytest.mark.parametrize(("kind", "name"), GOOD_FILES, ids=[f"{kind}: {name}" for kind, name in GOOD_FILES])
def test_a_good_file_has_no_error(kind, name) -> None:
    report = report_on(jsonl(FORMATS[kind][name]), kind)
    assert errors(report) == set()
    assert report.is_ready


@pytest.mark.parametrize("name", GOOD_GRADERS)
def test_a_good_grader_has_no_error(name) -> None:
    assert errors(report_on(jsonl(rows("reinforcement")), "reinforcement", grader=GOOD_GRADERS[name])) == set()


def test_answers_that_are_no_single_json_value_are_not_broken_json() -> None:
    assert errors(report_on(JSON_ANSWERS)) == set()


def test_good_rows_are_good_however_a_tool_writes_them() -> None:
    assert {name: errors(report_on(content)) for name, content in as_files()} == {name: set() for name, _ in as_files()}
