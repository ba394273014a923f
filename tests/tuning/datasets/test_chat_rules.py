"""Each rule on chat lines: a row with its fault, and a near miss that differs as little as possible."""

import pytest

USER = {"role": "user", "content": "Hi"}
ANSWER = {"role": "assistant", "content": "Oh, hello."}
CALL = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
LOOK = {"type": "function", "function": {"name": "look", "description": "Looks."}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}


def row(*messages, **extra):
    return {"messages": list(messages), **extra}


FAULTS = [
    ("C001", {"conversations": [{"from": "human", "value": "Hi"}]}, row(USER, ANSWER)),
    ("C001", {}, row(USER, ANSWER)),
    ("C002", {"messages": {"role": "user", "content": "Hi"}}, row(USER, ANSWER)),
    ("C003", row(), row(ANSWER)),
    ("C004", row(USER, "Hello", ANSWER), row(USER, ANSWER)),
    ("C004", row(USER, None, ANSWER), row(USER, ANSWER)),
    ("C005", row(USER, ANSWER, id=7), row(USER, ANSWER, parallel_tool_calls=True)),
    ("C006", row({"content": "Hi"}, ANSWER), row(USER, ANSWER)),
    ("C006", row({"role": None, "content": "Hi"}, ANSWER), row(USER, ANSWER)),
    ("C007", row({"role": "human", "content": "Hi"}, ANSWER), row(USER, ANSWER)),
    ("C007", row({"role": "User", "content": "Hi"}, ANSWER), row(USER, ANSWER)),
    ("C007", row({"role": ["user"], "content": "Hi"}, ANSWER), row(USER, ANSWER)),
    ("C008", row({"role": "user"}, ANSWER), row(USER, {"role": "assistant", "tool_calls": [CALL]})),
    ("C009", row(USER, {"role": "assistant", "content": None}), row(USER, CALLING)),
    ("C009", row({"role": "user", "content": None}, ANSWER), row(USER, ANSWER)),
    ("C010", row({"role": "user", "content": 12}, ANSWER), row({"role": "user", "content": "12"}, ANSWER)),
    ("C010", row({"role": "user", "content": {}}, ANSWER), row(USER, ANSWER)),
    ("C011", row(USER, {"role": "assistant", "content": " \n"}), row(USER, {"role": "assistant", "content": "."})),
    (
        "C011",
        row(USER, {"role": "assistant", "content": [{"type": "text", "text": " "}]}),
        row(USER, {"role": "assistant", "content": [{"type": "text", "text": "."}]}),
    ),
    (
        "C025",
        row(USER, {"role": "assistant", "content": "Two. ## Response: two"}),
        row(USER, {"role": "assistant", "content": "Two. ## Responses"}),
    ),
    (
        "C025",
        row(USER, {"role": "assistant", "content": "Two.</s>"}),
        row(USER, {"role": "assistant", "content": "<s>Two</s> three"}),
    ),
    (
        "C025",
        row(USER, {"role": "assistant", "content": "Two.<end_of_turn>"}),
        row(USER, {"role": "assistant", "content": "Two."}),
    ),
    ("C011", row(USER, {"role": "assistant", "content": ""}), row(USER, {**CALLING, "content": ""})),
    (
        "C012",
        row(
            USER, {"role": "assistant", "content": [{"type": "video_url", "video_url": {"url": "https://a.example/b"}}]}
        ),
        row({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a.example/b"}}]}, ANSWER),
    ),
    ("C012", row({"role": "user", "content": []}, ANSWER), row(USER, ANSWER)),
    ("C012", row({"role": "user", "content": ["Hi"]}, ANSWER), row(USER, ANSWER)),
    (
        "C013",
        row({"role": "user", "content": [{"type": "text", "text": 1}]}, ANSWER),
        row({"role": "user", "content": [{"type": "text", "text": "1"}]}, ANSWER),
    ),
    ("C014", row({"role": "system", "content": "Be kind."}, USER), row(USER, ANSWER)),
    ("C015", row(USER, ANSWER, USER), row(USER, ANSWER)),
    ("C016", row(ANSWER, USER, ANSWER), row({**ANSWER, "weight": 0}, USER, ANSWER)),
    ("C016", row(USER, {"role": "system", "content": "Be kind."}, ANSWER), row(USER, ANSWER)),
    (
        "C016",
        row({"role": "system", "content": "A"}, {"role": "system", "content": "B"}, USER, ANSWER),
        row({"role": "system", "content": "A"}, USER, ANSWER),
    ),
    ("C017", row(USER, {"role": "user", "content": "You there?"}, ANSWER), row(USER, ANSWER, USER, ANSWER)),
    ("C018", row(USER, {**ANSWER, "weight": 0.5}), row(USER, {**ANSWER, "weight": 1})),
    ("C018", row(USER, {**ANSWER, "weight": True}), row(USER, ANSWER)),
    ("C018", row(USER, {**ANSWER, "weight": "1"}), row(USER, ANSWER)),
    ("C018", row(USER, {**ANSWER, "weight": []}), row(USER, ANSWER)),
    ("C019", row({**USER, "weight": 1}, ANSWER), row(USER, {**ANSWER, "weight": 1})),
    ("C020", row(USER, {**ANSWER, "weight": 0}), row(USER, {**ANSWER, "weight": 0}, USER, ANSWER)),
    ("C021", row({**USER, "ts": "1.2"}, ANSWER), row({**USER, "name": "ada"}, ANSWER)),
    ("C022", row({**USER, "name": "Ada L."}, ANSWER), row({**USER, "name": "Ada_L"}, ANSWER)),
    ("C022", row({**USER, "name": 3}, ANSWER), row({**USER, "name": "3"}, ANSWER)),
    ("C023", row(USER, {**ANSWER, "refusal": 1}), row(USER, {**ANSWER, "refusal": None})),
    (
        "C023",
        row({"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, ANSWER),
        row({"role": "user", "content": [{"type": "text", "text": "input_audio"}]}, ANSWER),
    ),
    ("C024", row(USER, ANSWER, parallel_tool_calls="yes"), row(USER, ANSWER, parallel_tool_calls=False)),
    (
        "C024",
        row(USER, {**CALLING, "tool_calls": [CALL, {**CALL, "id": "c2"}]}, parallel_tool_calls=False, tools=[LOOK]),
        row(USER, CALLING, parallel_tool_calls=False),
    ),
    (
        "C025",
        row({"role": "user", "content": "<|im_start|>user"}, ANSWER),
        row({"role": "user", "content": "a <| b |> c"}, ANSWER),
    ),
    (
        "C025",
        row({"role": "user", "content": "x\n### Response:\ny"}, ANSWER),
        row({"role": "user", "content": "## Answers"}, ANSWER),
    ),
    ("C026", row(USER, {"role": "assistant", "content": "Hi"}), row(USER, ANSWER)),
]

IDS = [f"{code}-{number}" for number, (code, *_) in enumerate(FAULTS)]


@pytest.mark.parametrize(("code", "wrong", "near_miss"), FAULTS, ids=IDS)
def test_a_fault_is_reported_on_its_line_and_a_near_miss_is_not(code, wrong, near_miss, good_chat, checked) -> None:
    rows = good_chat(50)
    report = checked([*rows[:20], wrong, *rows[20:]])
    assert {(finding.line, finding.example) for finding in report.findings if finding.code == code} == {(21, 21)}
    assert code not in {finding.code for finding in checked([*rows[:20], near_miss, *rows[20:]]).findings}


@pytest.mark.parametrize(("code", "wrong", "near_miss"), FAULTS, ids=IDS)
def test_a_fault_brings_no_other_error_along(code, wrong, near_miss, good_chat, checked) -> None:
    report = checked([*good_chat(50), wrong])
    assert {finding.code for finding in report.findings if finding.severity == "E"} <= {code}


def test_a_blank_question_is_a_warning_where_a_blank_answer_is_an_error(good_chat, checked) -> None:
    report = checked([*good_chat(50), row({"role": "user", "content": " "}, ANSWER)])
    assert [finding.severity for finding in report.findings if finding.code == "C011"] == ["W"]


def test_a_name_that_is_no_text_is_an_error(good_chat, checked) -> None:
    report = checked([*good_chat(50), row({**USER, "name": 3}, ANSWER)])
    assert [finding.severity for finding in report.findings if finding.code == "C022"] == ["E"]


def test_the_provider_decides_how_grave_a_tail_and_repeated_roles_are(good_chat, checked) -> None:
    from tuning.datasets.provider_facts import OPENAI, TOGETHER

    rows = [*good_chat(50), row(USER, USER, ANSWER, USER)]
    by_provider = {
        facts.id: {f.code: f.severity for f in checked(rows, provider=facts).findings} for facts in (OPENAI, TOGETHER)
    }
    assert (by_provider["openai"]["C015"], by_provider["openai"]["C017"]) == ("W", "W")
    assert (by_provider["together"]["C015"], by_provider["together"]["C017"]) == ("E", "E")


def test_a_wrong_role_is_guessed_from_its_name_and_from_its_turn(good_chat, checked) -> None:
    wrong = row({"role": "human", "content": "Hi"}, {"role": "sprecher", "content": "Hello."}, ANSWER)
    report = checked([*good_chat(50), wrong])
    assert [f.parameters["guess"] for f in report.findings if f.code == "C007"] == ["user", "assistant"]


def test_a_finding_names_the_place_in_the_object(good_chat, checked) -> None:
    report = checked([row(USER, {**ANSWER, "weight": 2}), *good_chat(50)])
    (finding,) = [finding for finding in report.findings if finding.code == "C018"]
    assert (finding.path, finding.parameters) == ("messages[1].weight", {"m": 2, "weight": "2", "guess": 1})
