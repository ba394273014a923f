"""Every automatic fix removes what it is for, touches nothing else, and does nothing the second time."""

import base64
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tuning.datasets.fixes.fixing import FIXABLE, SAFE, Fixed, fix
from tuning.datasets.lines import BYTE_ORDER_MARK
from tuning.datasets.provider_facts import CUSTOM, OPENAI, TOGETHER
from tuning.datasets.rules.table import RULINGS

USER, ANSWER = {"role": "user", "content": "What is 6 * 7?"}, {"role": "assistant", "content": "42, 当然。"}


def chat(*messages, **more) -> dict:
    return {"messages": [*messages], **more}


def answered(**changes) -> dict:
    return chat(USER, {**ANSWER, **changes})


GOOD = answered()


def picture(mode: str) -> str:
    """A small PNG as a data URL."""
    written = io.BytesIO()
    Image.new(mode, (4, 4)).save(written, "PNG")
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"


def shown(image_url) -> dict:
    return chat({"role": "user", "content": [{"type": "image_url", "image_url": image_url}]}, ANSWER)


CHAT_DEFECTS = {
    "C001": ({"conversations": [{"from": "human", "value": "What is 6 * 7?"}, {"from": "gpt", "value": "42, 当然。"}]}, GOOD),
    "I002": (shown("https://a.b/c.png"), shown({"url": "https://a.b/c.png"})),
    "I004": (shown({"url": "https://a.b/c.png", "detail": "medium"}), shown({"url": "https://a.b/c.png", "detail": "auto"})),
    "I010": (shown({"url": picture("L"), "detail": "low"}), shown({"url": picture("RGB"), "detail": "low"})),
    "C002": ({"messages": "What is 6 * 7?"}, None),
    "C003": (chat(), None),
    "C004": (chat("hello", USER, ANSWER), GOOD),
    "C005": (answered() | {"id": 7}, GOOD),
    "C006": (chat({"content": "What is 6 * 7?"}, ANSWER), chat({"content": "What is 6 * 7?", "role": "user"}, ANSWER)),
    "C007": (chat({**USER, "role": "human"}, {**ANSWER, "role": " Assistant"}), GOOD),
    "C008": (chat({"role": "user"}, ANSWER), None),
    "C009": (answered(content=None), None),
    "C010": (answered(content=42), answered(content="42")),
    "C011": (chat({"role": "system", "content": " "}, USER, ANSWER), GOOD),
    "C012": (answered(content=[{"type": "output", "text": "42"}]), answered(content=[{"type": "text", "text": "42"}])),
    "C013": (chat({**USER, "content": [{"type": "text"}]}, ANSWER), None),
    "C014": (chat(USER), None),
    "C015": (chat(USER, ANSWER, USER, USER), GOOD),
    "C016": (chat(USER, {"role": "system", "content": "a"}, ANSWER), chat({"role": "system", "content": "a"}, USER, ANSWER)),
    "C017": (chat(USER, USER, ANSWER), chat({**USER, "content": "What is 6 * 7?\n\nWhat is 6 * 7?"}, ANSWER)),
    "C018": (answered(weight="0"), answered(weight=0)),
    "C019": (chat({**USER, "weight": 1}, ANSWER), GOOD),
    "C020": (chat(USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 0}), chat(USER, {**ANSWER, "weight": 0}, USER, {**ANSWER, "weight": 1})),
    "C021": (answered(ts=1, id="x"), GOOD),
    "C022": (answered(name="Marv, the bot"), answered(name="Marv_the_bot")),
    "C023": (answered(refusal=5), GOOD),
    "C024": (answered() | {"parallel_tool_calls": "no"}, answered() | {"parallel_tool_calls": True}),
    "C025": (answered(content="<|im_start|>42, 当然。<|im_end|>"), GOOD),
    "F019": ({"prompt": "What is 6 * 7?", "completion": "42, 当然。"}, GOOD),
}  # fmt: skip
NAMED = {"name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL = {"type": "function", "function": NAMED}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "ok"}


def called(*calls, tools=(TOOL,), results=(RESULT,), **more) -> dict:
    return {
        "messages": [USER, {"role": "assistant", "content": None, "tool_calls": list(calls)}, *results, ANSWER],
        "tools": list(tools),
        **more,
    }


TOOL_DEFECTS = {
    "T001": (called(CALL, tools=[NAMED]), called(CALL)),
    "T003": (called(CALL, tools=[TOOL, TOOL]), called(CALL)),
    "T007": (chat({**USER, "tool_calls": [CALL]}, ANSWER, tools=[TOOL]), chat(USER, ANSWER, tools=[TOOL])),
    "T008": (called({"function": CALL["function"]}, results=()), called({"function": CALL["function"], "id": "call_1", "type": "function"}, results=())),
    "T010": (called({**CALL, "function": {"name": "f", "arguments": {}}}), called(CALL)),
    "T011": (called({**CALL, "function": {"name": "f", "arguments": "{'a': 1,}"}}), called({**CALL, "function": {"name": "f", "arguments": '{"a": 1}'}})),
    "T014": (called(CALL, results=[{**RESULT, "tool_call_id": "call_9"}]), called(CALL)),
    "T016": (chat(USER, RESULT, ANSWER), GOOD),
    "T018": (
        chat(USER, {"role": "assistant", "content": None, "function_call": CALL["function"]}, {"role": "function", "name": "f", "content": "ok"}, ANSWER, functions=[NAMED]),
        {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": [{**CALL, "id": "call_2"}]}, {**RESULT, "tool_call_id": "call_2"}, ANSWER], "tools": [TOOL]},
    ),
    "Q001": (None, None),
}  # fmt: skip
SIDES = {"preferred_output": [ANSWER], "non_preferred_output": [{**ANSWER, "content": "I don't know."}]}
PAIR = {"input": {"messages": [USER]}, **SIDES}
PREFERENCE_DEFECTS = {
    "P001": ({"prompt": "What is 6 * 7?", "chosen": "42, 当然。", "rejected": "I don't know."}, PAIR),
    "P002": ({**PAIR, "input": [USER]}, PAIR),
    "P003": ({**PAIR, "id": 7, "input": {"messages": [USER], "x": 1}}, PAIR),
    "P004": ({**PAIR, "preferred_output": ANSWER, "non_preferred_output": "I don't know."}, PAIR),
    "P005": ({**PAIR, "preferred_output": [{**ANSWER, "role": "user"}]}, PAIR),
    "P006": ({**PAIR, "preferred_output": [{**ANSWER, "content": ""}]}, None),
    "P007": ({**PAIR, "non_preferred_output": [ANSWER]}, None),
    "P008": ({**PAIR, "input": {"messages": [USER, ANSWER]}}, PAIR),
    "P010": ({**PAIR, "preferred_output": [{**ANSWER, "content": [{"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}]}]}, None),
}  # fmt: skip
LINE_DEFECTS = {
    "F004": ('{"messages": [{"role": "user", "content": "café"}]}'.encode("cp1252"), '{"messages": [{"role": "user", "content": "café"}]}'),
    "F009": (b"   ", None),
    "F010": (json.dumps(GOOD, ensure_ascii=False).encode() + b"\r", json.dumps(GOOD, ensure_ascii=False)),
    "F011": (b"{'messages': [{'role': 'user', 'content': None,},],},", '{"messages": [{"role": "user", "content": null}]}'),
    "F012": (b'{"messages": [1]}, {"messages": [2]}', '{"messages": [1]}\n{"messages": [2]}'),
    "F013": (b"42", None),
    "F014": (b'{"messages": [1], "messages": [2]}', '{"messages": [2]}'),
    "F015": (b'{"messages": [NaN]}', '{"messages": [null]}'),
    "F016": (b'{"messages": ["\\ud83d"]}', '{"messages": ["?"]}'),
    "F017": (b'{"messages": ["a\\u0000b"]}', '{"messages": ["ab"]}'),
}  # fmt: skip
PROMPT = {"prompt": "a", "completion": "b"}
PROMPT_DEFECTS = {
    "X001": ({"question": "a", "completion": "b"}, PROMPT),
    "X002": ({"prompt": 5, "completion": "b"}, {"prompt": "5", "completion": "b"}),
    "X003": ({"prompt": "a", "completion": " "}, None),
    "X004": (PROMPT | {"id": 1}, PROMPT),
}
ASKED = {"role": "user", "content": "How much is seven times eight?"}
REINFORCED = {"messages": [ASKED], "reference_answer": "56"}
REINFORCEMENT_DEFECTS = {
    "R002": ({"messages": [ASKED, {"role": "assistant", "content": "56"}], "level": 1}, {"messages": [ASKED], "level": 1, "reference_answer": "56"}),
    "R003": (REINFORCED | {"messages": [{"role": "system", "content": "Digits."}, ASKED]}, REINFORCED | {"messages": [{"role": "developer", "content": "Digits."}, ASKED]}),
    "R007": (REINFORCED | {"the level": 1}, REINFORCED | {"the_level": 1}),
}  # fmt: skip
FILE_CODES = {"F006"}


def good_pairs(count: int) -> list[dict]:
    return [
        {**PAIR, "input": {"messages": [{"role": "user", "content": f"What is {number} * 7?"}]}}
        for number in range(count)
    ]


def good_questions(count: int) -> list[dict]:
    return [
        {"messages": [{"role": "user", "content": f"What is {number} * 7?"}], "reference_answer": str(number * 7)}
        for number in range(count)
    ]


def written(row: dict) -> str:
    return json.dumps(row, ensure_ascii=False)


def fixed(content: bytes, *codes: str, provider=OPENAI) -> tuple[bytes, Fixed]:
    target = io.BytesIO()
    done = fix([content], frozenset(codes), provider, target)
    return target.getvalue(), done


def test_a_defect_is_planted_for_every_fix() -> None:
    assert (
        TOOL_DEFECTS.keys()
        | PREFERENCE_DEFECTS.keys()
        | CHAT_DEFECTS.keys()
        | LINE_DEFECTS.keys()
        | PROMPT_DEFECTS.keys()
        | REINFORCEMENT_DEFECTS.keys()
        | FILE_CODES
        == FIXABLE
    )
    assert all(RULINGS[code].auto_fix == "safe" for code in SAFE)


@pytest.mark.parametrize(
    "code",
    [*CHAT_DEFECTS, *TOOL_DEFECTS, *PREFERENCE_DEFECTS, *PROMPT_DEFECTS, *REINFORCEMENT_DEFECTS, *LINE_DEFECTS],
)
def test_a_fix_repairs_its_line_and_no_other(code, good_chat, good_prompts, checked) -> None:
    defects = CHAT_DEFECTS | TOOL_DEFECTS | PREFERENCE_DEFECTS | PROMPT_DEFECTS | REINFORCEMENT_DEFECTS
    if code in LINE_DEFECTS:
        defect, expected = LINE_DEFECTS[code]
    else:
        row, wanted = defects[code] if code != "Q001" else (good_chat(6)[5], None)
        defect, expected = written(row).encode(), None if wanted is None else written(wanted)
    kinds = ((PROMPT_DEFECTS, good_prompts), (PREFERENCE_DEFECTS, good_pairs), (REINFORCEMENT_DEFECTS, good_questions))
    rows = next((good for planted, good in kinds if code in planted), good_chat)
    good = [json.dumps(row).replace(": ", ":").encode() for row in rows(20)]
    content = b"\n".join([*good[:6], defect, *good[6:], b""])
    assert code in {tally.code for tally in checked(content).tallies}

    once, done = fixed(content, code)
    repaired = [] if expected is None else expected.encode().split(b"\n")
    assert once.split(b"\n")[:-1] == [*good[:6], *repaired, *good[6:]]
    assert fixed(once, code)[0] == once
    assert code not in {tally.code for tally in checked(once).tallies}
    assert [(change.code, change.lines >= 1) for change in done.changes] == [(code, True)]
    assert done.lines.old_of(len(once.splitlines())) == 21
    if code not in {"F009", "F010"}:
        assert done.changes[0].samples[0].line == 7


def test_a_byte_order_mark_is_removed_or_added_as_the_provider_wants(good_chat) -> None:
    plain = b"".join(json.dumps(row).encode() + b"\n" for row in good_chat(3))
    assert fixed(BYTE_ORDER_MARK + plain, "F006")[0] == plain
    assert fixed(BYTE_ORDER_MARK + plain, "F009")[0] == BYTE_ORDER_MARK + plain
    assert fixed(BYTE_ORDER_MARK + plain, "F006", provider=CUSTOM)[0] == BYTE_ORDER_MARK + plain


def test_a_call_that_is_no_object_stays_for_a_person(good_chat) -> None:
    row = chat(USER, {"role": "assistant", "content": None, "tool_calls": ["find_room"]})
    content = b"".join(json.dumps(one).encode() + b"\n" for one in [*good_chat(3), row])
    assert fixed(content, "T008")[0] == content


def test_what_nobody_asked_for_stays(good_chat) -> None:
    lines = [b'{"a": 1, "a": 2, "id": 3}', b"{'cut", b"\xff\xfe", b"", b'{"messages": [NaN], "x": 1}']
    content = b"\n".join([*(json.dumps(row).encode() for row in good_chat(3)), *lines, b""])
    assert fixed(content, "C005", "C021", "X004")[0] == content


def test_a_line_that_only_a_person_can_mend_stays(good_chat) -> None:
    lines = [b'{"messages": [{"role": "user", "content": "cut', b"{]", b'{"neither": "this", "nor": "that"}']
    content = b"\n".join([*(json.dumps(row).encode() for row in good_chat(3)), *lines, b""])
    once, done = fixed(content, "F011", "C001")
    assert (once, done.changes) == (content, ())


def test_the_lines_of_the_new_version_are_found_in_the_old_one(good_chat) -> None:
    rows = [json.dumps(row).encode() for row in good_chat(4)]
    content = b"\n".join([rows[0], b"", rows[1], rows[2] + b" " + rows[3], b""])
    _, done = fixed(content, "F009", "F012")
    assert [done.lines.old_of(line) for line in range(1, 6)] == [1, 3, 4, 4, None]


def test_a_secret_is_masked_in_what_is_shown(good_chat) -> None:
    row = answered(key="sk-abcdefghijklmnop")
    _, done = fixed(b"".join(json.dumps(one).encode() + b"\n" for one in [*good_chat(3), row]), "C021")
    assert "abcdefghijklmnop" not in str(done.changes)


def test_thousands_of_faults_in_one_row_end_soon() -> None:
    row = chat(*({**USER, "id": number} for number in range(3_000)), ANSWER)
    content = json.dumps(row).encode() + b"\n"
    assert b"id" not in fixed(content, "C021")[0]
    assert fixed(content, "C017")[0] == content


ROW_DEFECTS = CHAT_DEFECTS | TOOL_DEFECTS | PREFERENCE_DEFECTS | PROMPT_DEFECTS
PIECES = st.lists(
    st.one_of(
        st.sampled_from([written(row) for row, _ in ROW_DEFECTS.values() if row]).map(str.encode),
        st.sampled_from([line for line, _ in LINE_DEFECTS.values()]),
        st.just(written(GOOD).encode()),
        st.builds(lambda row, at, junk: row[:at] + junk + row[at:], st.just(written(GOOD).encode()), st.integers(0, 90), st.binary(max_size=3)),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(PIECES, st.sampled_from([FIXABLE, SAFE, FIXABLE - SAFE]), st.sampled_from([OPENAI, TOGETHER]))
def test_fixing_twice_gives_the_same_bytes(pieces, codes, provider) -> None:
    target = io.BytesIO()
    fix([b"\n".join(pieces)], codes, provider, target)
    once = target.getvalue()
    again = io.BytesIO()
    fix([once], codes, provider, again)
    assert again.getvalue() == once
