"""The check as a whole: what it measures, and what it promises for any bytes."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tuning.datasets.fuzzing import tried
from tuning.datasets.check import check
from tuning.datasets.options import CheckOptions
from tuning.datasets.provider_facts import TRAINER
from tuning.datasets.report import SHOWN_PER_CODE, Report

OPTIONS = CheckOptions("train.jsonl", date(2026, 11, 22))

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)
names = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
user = st.fixed_dictionaries({"role": st.just("user"), "content": texts}, optional={"name": names})
answer = st.fixed_dictionaries({"role": st.just("assistant"), "content": texts}, optional={"weight": st.just(1)})
system = st.fixed_dictionaries({"role": st.just("system"), "content": texts})
turns = st.lists(st.tuples(user, answer), min_size=1, max_size=3).map(lambda pairs: [m for pair in pairs for m in pair])
conversations = st.tuples(st.lists(system, max_size=1), turns).map(lambda parts: {"messages": parts[0] + parts[1]})


different = st.lists(texts, min_size=40, max_size=44, unique_by=str.strip)


@settings(max_examples=15, deadline=None)
@given(different)
def test_valid_prompts_and_preferences_are_ready(said) -> None:
    half = len(said) // 2
    pairs = list(zip(said[:half], said[half:], strict=False))
    prompts = [{"prompt": one, "completion": other} for one, other in pairs]
    preferences = [
        {
            "input": {"messages": [{"role": "user", "content": one}]},
            "preferred_output": [{"role": "assistant", "content": other}],
            "non_preferred_output": [{"role": "assistant", "content": f"No. {one}"}],
        }
        for one, other in pairs
    ]
    for rows in (prompts, preferences):
        assert check(["\n".join(json.dumps(row) for row in rows).encode()], OPTIONS).is_ready


@settings(max_examples=40, deadline=None)
@given(st.lists(conversations, min_size=10, max_size=14, unique_by=json.dumps), st.booleans())
def test_valid_rows_are_ready(rows, ensure_ascii) -> None:
    content = "\n".join(json.dumps(row, ensure_ascii=ensure_ascii) for row in rows).encode()
    assert check([content], OPTIONS).is_ready


def test_four_hundred_mutations_of_every_format_never_raise_and_every_finding_can_be_said() -> None:
    found = {finding.code for seed in range(400) for finding in tried(seed).findings}
    assert {code[0] for code in found} >= set("FSCTIXPRQZK")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content) -> None:
    check([content], OPTIONS)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.sampled_from(["user", "assistant", "messages"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["messages", "role", "content", "type", "text", "weight", "prompt", "name", "tool_calls"]
                ),
                inner,
            )
        ),
    )
)
def test_no_json_makes_it_raise(value) -> None:
    check([json.dumps(value).encode()], OPTIONS)
    check([json.dumps({"messages": value}).encode()], OPTIONS)
    check([json.dumps({"messages": [value, {"role": "assistant", "content": value}]}).encode()], OPTIONS)


def test_the_size_of_the_chunks_makes_no_difference(good_chat) -> None:
    content = "\r\n".join(json.dumps(row, ensure_ascii=False) for row in good_chat(12)).encode()
    whole = check([content], OPTIONS).to_json()
    assert check([content[at : at + 7] for at in range(0, len(content), 7)], OPTIONS).to_json() == whole


def test_the_same_bytes_give_the_same_report_byte_for_byte(good_chat, checked) -> None:
    rows = [*good_chat(30), {"messages": []}, {"messages": [], "b": 1, "a": 2}]
    first, second = (json.dumps(checked(rows).to_json()) for _ in range(2))
    assert first == second


def test_a_report_comes_back_from_its_json(good_chat, good_prompts, checked) -> None:
    for report in (checked([*good_chat(20), {"id": 1}]), checked(good_prompts(20)), checked(b"")):
        assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_progress_is_told_in_bytes(good_chat) -> None:
    content = "\n".join(json.dumps(row) for row in good_chat(12)).encode()
    told: list[int] = []
    report = check([content[:100], content[100:]], OPTIONS, told.append)
    assert (told, report.size_bytes) == ([100, len(content) - 100], len(content))


def test_the_common_system_prompt_and_the_language_are_measured(good_chat, checked) -> None:
    other = {"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "Hi."}]}
    report = checked([*good_chat(30), *[other] * 10])
    assert report.system_prompts.common == "Marv is a factual chatbot that is also sarcastic."
    assert (report.system_prompts.common_examples, report.system_prompts.distinct) == (30, 1)
    assert report.han_share == 0.75


def test_tokens_are_measured_per_example(checked) -> None:
    rows = [
        {"messages": [{"role": "user", "content": "a " * n}, {"role": "assistant", "content": "b"}]}
        for n in range(1, 101)
    ]
    tokens = checked(rows).tokens
    assert tokens.longest_line == 100
    assert tokens.longest == max(tokens.quantiles["p95"], tokens.longest)
    assert sum(bar.examples for bar in tokens.histogram) == 100
    assert tokens.quantiles["p5"] < tokens.quantiles["p50"] < tokens.quantiles["p95"] < tokens.longest


def test_counts_stay_exact_where_findings_are_cut_off(good_chat, checked) -> None:
    report = checked([*good_chat(10), *["{}"] * 10_050])
    (tally,) = [tally for tally in report.tallies if tally.code == "C001"]
    assert tally.count == 10_050
    assert sum(finding.code == "C001" for finding in report.findings) == 10_000
    assert [len(group.shown) for group in report.groups if group.tally.code == "C001"] == [SHOWN_PER_CODE]


def test_the_findings_to_show_first_are_one_of_each_code(good_chat, checked) -> None:
    report = checked([*good_chat(50), *[{"messages": []}] * 3, {"messages": [], "id": 1}])
    assert [finding.code for finding in report.top_findings(3)] == ["C003", "C005", "C003"]
    assert report.things_to_fix == 2


def test_of_one_gravity_what_stands_first_in_the_file_is_told_first(good_chat, checked) -> None:
    report = checked([*good_chat(2), {"messages": [], "id": 1}, *good_chat(50), "{", {"messages": 1}])
    errors = [(one.code, one.line) for one in report.top_findings(9) if one.severity == "E"]
    assert [line for _, line in errors] == sorted(line for _, line in errors)
    assert [group.tally.severity for group in report.groups] == sorted(
        (group.tally.severity for group in report.groups), key="EWI".index
    )


def test_counts_are_exact_only_with_the_models_own_tokenizer(good_chat, checked) -> None:
    rows = good_chat(12)
    assert checked(rows).tokens.is_exact
    assert not checked(rows, provider=TRAINER).tokens.is_exact
    assert checked(rows, model="gpt-4-0613").tokens.encoding == "cl100k_base"
    with_tools = [{**row, "tools": [{"type": "function", "function": {"name": "look"}}]} for row in rows]
    assert not checked(with_tools).tokens.is_exact
