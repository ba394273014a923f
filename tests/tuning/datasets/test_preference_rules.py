"""Each rule on preferences: a defect planted in a good file of pairs, and a near miss."""

import pytest

from tests.tuning.datasets.planting import HAN_PLACES, PLACES, TODAY, TOOL, WAYS, gained, only, planted, report_on, said
from tuning.datasets.probes import Probes
from tuning.datasets.provider_facts import AZURE
from tuning.datasets.wording import Wording
from tuning.texts import LANGUAGES, Texts

LONG = ", and ask at the desk whenever you need us"


def pair(question, preferred, rejected, **more):
    return {
        "input": {"messages": [said("user", question)], **more},
        "preferred_output": [preferred if isinstance(preferred, dict) else said("assistant", preferred)],
        "non_preferred_output": [rejected if isinstance(rejected, dict) else said("assistant", rejected)],
    }


NOT_KNOWN = (
    "Ask somebody else about {n}",
    "Why do you want to know that, guest {n}",
    "Nobody has told me, so {n} must wait here",
)


def good(n):
    """Pairs in English and Chinese; the longer answer wins every other time."""
    tails = ["", " today, if you please"][:: 1 if n % 2 else -1]
    if n % 3 == 0:
        tails = ["", "，随时欢迎你"][:: 1 if n % 2 else -1]
        asked = f"从{n * 37 + 200}号房间去{HAN_PLACES[n % 10]}怎么走？"
        return pair(
            asked, f"请从{n % 5 + 1}号门出去，{n}步就到{tails[0]}。", f"这个我不知道，{n * 7}号客人{tails[1]}。"
        )
    question = f"How do I get to {PLACES[n % 10]} from room {n * 37}?"
    better = f"Leave by door {n % 7}, then {WAYS[n * 7 % 5]} for {n} steps"
    return pair(question, f"{better}{tails[0]}.", f"{NOT_KNOWN[n % 3].format(n=n * 11)}{tails[1]}.")


