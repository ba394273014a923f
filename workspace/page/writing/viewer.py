"""Whom the page is drawn for: which names, dates and language they read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta

from workspace.page.texts import say
from workspace.state import State

_AGO = {"ago"}
_DATE_TOKENS: dict[str, Callable[[datetime, str], str]] = {
    "date_num": lambda moment, _: moment.strftime("%Y-%m-%d"),
    "date": lambda moment, locale: format_date(moment, "long", locale=locale),
    "date_long": lambda moment, locale: format_date(moment, "full", locale=locale),
    "date_short": lambda moment, locale: format_date(moment, "medium", locale=locale),
    "time": lambda moment, _: moment.strftime("%H:%M"),
    "time_secs": lambda moment, _: moment.strftime("%H:%M:%S"),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person's way of seeing the workspace, in their language and time zone."""

    state: State
    user_id: str

    @property
    def locale(self) -> str:
        """The person's locale as Slack spells it, such as en-US or zh-CN."""
        return self.state.users[self.user_id].locale

    def say(self, key: str, **parameters: object) -> str:
        """Return one of the page's own sentences in the person's language."""
        return say(key, self.locale, **parameters)

    def user_name(self, user_id: str) -> str | None:
        """Return the handle of a user, None for an unknown id."""
        user = self.state.users.get(user_id)
        return user.name if user else None

    def channel_name(self, channel_id: str) -> str | None:
        """Return a channel's name; None for an unknown one and for a private one the person is not in."""
        channel = self.state.channels.get(channel_id)
        return channel.name if channel and self.state.may_see(self.user_id, channel_id) else None

    def moment(self, seconds: float) -> datetime:
        """Return a time since 1970 on the person's own clock."""
        return datetime.fromtimestamp(seconds, ZoneInfo(self.state.users[self.user_id].timezone))

    def clock_time(self, seconds: float) -> str:
        """Return the time of day, such as 16:42."""
        return self.moment(seconds).strftime("%H:%M")

    def day(self, seconds: float) -> str:
        """Return Today, Yesterday or the date, as the line between two days says it."""
        moment = self.moment(seconds)
        days_ago = (self.moment(self.state.now).date() - moment.date()).days
        if days_ago in {0, 1}:
            return self.say(("today", "yesterday")[days_ago])
        return format_date(moment, "full", locale=self._babel_locale)

    def date_token(self, token: str, seconds: float) -> str | None:
        """Return what a token of Slack's date format stands for, such as {date_short}; None for an unknown one.

        The tokens are those of docs.slack.dev/messaging/formatting-message-text, "Date formatting".
        """
        if token.endswith("_pretty") and abs(self.state.now - seconds) < timedelta(days=2).total_seconds():
            return self.day(seconds)
        write = _DATE_TOKENS.get(token.removesuffix("_pretty"))
        return write(self.moment(seconds), self._babel_locale) if write else self._ago(token, seconds)

    def _ago(self, token: str, seconds: float) -> str | None:
        past = timedelta(seconds=seconds - self.state.now)
        return format_timedelta(past, add_direction=True, locale=self._babel_locale) if token in _AGO else None

    @property
    def _babel_locale(self) -> str:
        return self.locale.replace("-", "_")
