"""What may still become a JSON object, held against Python's own parser."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.engine.json_text import JsonText

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(max_size=4), VALUES, max_size=4)


def judged(text: str) -> JsonText | None:
    found: JsonText | None = JsonText()
    for byte in text.encode():
        found = found and found.then(byte)
    return found


@given(OBJECTS, st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}]))
def test_every_object_that_python_writes_is_taken_byte_by_byte(value: Any, style: Any) -> None:
    found = judged(json.dumps(value, **style))
    assert found is not None
    assert found.is_complete


@given(OBJECTS, st.integers(0, 200), st.sampled_from(list('{}[]",:\\01-+.eEtfnu \n')))
def test_one_wrong_character_is_never_taken_to_the_end(value: Any, place: int, character: str) -> None:
    text = json.dumps(value, ensure_ascii=False)
    place %= len(text)
    changed = text[:place] + character + text[place + 1 :]
    found = judged(changed)
    is_taken = found is not None and found.is_complete
    try:
        is_object = isinstance(json.loads(changed), dict)
    except ValueError:
        is_object = False
    assert is_taken == is_object


@pytest.mark.parametrize(
    "text", ["[1]", '{"a":' + " " * 40, '{"a":1}}', "1", '{"a":01', '{"a":1.}', '{"a":"\n', '{"a":[1}']
)
def test_what_is_no_object_is_refused_where_that_is_clear(text: str) -> None:
    assert judged(text) is None
