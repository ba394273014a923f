import pytest

from tuning.tokens.counting import Counter
from tuning.tokens.encodings import CL100K, O200K, encoding

USER = {"role": "user", "content": "Hi"}
ANSWER = {"role": "assistant", "content": "Oh, hello there."}


@pytest.fixture(scope="module")
def o200k() -> Counter:
    return Counter(O200K)


def test_a_chat_example_costs_what_the_cookbook_says(o200k) -> None:
    counted = o200k.chat({"messages": [USER, ANSWER]})
    content = o200k.count("Hi") + o200k.count("Oh, hello there.")
    assert counted.total == 3 + 2 * (3 + 1) + content
    assert counted.trained == o200k.count("Oh, hello there.")
    assert counted.is_exact


def test_a_name_costs_itself_and_one_more(o200k) -> None:
    named = o200k.chat({"messages": [{**USER, "name": "ada"}, ANSWER]}).total
    assert named - o200k.chat({"messages": [USER, ANSWER]}).total == o200k.count("ada") + 1


def test_an_answer_of_weight_0_is_paid_and_not_trained(o200k) -> None:
    counted = o200k.chat({"messages": [USER, {**ANSWER, "weight": 0}, USER, ANSWER]})
    assert counted.trained == o200k.count(ANSWER["content"])
    assert counted.before_answer == counted.total - counted.trained - 4


def test_special_tokens_written_as_text_count_as_text(o200k) -> None:
    assert o200k.count("<|endoftext|>") > 1


def test_text_parts_are_counted_and_images_only_estimated(o200k) -> None:
    parts = [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://a.b/c.png"}}]
    with_image = o200k.chat({"messages": [{"role": "user", "content": parts}, ANSWER]})
    assert with_image.total == o200k.chat({"messages": [USER, ANSWER]}).total + 85
    assert not with_image.is_exact


def test_tools_are_counted_and_make_the_count_an_estimate(o200k) -> None:
    plain = o200k.chat({"messages": [USER, ANSWER]})
    with_tools = o200k.chat({"messages": [USER, ANSWER], "tools": [{"type": "function"}]})
    assert with_tools.total > plain.total
    assert not with_tools.is_exact


def test_a_prompt_and_its_completion_are_counted_apart(o200k) -> None:
    counted = o200k.prompt_completion({"prompt": "What is the capital of France?", "completion": " Paris."})
    assert (counted.trained, counted.before_answer) == (
        o200k.count(" Paris."),
        o200k.count("What is the capital of France?"),
    )
    assert counted.total == counted.trained + counted.before_answer


def test_both_answers_of_a_preference_are_paid(o200k) -> None:
    row = {"input": {"messages": [USER]}, "preferred_output": [ANSWER], "non_preferred_output": [ANSWER]}
    assert o200k.preference(row).trained == 2 * o200k.count(ANSWER["content"])


@pytest.mark.parametrize("row", [{}, {"messages": 3}, {"messages": [3, None, {"role": 1, "content": {}}]}])
def test_a_broken_row_still_has_a_count(row, o200k) -> None:
    assert o200k.chat(row).trained == 0


@pytest.mark.parametrize("name", [O200K, CL100K])
def test_a_million_blanks_do_not_break_the_counter(name) -> None:
    text = "a" + " " * 1_200_000 + "b"
    assert Counter(name).count(text) == pytest.approx(1_200_000 / 128, rel=0.02)


def test_a_long_text_without_blank_runs_is_counted_exactly(o200k) -> None:
    text = "well done, " * 60_000
    assert o200k.count(text) == len(encoding(O200K).encode_ordinary(text))
