import io
import json
from datetime import date

import pytest

from tuning.datasets.check import examine
from tuning.datasets.options import CheckOptions
from tuning.datasets.split import Shares, Split, SplitImpossible, split, write_split

OPTIONS = CheckOptions("rows.jsonl", date(2026, 11, 22))


def lines_of(rows) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def parted(rows, *, seed=1, kept=(), **shares) -> Split:
    content = rows if isinstance(rows, bytes) else lines_of(rows)
    tests = [examine([lines_of(one)], OPTIONS).rows for one in kept]
    return split(lambda: [content], OPTIONS, Shares(**shares), seed, tests)


def side_of(made: Split, side) -> set[int]:
    return {line for line, one in made.sides.items() if one == side}


@pytest.mark.parametrize(
    ("shares", "counts"),
    [
        ({"validation": 30}, (140, 60, 0)),
        ({}, (160, 40, 0)),
        ({"validation": 10}, (180, 20, 0)),
        ({"validation": 15, "test": 15}, (140, 30, 30)),
        ({"validation": 0, "test": 10}, (180, 0, 20)),
    ],
)
def test_rows_are_shared_out_as_asked(shares, counts, good_chat) -> None:
    made = parted(good_chat(200), **shares)
    assert tuple(made.count(side) for side in ("train", "validation", "test")) == counts
    assert set(made.sides) == set(range(1, 201))


def test_a_portion_of_the_training_rows_lies_in_every_larger_one_and_leaves_the_held_out_rows_as_they_are(
    good_chat,
) -> None:
    quarter, half, whole = (parted(good_chat(200), portion=percent) for percent in (25, 50, 100))

    assert (quarter.count("train"), half.count("train"), whole.count("train")) == (40, 80, 160)
    assert side_of(quarter, "train") < side_of(half, "train") < side_of(whole, "train")
    assert side_of(quarter, "validation") == side_of(half, "validation") == side_of(whole, "validation")


def test_the_seed_decides(good_chat) -> None:
    assert parted(good_chat(100), seed=1) == parted(good_chat(100), seed=1)
    assert parted(good_chat(100), seed=1) != parted(good_chat(100), seed=2)


def test_adding_a_row_moves_few_others(good_chat) -> None:
    before, after = (side_of(parted(good_chat(count)), "validation") for count in (100, 101))
    assert len(before & after) >= 14


def related_rows(good_chat) -> list[list[dict]]:
    """Three pairs of rows that must not be divided: equal, asking the same, and of one conversation."""
    first, second, third = ([dict(message) for message in row["messages"]] for row in good_chat(203)[200:])
    other = [*second[:2], {"role": "assistant", "content": "Another answer altogether."}]
    longer = [*third, {"role": "user", "content": "And then?"}, {"role": "assistant", "content": "No more."}]
    return [[{"messages": one}, {"messages": two}] for one, two in ((first, first), (second, other), (third, longer))]


def test_related_rows_stay_on_one_side_for_every_seed(good_chat) -> None:
    word = "A long answer about counting that says the very same things in the very same words, again and again: "
    near = [
        {"messages": [{"role": "user", "content": f"Count to {n}"}, {"role": "assistant", "content": f"{word * 4}{n}"}]}
        for n in (1, 2)
    ]
    pairs = [*related_rows(good_chat), near]
    rows = [*good_chat(60), *(row for pair in pairs for row in pair)]
    for seed in range(12):
        sides = parted(rows, seed=seed, validation=15, test=15).sides
        assert all(sides[61 + 2 * pair] == sides[62 + 2 * pair] for pair in range(len(pairs)))


def test_labels_have_their_share_on_every_side() -> None:
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Review number {n}: {n * n} stars"},
                {"role": "assistant", "content": "bad" if n % 5 else "good"},
            ]
        }
        for n in range(200)
    ]
    made = parted(rows, validation=15, test=15)
    for side in ("validation", "test"):
        good = sum(rows[line - 1]["messages"][1]["content"] == "good" for line in side_of(made, side))
        assert good == 6


def test_a_test_set_made_before_is_never_trained_on(good_chat) -> None:
    rows = good_chat(100)
    known = [rows[line - 1] for line in side_of(parted(rows, validation=0, test=10), "test")]
    more = good_chat(140)
    reworded = json.loads(json.dumps(known[0]).replace("well done", "bravo"))
    two = parted([*more, reworded], kept=[known])
    assert two.left_out == 11
    assert not {json.dumps(one) for one in known} & {json.dumps([*more, reworded][line - 1]) for line in two.sides}
    three = parted([*more, reworded], validation=0, test=10, kept=[known])
    assert {json.dumps(one) for one in known} <= {
        json.dumps([*more, reworded][line - 1]) for line in side_of(three, "test")
    }


def test_every_row_is_written_as_it_was_to_one_side(good_chat) -> None:
    written = [json.dumps(row, ensure_ascii=False, separators=(",", ": ")).encode() for row in good_chat(20)]
    content = b"\r\n".join([*written[:10], b"", *written[10:]])
    targets = {side: io.BytesIO() for side in ("train", "validation", "test")}
    made = parted(content, validation=20, test=10)
    write_split([content], made, targets)
    sizes = [len(target.getvalue().splitlines()) for target in targets.values()]
    assert sizes == [14, 4, 2]
    assert sorted(b"".join(target.getvalue() for target in targets.values()).splitlines()) == sorted(written)


def test_rows_that_a_template_makes_alike_are_shared_out_all_the_same() -> None:
    text = "The parcel that you have sent to us has arrived in good order and we thank you kindly for it, number "
    rows = [
        {"messages": [{"role": "user", "content": f"{text * 3}{n}"}, {"role": "assistant", "content": f"Done: {n}"}]}
        for n in range(100)
    ]
    assert parted(rows).count("validation") == 20


def test_rows_without_answers_are_shared_out_too() -> None:
    rows = [{"messages": [{"role": "user", "content": f"{n}?"}], "reference": n} for n in range(50)]
    assert parted(rows).count("validation") == 10


@pytest.mark.parametrize(
    "shares", [{"validation": 31}, {"validation": 9}, {"validation": 15, "test": 16}, {"validation": 40, "test": -10}]
)
def test_a_share_out_of_range_is_refused(shares, good_chat) -> None:
    with pytest.raises(SplitImpossible):
        parted(good_chat(100), **shares)


def test_a_file_of_equal_rows_cannot_be_split(good_chat) -> None:
    with pytest.raises(SplitImpossible):
        parted(good_chat(1) * 20)


def test_as_many_different_rows_as_sides_are_enough(good_chat) -> None:
    assert [parted(good_chat(2)).count(side) for side in ("train", "validation")] == [1, 1]
    assert [parted(good_chat(3), validation=15, test=15).count(side) for side in ("train", "validation", "test")] == [
        1,
        1,
        1,
    ]
