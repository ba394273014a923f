"""What is different between two files, whatever the order of their rows and keys."""

import io
import json

from tuning.datasets.differences import MOST_SHOWN, Differences, differences
from tuning.datasets.selection import choose, merge


def lines_of(rows, **how) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False, **how).encode() + b"\n" for row in rows)


def compared(old: bytes, new: bytes) -> Differences:
    return differences(lambda: [old], lambda: [new])


def test_order_and_writing_make_no_difference(good_chat) -> None:
    rows = good_chat(30)
    found = compared(lines_of(rows), b"\n" + lines_of(reversed(rows), sort_keys=True))
    assert (found.same, found.are_none, found.shown) == (30, True, ())


def test_rows_are_added_removed_and_changed_with_their_lines(good_chat) -> None:
    old, new = good_chat(6), good_chat(8)[1:]
    new[2] = json.loads(json.dumps(new[2]).replace("well done", "sk-abcdefghijklmnop"))
    found = compared(lines_of(old), lines_of(new))
    assert (found.same, found.added, found.removed, found.changed) == (4, 2, 1, 1)
    changed, removed, *added = found.shown
    assert (changed.kind, changed.old_line, changed.new_line) == ("changed", 4, 3)
    assert "well done" in changed.shown.before
    assert "sk-•••" in changed.shown.after
    assert (removed.kind, removed.old_line, removed.new_line, removed.shown.after) == ("removed", 1, None, "")
    assert [(one.kind, one.old_line, one.new_line) for one in added] == [("added", None, 6), ("added", None, 7)]


def test_a_change_is_shown_where_it_is_however_either_row_is_written() -> None:
    said = [{"role": "user", "content": "Q" * 300}, {"role": "assistant", "content": "left"}]
    other = [said[0], {"content": "right sk-abcdefghijklmnop", "role": "assistant"}]
    (found,) = compared(lines_of([{"messages": said}], separators=(",", ":")), lines_of([{"messages": other}])).shown
    assert ('"left"' in found.shown.before, '"right sk-•••' in found.shown.after) == (True, True)


def test_a_secret_across_the_beginning_of_a_quotation_is_masked_whole() -> None:
    asked = {"role": "user", "content": "Q?"}
    answers = [{"role": "assistant", "content": f"{'x' * 99} sk-{'a1' * 30} {end}"} for end in "bc"]
    old, new = ({"messages": [asked, answer]} for answer in answers)
    (found,) = compared(lines_of([old]), lines_of([new])).shown
    assert ("a1" in found.shown.before, "a1" in found.shown.after) == (False, False)


def test_a_row_counts_as_often_as_it_occurs(good_chat) -> None:
    row = good_chat(1)
    found = compared(lines_of(row * 3), lines_of(row))
    assert (found.same, found.removed, found.added, found.changed) == (1, 2, 0, 0)


def test_many_differences_are_counted_and_the_first_are_shown(good_chat) -> None:
    found = compared(b"", lines_of(good_chat(100)))
    assert (found.added, len(found.shown)) == (100, MOST_SHOWN)


def test_lines_that_are_no_json_are_compared_as_they_are() -> None:
    found = compared(b"{oops\n\xff\n", b"{oops\n[1]\n")
    assert (found.same, found.changed) == (1, 1)


def test_merging_takes_every_row_once(good_chat) -> None:
    target = io.BytesIO()
    one, other = lines_of(good_chat(5)), lines_of(good_chat(7)[3:], sort_keys=True)
    done = merge([one], [other], target)
    assert (done.rows, done.left_out) == (7, 2)
    assert target.getvalue().startswith(one)
    assert compared(target.getvalue(), lines_of(good_chat(7))).are_none


def test_rows_are_chosen_by_words_in_any_case(good_chat) -> None:
    target = io.BytesIO()
    done = choose([lines_of(good_chat(12))], ["AFTER 1", "-数到 10"], target)
    assert [done.lines.old_of(line) for line in range(1, done.rows + 1)] == [2, 12]
    assert done.left_out == 10