GOOD = tuple(good(n) for n in range(120))
ROW = pair("May I bring my dog?", "Yes, dogs are welcome.", "No dogs in this house.")
EMPTY = said("assistant", " ")
PICTURE = [{"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}]


def but(**changes):
    return {key: value for key, value in {**ROW, **changes}.items() if value is not ...}


def asking(*messages):
    return but(input={"messages": list(messages)})


CASES = [
    ("P001", but(input=..., prompt="May I?"), ROW),
    ("P001", but(preferred_output=..., chosen=ROW["preferred_output"]), ROW),
    ("P002", but(input=[said("user", "May I?")]), ROW),
    ("P002", but(input={"messages": []}), asking(said("user", "May I?"))),
    ("P003", but(id=7), ROW),
    ("P003", but(input={**ROW["input"], "id": 7}), but(input={**ROW["input"], "parallel_tool_calls": True})),
    ("P004", but(preferred_output=said("assistant", "Yes.")), ROW),
    ("P004", but(non_preferred_output=[]), ROW),
    ("P004", but(preferred_output=[said("assistant", "Yes."), said("assistant", "Of course.")]), ROW),
    ("P005", but(preferred_output=[said("user", "Yes.")]), ROW),
    ("P006", but(non_preferred_output=[EMPTY]), ROW),
    ("P006", but(preferred_output=[said("assistant", None)]), ROW),
    ("P007", but(non_preferred_output=[said("assistant", "Yes,  dogs are welcome.\n")]), ROW),
    ("P008", asking(said("user", "May I?"), said("assistant", "Well.")), asking(said("assistant", "Well."), said("user", "May I?"))),
    ("P009", asking(said("user", "May I?", weight=1)), ROW),
    ("P009", asking(said("human", "May I?")), asking(said("system", "Be kind."), said("user", "May I?"))),
    ("P009", asking({"role": "user", "content": 3}), ROW),
    ("P009", but(input={**ROW["input"], "tools": [TOOL, TOOL]}), but(input={**ROW["input"], "tools": [TOOL]})),
    ("P010", asking(said("user", PICTURE)), asking(said("user", [{"type": "text", "text": "May I?"}]))),
    ("P011", but(preferred_output=ROW["non_preferred_output"], non_preferred_output=ROW["preferred_output"]), good(200)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "wrong", "near_miss"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_defect_of_a_pair_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    rows = (ROW, *GOOD) if code == "P011" else GOOD
    beside = {"Q003"} if code == "P011" else set()
    assert {one for one in planted(wrong, rows=rows) if one[0] not in beside} == {(code, 21)}
    assert planted(near_miss, rows=rows) == set()


def test_good_pairs_have_nothing_but_their_totals_told() -> None:
    assert {finding.code for finding in report_on(GOOD, n_epochs=2).findings} == {"K001", "S003"}


def test_answers_that_are_almost_the_same_only_warn() -> None:
    text = " ".join(f"word{n}" for n in range(80))
    row = but(preferred_output=[said("assistant", text)], non_preferred_output=[said("assistant", f"{text}!")])
    assert only([*GOOD, row], "P007").severity == "W"


def test_azure_compares_results_of_tools_too() -> None:
    row = but(preferred_output=[said("tool", "12", tool_call_id="c1")])
    assert ("P005", 21) in planted(row, rows=GOOD)
    assert "P005" not in {code for code, _ in planted(row, rows=GOOD, provider=AZURE)}


def test_many_pairs_for_one_prompt_only_warn() -> None:
    rows = [pair("May I bring my dog?", f"Yes, on day {n}.", f"No, not on {n}.") for n in range(6)]
    assert only([*GOOD, *rows], "P011").severity == "W"
    assert "P011" not in {code for code, _ in gained([*GOOD, *rows[1:]], GOOD)}


def test_the_side_that_is_longer_is_noticed() -> None:
    rows = [pair(f"Question {n}?", f"Yes, and more of it, {n}{LONG}.", f"No, {n}.") for n in range(120)]
    assert ("P012", None) in gained(rows, GOOD)


@pytest.mark.parametrize(
    ("feature", "preferred", "rejected"),
    [
        ("script", "Yes, come in, number {n}.", "好的，请进来吧，第{n}位客人。"),
        ("form", "Yes, come in, {n}.", '{{"yes": {n}}}'),
        ("refusal", "Yes, come in, number {n}.", "I cannot help with {n}, sorry."),
    ],
)
def test_what_else_tells_the_sides_apart_is_named(feature, preferred, rejected) -> None:
    rows = [pair(f"Question {n}?", preferred.format(n=n), rejected.format(n=n)) for n in range(120)]
    assert f"pairs.{feature}" in {f.phrases.get("feature") for f in report_on(rows).findings if f.code == "P013"}


def test_few_pairs_and_many_epochs_are_questioned() -> None:
    assert "P014" in {f.code for f in report_on(GOOD[:99], n_epochs=1).findings}
    assert "P014" in {f.code for f in report_on(GOOD, n_epochs=3).findings}
    assert "P014" not in {f.code for f in report_on(GOOD[:100], n_epochs=2).findings}


def test_a_grader_that_disagrees_is_told_where_one_was_given() -> None:
    against = Probes(grade=lambda sample, item: float("No" in sample["output_text"] or "不" in sample["output_text"]))
    assert ("P016", None) in gained(GOOD, (), probes=against)
    assert "P016" not in {code for code, _ in gained(GOOD, (), probes=Probes(grade=lambda sample, item: 1 / 0))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_inside_a_pair_is_said_in_the_words_of_its_own_rule(language) -> None:
    finding = only([*GOOD, asking({"role": "user", "content": 3})], "P009")
    wording = Wording(Texts.load(), language)
    assert (finding.path, "121" in wording.message(finding), "C010" in wording.fix(finding)) == (
        "input.messages[0].content",
        True,
        True,
    )


def test_a_part_whose_type_is_a_list_never_raises() -> None:
    odd = {**GOOD[0], "preferred_output": [said("assistant", [{"type": ["text"], "text": "Yes."}])]}
    assert report_on([odd, *GOOD[1:]]).examples == len(GOOD)


@pytest.mark.parametrize(
    "value", [None, 3, "x", [], {}, [[]], [None], {"messages": 3}, {"messages": [3]}, {"messages": [{}]}]
)
def test_whatever_stands_in_the_place_of_input_and_outputs_never_raises(value) -> None:
    for key in ROW:
        assert report_on([*GOOD[:12], but(**{key: value})], today=TODAY).examples == 13
