"""Each rule on what prompts, or completions, have in common: a defect in a good file, and a near miss."""

import pytest

from tests.tuning.datasets.planting import gained, only

END = "\n\n###\n\n"
CITIES = ("Berlin", "Oslo", "上海", "Cairo", "北京", "Lima", "Quito", "Rome", "Paris", "Bern")
WEATHER = ("rain", "snow", "sun", "fog", "wind", "雨", "雪")
GOOD = [
    {
        "prompt": f"{CITIES[n % 10]}, {n} degrees, {WEATHER[n % 7]}{END}",
        "completion": f" {('Take', 'Wear', 'Bring')[n % 3]} {('a coat', 'an umbrella', 'boots')[n * 7 % 4 % 3]} for {n} {CITIES[n * 3 % 10]} END",
    }
    for n in range(50)
]


def all_with(**changes):
    return [{key: changes.get(key, str)(row[key]) for key in row} for row in GOOD]


def bare(text):
    return text.removesuffix(END)


CASES = [
    ("X007", all_with(prompt=bare), all_with(prompt=lambda text: bare(text) + " ->")),
    ("X008", [*GOOD, {**GOOD[3], "prompt": f"a{END}b{END}"}], [*GOOD, {**GOOD[3], "prompt": f"a###b{END}"}]),
    ("X009", all_with(completion=lambda text: text.removesuffix(" END")), GOOD),
    ("X010", all_with(prompt=lambda text: f"What to wear in {text}"), all_with(prompt=lambda text: f"What? {text}")),
    ("X010", all_with(completion=lambda text: f" Answer{text}"), all_with(completion=lambda text: f" So{text}")),
    ("X011", all_with(prompt=lambda text: bare(text).upper() + END), GOOD),
    ("X011", all_with(completion=str.upper), GOOD),
]


@pytest.mark.parametrize(("code", "wrong", "near_miss"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)])
def test_a_defect_of_a_column_is_reported_alone_and_a_near_miss_is_not(code, wrong, near_miss) -> None:
    assert gained(wrong, GOOD) - {("Q002", None)} == {(code, None)}
    assert code not in {found for found, _ in gained(near_miss, GOOD)}


def test_a_leading_blank_is_wanted_by_old_base_models_alone() -> None:
    bare_completions = all_with(completion=str.strip)
    assert ("X012", None) in gained(bare_completions, GOOD, model="davinci-002")
    assert ("X012", None) not in gained(bare_completions, GOOD, model="gpt-4.1-2025-04-14")


def test_few_different_completions_are_taken_as_classes_and_a_rare_one_is_named() -> None:
    rows = [{**row, "completion": " warm" if n % 2 else " cold"} for n, row in enumerate(GOOD)]
    assert only(rows, "X013").severity == "I"
    rare = only([*rows, {**GOOD[3], "completion": " hot"}], "X013")
    assert (rare.severity, rare.parameters) == ("W", {"classes": 3, "rarest": "hot", "n": 1})
    assert "X013" not in {code for code, _ in gained(GOOD)}


def test_a_separator_is_proposed_that_no_prompt_has() -> None:
    rows = [*all_with(prompt=bare), {"prompt": f"a{END}b", "completion": " Stay. END"}]
    assert only(rows, "X007").parameters == {"separator": "\\n\\n---\\n\\n"}
