"""Who is who at a glance: initials on a colour of one's own; an app's face is square."""

from hashlib import sha256

from workspace.page.tags import Tag
from workspace.records import User

_COLOURS = ("#7a4fd0", "#0b7a75", "#c2410c", "#1d4ed8", "#a21caf", "#4d7c0f", "#be123c", "#0369a1")


def initials(user: User) -> str:
    """Return the letters of a face: AB for Ada Byron, the last character of a Chinese name."""
    words = user.real_name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return user.real_name[-1] if not user.real_name.isascii() else user.real_name[:1].upper()


def colour(user: User) -> str:
    """Return a colour that stays the same for this handle."""
    return _COLOURS[sha256(user.name.encode()).digest()[0] % len(_COLOURS)]


def face(user: User, css: str = "") -> Tag:
    """Draw a user's face."""
    kind = "face-app" if user.is_bot else ""
    return Tag("span", f"face {kind} {css}", initials(user), aria_hidden="true").style(f"background:{colour(user)}")
