"""Who is who at a glance: initials on a colour of one's own; an app's face is square."""

from workspace.page.tags import Tag
from workspace.page.writing.viewer import Viewer
from workspace.records import User

_COLOURS = ("#7a4fd0", "#0b7a75", "#c2410c", "#1d4ed8", "#a21caf", "#4d7c0f", "#be123c", "#0369a1")


def initials(user: User) -> str:
    """Return the letters of a face: AB for Ada Byron, the last character of a Chinese name."""
    words = user.real_name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return user.real_name[-1] if not user.real_name.isascii() else user.real_name[:1].upper()


def face(user: User, viewer: Viewer, css: str = "") -> Tag:
    """Draw a user's face, in a colour that differs from those of the users beside them."""
    kind = "face-app" if user.is_bot else ""
    colour = _COLOURS[list(viewer.state.users).index(user.id) % len(_COLOURS)]
    return Tag("span", f"face {kind} {css}", initials(user), aria_hidden="true").style(f"background:{colour}")
