"""Block elements, as docs.slack.dev/reference/block-kit/block-elements describes them: properties and limits."""

from collections.abc import Mapping

from workspace.blocks.rules import (
    Field,
    Rule,
    any_text,
    anything,
    boolean,
    by_type,
    fields,
    many,
    number,
    one_of,
    optional,
    plain_text,
    required,
    text,
    typed,
)

_ACTION_ID = {"action_id": optional(text(255))}
_CONFIRM = fields(
    {
        "title": required(plain_text(100)),
        "text": required(any_text(300)),
        "confirm": required(plain_text(30)),
        "deny": required(plain_text(30)),
        "style": optional(one_of("primary", "danger")),
    }
)
_SLACK_FILE = fields({"id": optional(text(255)), "url": optional(text(3000))})
_INPUT = {**_ACTION_ID, "focus_on_load": optional(boolean), "placeholder": optional(plain_text(150))}


def _option(label: Rule, **more: Field) -> Rule:
    return fields({"text": required(label), "value": required(text(150)), **more})


_PLAIN_OPTION = _option(plain_text(75), description=optional(plain_text(75)))
_RICH_OPTION = _option(any_text(75), description=optional(any_text(75)))
_MENU_OPTION = _option(plain_text(75), description=optional(plain_text(75)), url=optional(text(3000)))
_GROUP = fields({"label": required(plain_text(75)), "options": required(many(_PLAIN_OPTION, 100))})
_BUTTON_OF_FEEDBACK = fields(
    {
        "text": required(plain_text(75)),
        "value": required(text(2000)),
        "accessibility_label": optional(text(75)),
    }
)


def _button() -> Rule:
    return typed(
        "button",
        {
            **_ACTION_ID,
            "text": required(plain_text(75)),
            "url": optional(text(3000)),
            "value": optional(text(2000)),
            "style": optional(one_of("primary", "danger")),
            "confirm": optional(_CONFIRM),
            "accessibility_label": optional(text(75)),
            "agent_prompt": optional(text(4000)),
            "agent_prompt_display": optional(text(4000)),
            "visible_to_user_ids": optional(many(text(255), 100)),
        },
    )


def _select(name: str, more: Mapping[str, Field]) -> Rule:
    return typed(name, {**_INPUT, "confirm": optional(_CONFIRM), **more})


def _static(prefill: str, option: Rule) -> dict[str, Field]:
    return {
        "options": optional(many(_PLAIN_OPTION, 100)),
        "option_groups": optional(many(_GROUP, 100)),
        prefill: optional(option),
    }


def _typing(name: str, more: Mapping[str, Field]) -> Rule:
    return typed(
        name, {**_INPUT, "initial_value": optional(text(3000, 0)), "dispatch_action_config": _DISPATCH, **more}
    )


_DISPATCH = optional(
    fields(
        {
            "trigger_actions_on": optional(many(one_of("on_enter_pressed", "on_character_entered"), 2)),
        }
    )
)
_MAX_SELECTED = {"max_selected_items": optional(number(1))}

IMAGE = typed(
    "image",
    {
        "image_url": optional(text(3000)),
        "slack_file": optional(_SLACK_FILE),
        "alt_text": required(text(2000)),
    },
)

ELEMENTS: dict[str, Rule] = {
    "button": _button(),
    "image": IMAGE,
    "static_select": _select("static_select", _static("initial_option", _PLAIN_OPTION)),
    "multi_static_select": _select(
        "multi_static_select", _static("initial_options", many(_PLAIN_OPTION, 100)) | _MAX_SELECTED
    ),
    "users_select": _select("users_select", {"initial_user": optional(text(255))}),
    "multi_users_select": _select(
        "multi_users_select", {"initial_users": optional(many(text(255), 100)), **_MAX_SELECTED}
    ),
    "channels_select": _select(
        "channels_select", {"initial_channel": optional(text(255)), "response_url_enabled": optional(boolean)}
    ),
    "conversations_select": _select(
        "conversations_select",
        {
            "initial_conversation": optional(text(255)),
            "default_to_current_conversation": optional(boolean),
            "response_url_enabled": optional(boolean),
            "filter": optional(anything),
        },
    ),
    "overflow": typed(
        "overflow", {**_ACTION_ID, "options": required(many(_MENU_OPTION, 5)), "confirm": optional(_CONFIRM)}
    ),
    "radio_buttons": typed(
        "radio_buttons",
        {
            **_ACTION_ID,
            "options": required(many(_RICH_OPTION, 10)),
            "initial_option": optional(_RICH_OPTION),
            "confirm": optional(_CONFIRM),
            "focus_on_load": optional(boolean),
        },
    ),
    "checkboxes": typed(
        "checkboxes",
        {
            **_ACTION_ID,
            "options": required(many(_RICH_OPTION, 10)),
            "initial_options": optional(many(_RICH_OPTION, 10)),
            "confirm": optional(_CONFIRM),
            "focus_on_load": optional(boolean),
        },
    ),
    "datepicker": _select("datepicker", {"initial_date": optional(text(10))}),
    "timepicker": _select("timepicker", {"initial_time": optional(text(5)), "timezone": optional(text(100))}),
    "datetimepicker": typed(
        "datetimepicker",
        {
            **_ACTION_ID,
            "initial_date_time": optional(number(0)),
            "confirm": optional(_CONFIRM),
            "focus_on_load": optional(boolean),
        },
    ),
    "plain_text_input": _typing(
        "plain_text_input",
        {
            "multiline": optional(boolean),
            "min_length": optional(number(0, 3000)),
            "max_length": optional(number(1, 3000)),
        },
    ),
    "number_input": _typing(
        "number_input",
        {
            "is_decimal_allowed": required(boolean),
            "min_value": optional(text(100)),
            "max_value": optional(text(100)),
        },
    ),
    "email_text_input": _typing("email_text_input", {}),
    "url_text_input": _typing("url_text_input", {}),
    "rich_text_input": typed(
        "rich_text_input", {**_INPUT, "initial_value": optional(anything), "dispatch_action_config": _DISPATCH}
    ),
    "file_input": typed(
        "file_input",
        {**_ACTION_ID, "filetypes": optional(many(text(50), 100)), "max_files": optional(number(1, 10))},
    ),
    "feedback_buttons": typed(
        "feedback_buttons",
        {
            **_ACTION_ID,
            "positive_button": required(_BUTTON_OF_FEEDBACK),
            "negative_button": required(_BUTTON_OF_FEEDBACK),
        },
    ),
    "icon_button": typed(
        "icon_button",
        {
            **_ACTION_ID,
            "icon": required(text(75)),
            "text": required(plain_text(75)),
            "value": optional(text(2000)),
            "confirm": optional(_CONFIRM),
            "accessibility_label": optional(text(75)),
            "visible_to_user_ids": optional(many(text(255), 100)),
        },
    ),
}


def elements(*names: str) -> Rule:
    """Accept one of the named elements."""
    return by_type({name: ELEMENTS[name] for name in names})


BUTTONS_AND_CHOICES = (
    "button",
    "static_select",
    "multi_static_select",
    "users_select",
    "multi_users_select",
    "channels_select",
    "conversations_select",
    "overflow",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
)
INPUTS = (
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
    "file_input",
    "static_select",
    "multi_static_select",
    "users_select",
    "multi_users_select",
    "channels_select",
    "conversations_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "datetimepicker",
)
