"""What a person enters, in the shape of `state.values`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.blocks.inputs import entered, find, initial, state_values
from workspace.errors import SlackError

OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("auto", "1", "2")]


def in_block(element: dict[str, object], block_id: str = "b") -> dict[str, object]:
    return {"type": "input", "block_id": block_id, "element": element}


@pytest.mark.parametrize(
    ("element", "value", "state"),
    [
        ({"type": "plain_text_input"}, "marv", {"type": "plain_text_input", "value": "marv"}),
        ({"type": "number_input"}, None, {"type": "number_input", "value": None}),
        ({"type": "datepicker"}, "2026-11-22", {"type": "datepicker", "selected_date": "2026-11-22"}),
        ({"type": "radio_buttons", "options": OPTIONS}, "2", {"type": "radio_buttons", "selected_option": OPTIONS[2]}),
        ({"type": "checkboxes", "options": OPTIONS}, ["1"], {"type": "checkboxes", "selected_options": [OPTIONS[1]]}),
        ({"type": "multi_users_select"}, ["U1"], {"type": "multi_users_select", "selected_users": ["U1"]}),
        (
            {"type": "static_select", "option_groups": [{"options": OPTIONS}]},
            {"selected_option": OPTIONS[0]},
            {"type": "static_select", "selected_option": OPTIONS[0]},
        ),
    ],
)
def test_a_value_becomes_the_state_of_its_element(element, value, state):
    assert entered(element, value) == state


def test_a_value_that_is_no_option_is_refused():
    with pytest.raises(SlackError, match="invalid_arguments"):
        entered({"type": "static_select", "action_id": "pick", "options": OPTIONS}, "17")


def test_an_element_begins_with_its_initial_value_and_a_button_keeps_none():
    assert initial({"type": "static_select", "initial_option": OPTIONS[0]}) == {
        "type": "static_select",
        "selected_option": OPTIONS[0],
    }
    assert initial({"type": "button"}) is None


def test_an_input_of_another_type_under_the_same_id_begins_anew():
    kept = {"b": {"a": {"type": "plain_text_input", "value": "three"}}}

    values = state_values([in_block({"type": "number_input", "action_id": "a", "initial_value": "3"})], kept)

    assert values == {"b": {"a": {"type": "number_input", "value": "3"}}}


@given(st.text(min_size=1))
def test_whatever_was_entered_stays_while_its_input_stays(text):
    blocks = [in_block({"type": "plain_text_input", "action_id": "a", "initial_value": "before"})]
    kept = {"b": {"a": {"type": "plain_text_input", "value": text}}}

    assert state_values(blocks, kept) == kept


def test_an_action_id_is_found_in_the_block_that_is_meant():
    blocks = [in_block({"type": "button", "action_id": "go", "value": str(n)}, f"b{n}") for n in range(3)]

    assert find(blocks, "go").element["value"] == "0"
    assert find(blocks, "go", "b2").element["value"] == "2"
    assert find(blocks, "stop") is None
