import io
import json

import pytest

from tuning.datasets.split import SplitImpossible, split, write_split


def lines_of(rows) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


@pytest.mark.parametrize("train_per_cent", [70, 80, 90])
def test_rows_are_shared_out_as_asked(train_per_cent, good_chat) -> None:
    parts = split([lines_of(good_chat(200))], seed=7, train_per_cent=train_per_cent)
    assert len(parts.training) == 2 * train_per_cent
    assert parts.training | parts.validation == set(range(1, 201))


def test_the_seed_decides(good_chat) -> None:
    content = [lines_of(good_chat(100))]
    assert split(content, seed=1) == split(content, seed=1)
    assert split(content, seed=1) != split(content, seed=2)


def test_equal_rows_never_stand_on_both_sides(good_chat) -> None:
    rows = good_chat(40)
    reordered = [{"messages": [dict(reversed(message.items())) for message in row["messages"]]} for row in rows]
    parts = split([lines_of(rows + reordered)], seed=3)
    assert all((example in parts.validation) == (example + 40 in parts.validation) for example in range(1, 41))


def test_every_row_is_written_as_it_was_to_one_side(good_chat) -> None:
    written = [json.dumps(row, ensure_ascii=False, separators=(",", ": ")).encode() for row in good_chat(20)]
    content = [b"\r\n".join([*written[:10], b"", *written[10:]])]
    training, validation = io.BytesIO(), io.BytesIO()
    parts = split(content, seed=5)
    write_split(content, parts, training, validation)
    assert sorted(training.getvalue().splitlines() + validation.getvalue().splitlines()) == sorted(written)
    assert len(validation.getvalue().splitlines()) == len(parts.validation) == 4


def test_adding_a_row_moves_few_others(good_chat) -> None:
    before = split([lines_of(good_chat(100))], seed=1).validation
    after = split([lines_of(good_chat(101))], seed=1).validation
    assert len(before & after) >= 18


@pytest.mark.parametrize("train_per_cent", [69, 91])
def test_a_share_out_of_range_is_refused(train_per_cent, good_chat) -> None:
    with pytest.raises(SplitImpossible):
        split([lines_of(good_chat(100))], seed=1, train_per_cent=train_per_cent)


def test_a_file_of_equal_rows_cannot_be_split(good_chat) -> None:
    with pytest.raises(SplitImpossible):
        split([lines_of(good_chat(1) * 20)], seed=1)


def test_two_different_rows_are_enough(good_chat) -> None:
    parts = split([lines_of(good_chat(2))], seed=1)
    assert (len(parts.training), len(parts.validation)) == (1, 1)
