"""The few ways in which the page makes elements: plain HTML tags with a class, attributes and text."""

from collections.abc import Awaitable, Callable
from typing import Self

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

Handler = Callable[[], Awaitable[None] | None]


class Tag(TextElement):
    """An HTML element with a class, text (never markup) and attributes such as `aria_label` or `data_testid`."""

    def __init__(self, tag: str, css: str = "", text: str = "", **attributes: object) -> None:
        super().__init__(tag=tag, text=text)
        self.classes(css)
        self.set(**attributes)

    def set(self, **attributes: object) -> Self:
        """Set attributes; None takes one away, and True stands for one without a value."""
        for name, value in attributes.items():
            self.props.set_optional(name.strip("_").replace("_", "-"), value)
        return self


def box(css: str = "", **attributes: object) -> Tag:
    """Make a div."""
    return Tag("div", css).set(**attributes)


def button(css: str, on_click: Handler, text: str = "", **attributes: object) -> Tag:
    """Make a button that calls `on_click`."""
    made = Tag("button", css, text, type="button").set(**attributes)
    made.on("click", lambda _: on_click(), args=[])
    return made


def icon_button(icon: str, label: str, on_click: Handler, css: str = "", **attributes: object) -> Tag:
    """Make a button that shows an icon and says its label to those who can't see it, or hover."""
    made = button(f"icon-button {css}", on_click, aria_label=label, title=label).set(**attributes)
    with made:
        ui.icon(icon)
    return made


def written(html: str, css: str = "", tag: str = "div", **attributes: object) -> ui.html:
    """Show HTML of `workspace.page.writing`; the browser sanitises it once more before it is drawn."""
    made = ui.html(html, tag=tag, sanitize=True)
    made.classes(f"written {css}")
    for name, value in attributes.items():
        made.props.set_optional(name.replace("_", "-"), value)
    return made
