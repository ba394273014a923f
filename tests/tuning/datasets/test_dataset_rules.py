"""Rules on the rows taken together, on prompts and completions, and on cost."""

from dataclasses import replace

import pytest

from tuning.datasets.provider_facts import CUSTOM, FIREWORKS, OPENAI, TRAINER

USER = {"role": "user", "content": "Hi"}


def codes(report):
    return {finding.code for finding in report.findings}


def of(report, code):
    return [finding for finding in report.findings if finding.code == code]


def test_too_few_examples_are_told_how_many_are_missing(good_chat, checked) -> None:
    report = checked(good_chat(7))
    (finding,) = of(report, "S001")
    assert finding.parameters == {"n": 7, "minimum": 10, "missing": 3, "provider": "OpenAI"}
    assert not report.is_ready
    assert "S001" not in codes(checked(good_chat(10)))
    assert "S001" not in codes(checked(good_chat(7), provider=FIREWORKS))


@pytest.mark.parametrize(("count", "code"), [(10, "S002"), (49, "S002"), (50, "S003"), (199, "S003"), (200, None)])
def test_small_files_are_told_what_to_expect(count, code, good_chat, checked) -> None:
    assert codes(checked(good_chat(count))) & {"S002", "S003"} == ({code} if code else set())


def test_more_examples_than_the_provider_takes_are_an_error(good_chat, checked) -> None:
    small = replace(OPENAI, maximum_examples=20)
    assert of(checked(good_chat(21), provider=small), "S004")[0].parameters == {"n": 21, "maximum": 20}
    assert "S004" not in codes(checked(good_chat(20), provider=small))


def test_a_file_that_teaches_nothing_is_an_error(good_chat, checked) -> None:
    silent = [{"messages": [USER, {"role": "assistant", "content": "No.", "weight": 0}]}] * 12
    assert "S005" in codes(checked(silent))
    assert "S005" not in codes(checked([*silent, *good_chat(1)]))


def test_a_row_that_outweighs_the_others_is_named(good_chat, checked) -> None:
    heavy = {"messages": [USER, {"role": "assistant", "content": "well " * 400}]}
    (finding,) = of(checked([*good_chat(20), heavy, *good_chat(20)]), "S006")
    assert (finding.line, finding.parameters["share"] > 20) == (21, True)
    assert "S006" not in codes(checked(good_chat(41)))


PROMPT_FAULTS = [
    ("X001", {"Prompt": "Hi", "completion": "Hello"}),
    ("X001", {"question": "Hi", "answer": "Hello"}),
    ("X001", {"prompt": "Hi"}),
    ("X002", {"prompt": ["Hi"], "completion": "Hello"}),
    ("X002", {"prompt": "Hi", "completion": 3}),
    ("X003", {"prompt": "Hi", "completion": " "}),
    ("X004", {"prompt": "Hi", "completion": "Hello", "id": 3}),
]


@pytest.mark.parametrize(("code", "wrong"), PROMPT_FAULTS)
def test_a_fault_in_a_prompt_row_is_reported_alone_and_a_good_row_is_not(code, wrong, good_prompts, checked) -> None:
    report = checked([*good_prompts(50), wrong])
    assert {(f.code, f.line) for f in report.findings if f.severity == "E"} == {(code, 51)}
    assert code not in codes(checked(good_prompts(51)))


def test_prompts_that_are_all_empty_are_taken_as_meant(checked) -> None:
    report = checked([{"prompt": "", "completion": f"Line {number}"} for number in range(50)])
    assert [finding.severity for finding in of(report, "X003")] == ["I"]
    assert report.is_ready


@pytest.mark.parametrize("key", ["prompt", "completion"])
def test_a_column_that_is_the_same_in_every_row_is_an_error(key, good_prompts, checked) -> None:
    rows = [{**row, key: "always this"} for row in good_prompts(50)]
    assert [finding.parameters for finding in of(checked(rows), "X006")] == [{"key": key, "text": "always this"}]
    assert "X006" not in codes(checked([*rows, *good_prompts(1)]))


