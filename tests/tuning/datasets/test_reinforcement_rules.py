"""Each rule on reinforcement rows and graders: a defect planted in a good file or grader, and a near miss."""

import pytest

from storage.rows import DatasetFormat
from tests.tuning.datasets.planting import HAN_PLACES, PLACES, gained, only, planted, report_on, said
from tuning.datasets.probes import Probes

CHECK = {
    "type": "string_check",
    "name": "right",
    "input": "{{sample.output_text}}",
    "reference": "{{item.reference_answer}}",
    "operation": "eq",
}
SIMILAR = {
    "type": "text_similarity",
    "name": "near",
    "input": "{{sample.output_text}}",
    "reference": "{{item.reference_answer}}",
    "evaluation_metric": "bleu",
}
SCORED = {
    "type": "score_model",
    "name": "judge",
    "model": "gpt-6-luna",
    "input": [{"role": "user", "content": "{{sample.output_text}}"}],
    "range": [0, 1],
}
LABELLED = {
    "type": "label_model",
    "name": "kind",
    "model": "gpt-6-luna",
    "input": [{"role": "user", "content": "{{sample.output_text}}"}],
    "labels": ["good", "bad"],
    "passing_labels": ["good"],
}
PYTHON = {
    "type": "python",
    "name": "code",
    "source": "def grade(sample, item):\n    return float(sample['output_text'] == item['reference_answer'])\n",
}
MULTI = {"type": "multi", "name": "both", "graders": {"right": CHECK, "near": SIMILAR}, "calculate_output": "0.5 * right + min(near, 1) / 2"}  # fmt: skip


def row(prompt, answer, **more):
    return {"messages": [said("user", prompt)], "reference_answer": answer, **more}


def good(n):
    if n % 3 == 0:
        return row(f"{HAN_PLACES[n % 10]}离{n * 37}号房间有多远？", f"{n * 13 + 11}步，过桥以后向左")
    return row(f"How far is {PLACES[n % 10]} from room {n * 37}?", f"{n * 13 + 11} steps, left after the bridge")


GOOD = tuple(good(n) for n in range(50))
ASKED = said("user", "How far is the lake?")
ROW = {"messages": [ASKED], "reference_answer": "Seven hundred steps"}


def but(**changes):
    return {key: value for key, value in {**ROW, **changes}.items() if value is not ...}


