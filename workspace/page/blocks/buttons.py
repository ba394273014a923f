"""Buttons of every kind; one with a confirm object asks first."""

from functools import partial

from workspace.blocks.inputs import ActionValue
from workspace.page.blocks.confirm import confirmed
from workspace.page.blocks.stage import Stage
from workspace.page.tags import Tag, box, button, icon_button
from workspace.page.writing.emoji import with_emoji
from workspace.page.writing.links import is_followable
from workspace.records import JsonObject

_ICONS = {"trash": "delete_outline"}


def draw_button(element: JsonObject, block_id: str, stage: Stage) -> None:
    """Draw a button; where it has a url it is a link that tells the app as well."""
    is_link = is_followable(element.get("url", ""))
    drawn = Tag(
        "a" if is_link else "button",
        f"button button-{element.get('style', 'default')}",
        with_emoji(element["text"]["text"]),
        data_testid=f"action-{element['action_id']}",
        aria_label=element.get("accessibility_label"),
        **({"href": element["url"], "rel": "noopener noreferrer"} if is_link else {"type": "button"}),
    )
    drawn.on("click", lambda _: press(element, None, block_id, stage), args=[])


def draw_icon_button(element: JsonObject, block_id: str, stage: Stage) -> None:
    """Draw a button that shows an icon alone."""
    icon_button(
        _ICONS.get(element.get("icon", ""), "radio_button_unchecked"),
        element["text"]["text"],
        partial(press, element, None, block_id, stage),
        data_testid=f"action-{element['action_id']}",
    )


def draw_feedback(element: JsonObject, block_id: str, stage: Stage) -> None:
    """Draw the thumbs up and down below an answer."""
    for side, icon in (("positive", "thumb_up_off_alt"), ("negative", "thumb_down_off_alt")):
        choice = element[f"{side}_button"]
        icon_button(
            icon,
            choice.get("accessibility_label") or choice["text"]["text"],
            partial(press, element, choice["value"], block_id, stage),
            data_testid=f"action-{element['action_id']}-{side}",
        )


def draw_overflow(element: JsonObject, block_id: str, stage: Stage) -> None:
    """Draw the menu behind three dots."""
    with Tag("details", "overflow"):
        Tag("summary", "icon-button", "⋯", aria_label=stage.viewer.say("more"))
        with box("menu", role="menu"):
            for option in element["options"]:
                button(
                    "menu-item",
                    partial(press, element, option["value"], block_id, stage),
                    option["text"]["text"],
                    role="menuitem",
                )


async def press(element: JsonObject, value: ActionValue | None, block_id: str, stage: Stage) -> None:
    """Tell the app that a person used an element, after asking them where the app wants it so."""
    if "confirm" in element and not await confirmed(element["confirm"], stage.viewer):
        return
    await stage.act(element["action_id"], value, block_id)