def test_the_separator_and_the_stop_are_found(good_prompts, checked) -> None:
    report = checked(good_prompts(20))
    assert (report.prompt_separator, report.completion_stop) == ("\n\n###\n\n", " END")


def test_a_full_stop_that_all_completions_share_is_no_stop_sequence(checked) -> None:
    report = checked([{"prompt": f"{n}?", "completion": f"{n}."} for n in range(20)])
    assert (report.prompt_separator, report.completion_stop) == ("", "")


def test_a_model_and_a_file_of_different_formats_do_not_fit(good_prompts, good_chat, checked) -> None:
    assert "X005" in codes(checked(good_prompts(50), model="gpt-4.1-2025-04-14"))
    assert "X005" in codes(checked(good_chat(50), model="davinci-002"))
    assert "X005" not in codes(checked(good_prompts(50), model="davinci-002"))
    assert "X005" not in codes(checked(good_prompts(50), model="smollm2-135m", provider=TRAINER))


def test_a_method_that_the_file_is_not_written_for_is_an_error(good_chat, checked) -> None:
    pairs = [
        {
            "input": {"messages": [USER]},
            "preferred_output": [{"role": "assistant", "content": f"Yes {n}"}],
            "non_preferred_output": [{"role": "assistant", "content": "No"}],
        }
        for n in range(50)
    ]
    assert checked(pairs).format == "preference"
    assert "P015" in codes(checked(pairs, method="supervised"))
    assert "P015" not in codes(checked(pairs, method="dpo"))
    assert "P015" not in codes(checked(good_chat(50), method="supervised"))


def test_reinforcement_rows_are_recognised_and_not_judged_as_chat(checked) -> None:
    report = checked([{"messages": [USER], "reference_answer": f"{n}"} for n in range(50)])
    assert (report.format, report.is_ready) == ("reinforcement", True)


def test_an_example_beyond_the_models_context_is_cut_or_lost(good_chat, checked) -> None:
    cut = {"messages": [USER, {"role": "assistant", "content": "well " * 70_000}]}
    lost = {"messages": [{"role": "user", "content": "well " * 70_000}, {"role": "assistant", "content": "Yes."}]}
    report = checked([*good_chat(50), cut, lost], model="gpt-4o-mini-2024-07-18")
    assert [(f.line, f.severity) for f in of(report, "C027")] == [(51, "W"), (52, "E")]
    assert report.tokens.billed == report.tokens.total - sum(f.parameters["over"] for f in of(report, "C027"))
    assert "C027" not in codes(checked([*good_chat(50), cut, lost]))


def test_the_totals_name_tokens_and_epochs(good_chat, checked) -> None:
    report = checked(good_chat(50))
    (finding,) = of(report, "K001")
    assert finding.parameters == {
        "total": report.tokens.total,
        "trained": report.tokens.trained,
        "cut": 0,
        "epochs": 3,
    }
    assert of(checked(good_chat(50), provider=CUSTOM), "K001")[0].phrases == {"epochs": "cost.epochs_unknown"}


def test_many_automatic_epochs_are_questioned(good_chat, checked) -> None:
    nine = checked(good_chat(9), model="gpt-4.1-mini-2025-04-14")
    assert of(nine, "K003")[0].parameters["n"] == 11
    assert "K003" not in codes(checked(good_chat(9), n_epochs=3))
    assert "K003" not in codes(checked(good_chat(10)))


def test_an_unknown_price_is_said_to_be_unknown(good_chat, checked) -> None:
    assert "K004" in codes(checked(good_chat(50), model="llama-9"))
    assert "K004" not in codes(checked(good_chat(50), model="ft:gpt-4.1-mini-2025-04-14:ours::id"))
    assert "K004" not in codes(checked(good_chat(50)))