CASES = [
    ("R001", but(messages=[]), ROW),
    ("R001", but(messages="How far?"), ROW),
    ("R002", but(messages=[ASKED, said("assistant", "Far.")]), but(messages=[ASKED, said("assistant", "Far."), said("user", "How far?")])),
    ("R003", but(messages=[said("system", "Be brief."), ASKED]), but(messages=[said("developer", "Be brief."), ASKED])),
    ("R004", {"messages": [ASKED]}, ROW),
    ("R005", but(reference_answer=...,  other="x"), ROW),
    ("R005", but(reference_answer=""), ROW),
    ("R005", but(reference_answer=None), ROW),
    ("R006", but(reference_answer=700), ROW),
    ("R007", but(**{"the field": 1}), but(the_field=1)),
    ("R007", but(item=1), but(items=1)),
    ("R010", but(messages=[said("user", "Is it seven hundred steps to the lake?")]), but(messages=[said("user", "Is it seven steps to the lake?")])),
    ("R011", but(messages=[said("user", "How far is it? Think step by step.")]), but(messages=[said("user", "How far is it, step by step?")])),
    ("R011", but(messages=[said("user", "多远？请逐步推理。")]), but(messages=[said("user", "一步有多远？")])),
    ("R005", but(reference_answer="  "), ROW),
    ("R012", but(messages=[said("user", [{"type": "input_audio", "input_audio": {}}])]), but(messages=[said("user", [{"type": "text", "text": "How far?"}])])),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wrong", "near_miss"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_defect_of_a_row_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    asked = {"grader": CHECK, "format": DatasetFormat.REINFORCEMENT}
    beside = {"C012", "F019", "R006"} - {code}
    assert {one for one in planted(wrong, rows=GOOD, **asked) if one[0] not in beside} == {(code, 21)}
    assert {one for one in planted(near_miss, rows=GOOD, **asked) if one[0] != "R006"} == set()


def test_good_rows_with_a_good_grader_have_nothing_but_their_totals_told() -> None:
    for grader in (CHECK, SIMILAR, SCORED, LABELLED, PYTHON, MULTI):
        assert {finding.code for finding in report_on(GOOD, grader=grader).findings} == {"K001", "S003"}


def test_rows_without_any_field_are_for_reinforcement_where_there_is_a_grader() -> None:
    prompts = [{"messages": row["messages"]} for row in GOOD]
    report = report_on(prompts, grader=CHECK)
    assert ("R004", 1) in {(finding.code, finding.line) for finding in report.findings}
    assert str(report.format) == "reinforcement"


def test_a_field_that_some_rows_lack_only_warns() -> None:
    rows = [{**one, "unit": "steps"} for one in GOOD]
    finding = only([*rows, GOOD[7] | {"reference_answer": "x" * 9}], "R006")
    assert (finding.severity, finding.line) == ("W", 51)


def test_answers_that_can_be_guessed_are_noticed() -> None:
    assert ("R009", None) in gained(
        [{**one, "reference_answer": "yes" if n % 2 else "no"} for n, one in enumerate(GOOD)], GOOD
    )
    assert ("R009", None) in gained(
        [{**one, "reference_answer": "yes" if n else "no"} for n, one in enumerate(GOOD)], GOOD
    )


def test_a_grader_that_reads_json_needs_a_strict_schema() -> None:
    reads = {**CHECK, "input": "{{sample.output_json.steps}}"}
    strict = {"type": "json_schema", "json_schema": {"name": "a", "schema": {}, "strict": True}}
    assert ("R013", None) in gained(GOOD, GOOD[:0], grader=reads)
    assert "R013" not in {code for code, _ in gained(GOOD, GOOD[:0], grader=reads, response_format=strict)}


def test_a_model_without_reinforcement_is_told() -> None:
    chosen = {"method": "reinforcement", "model": "gpt-4.1-2025-04-14"}
    assert "R014" in {f.code for f in report_on(GOOD, **chosen).findings}
    assert "R014" not in {f.code for f in report_on(GOOD, method="reinforcement").findings}


@pytest.mark.parametrize(("score", "is_told"), [(0.0, True), (1.0, True), (0.4, False), (None, False)])
def test_a_base_model_that_was_tried_and_never_or_always_succeeds_is_told(score, is_told) -> None:
    assert ("R015" in {f.code for f in report_on(GOOD, probes=Probes(base_score=score)).findings}) is is_told


GRADERS = [
    ("G001", {**CHECK, "type": "guess"}, CHECK),
    ("G002", {key: CHECK[key] for key in CHECK if key != "reference"}, CHECK),
    ("G002", {**PYTHON, "source": ""}, PYTHON),
    ("G003", {**CHECK, "operation": "equals"}, {**CHECK, "operation": "ilike"}),
    ("G004", {**SIMILAR, "evaluation_metric": "rouge"}, {**SIMILAR, "evaluation_metric": "rouge_5"}),
    ("G005", {**CHECK, "reference": "{{item.reference_answer}"}, CHECK),
    ("G005", {**SIMILAR, "input": "{{output_text}}"}, SIMILAR),
    ("G005", {**SIMILAR, "input": "{{sample.text}}"}, SIMILAR),
    ("G005", {**SIMILAR, "input": "{{item.reference_anser}}"}, SIMILAR),
    ("G005", {**SIMILAR, "input": "{{item.reference_answer.text}}"}, SIMILAR),
    ("G006", {**SCORED, "model": ""}, SCORED),
    ("G006", {**SCORED, "range": [1, 0]}, {**SCORED, "range": [0, 10]}),
    ("G006", {**SCORED, "model": "gpt-3.5-turbo"}, SCORED),
    ("G006", {**SCORED, "input": "Is it right?"}, SCORED),
    ("G007", {**LABELLED, "labels": []}, LABELLED),
    ("G007", {**LABELLED, "passing_labels": ["fine"]}, LABELLED),
    ("G008", {**PYTHON, "source": "def grade(sample, item:\n    return 1"}, PYTHON),
    ("G008", {**PYTHON, "source": "def score(sample, item):\n    return 1"}, PYTHON),
    ("G008", {**PYTHON, "source": "def grade(sample):\n    return 1"}, {**PYTHON, "source": "def grade(sample, item, strict=True):\n    return 1"}),
    ("G008", {**PYTHON, "source": PYTHON["source"] + "#" * 262_144}, PYTHON),
    ("G009", {**MULTI, "calculate_output": "right +"}, MULTI),
    ("G009", {**MULTI, "calculate_output": "right + far"}, {**MULTI, "calculate_output": "right ^ 2"}),
    ("G009", {**MULTI, "graders": {"right": CHECK, "near": MULTI}}, MULTI),
    ("G010", {**CHECK, "operation": "ne"}, CHECK),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "wrong", "near_miss"), GRADERS, ids=[f"{case[0]}-{n}" for n, case in enumerate(GRADERS)]
)
def test_a_defect_of_a_grader_is_reported_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    beside = {"R005", "G010"}
    assert {f.code for f in report_on(GOOD, grader=wrong).findings} - {"K001", "S003", *(beside - {code})} == {code}
    assert {f.code for f in report_on(GOOD, grader=near_miss).findings} == {"K001", "S003"}


def test_a_template_with_a_slip_is_told_what_was_probably_meant() -> None:
    assert (
        only(GOOD, "G005", grader={**CHECK, "reference": "{{item.reference_anser}}"}).parameters["near"]
        == "reference_answer"
    )


def test_a_grader_is_run_only_where_it_was_handed_in() -> None:
    def told(grade):
        return {f.code for f in report_on(GOOD, grader=PYTHON, probes=Probes(grade=grade)).findings} - {"K001", "S003"}

    assert told(None) == set()
    assert told(lambda sample, item: 1 / 0) == {"G008"}
    assert told(lambda sample, item: 0.9) == {"G010"}
    assert told(lambda sample, item: 7.0 if sample["output_text"] else 0.0) == {"G011"}
    assert told(lambda sample, item: float(sample["output_text"] == item["reference_answer"])) == set()


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [None], [3], {"a": {}}, {"type": "multi", "graders": {"a": 3}}]
)
def test_whatever_stands_in_a_grader_never_raises(value) -> None:
    for grader in (CHECK, SCORED, LABELLED, PYTHON, MULTI):
        for key in grader:
            report_on(GOOD[:11], grader={**grader, key: value})
    report_on(
        [*GOOD[:11], {"messages": value, "reference_answer": value, "tools": value}],
        format=DatasetFormat.REINFORCEMENT,
        grader=CHECK,
    )
