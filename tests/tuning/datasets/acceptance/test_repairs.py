"""Repairs of the strange faults: they leave good files alone, and what they repair is gone, for good, and brings nothing new."""

import io

import pytest

from tests.tuning.datasets.acceptance.good_files import FORMATS
from tests.tuning.datasets.acceptance.good_rows import jsonl, rows
from tests.tuning.datasets.acceptance.test_acceptance import ROW_DEFECTS, planted, report_on
from tuning.datasets.fixes.fixing import FIXABLE, SAFE, fix
from tuning.datasets.provider_facts import OPENAI

REVEALED = {"C003", "C018", "C020", "T013"}
"""What can only be judged where a line can be read, and a call is whole."""

WRITTEN_ANEW = {"functions of old", "line separators"}


def fixed(content, codes):
    target = io.BytesIO()
    changes = fix([content], codes, OPENAI, target).changes
    return target.getvalue(), {change.code for change in changes}


def blocking(content, kind):
    return {finding.code for finding in report_on(content, kind).findings if finding.severity == "E"}


@pytest.mark.parametrize(("codes", "turn"), [(SAFE, 0), (FIXABLE, 3)], ids=["unasked", "asked"])
def test_what_is_repaired_is_gone_and_brings_nothing_new(codes, turn) -> None:
    for kind, *_, row in ROW_DEFECTS[turn::6]:
        content = planted(kind, row, turn)[0]
        once, repaired = fixed(content, codes)
        if repaired:
            left = {finding.code for finding in report_on(once, kind).findings}
            assert not left & repaired, row
            assert blocking(once, kind) <= blocking(content, kind) | REVEALED, row


@pytest.mark.parametrize("codes", [SAFE, FIXABLE], ids=["unasked", "asked"])
@pytest.mark.parametrize("kind", FORMATS)
def test_repairing_all_faults_twice_gives_the_bytes_of_once(kind, codes) -> None:
    content = jsonl([*rows(kind, 200), *(row for other, *_, row in ROW_DEFECTS if other == kind)])
    once, repaired = fixed(content, codes)
    assert repaired
    assert fixed(once, codes) == (once, set())


def test_a_good_file_stays_as_it_is_byte_for_byte() -> None:
    for files in FORMATS.values():
        for name in files.keys() - WRITTEN_ANEW:
            content = jsonl(files[name])
            assert fixed(content, SAFE) == (content, set()), name


@pytest.mark.parametrize("weight", [True, 1.0, None, "1"])
def test_a_weight_that_means_one_becomes_one(weight) -> None:
    row = {
        "messages": [
            {"role": "user", "content": "Where?"},
            {"role": "assistant", "content": "There.", "weight": weight},
        ]
    }
    once, repaired = fixed(planted("chat", row, 0)[0], SAFE)
    assert repaired == {"C018"}
    assert once.splitlines()[0].endswith(b'"weight": 1}]}')
