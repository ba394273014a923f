"""Whom the page is drawn for: which names, dates and language they read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, format_timedelta

from workspace.page.texts import say
from workspace.state import State


@dataclass(frozen=True, slots=True)
class Reader:
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
        moment = self.moment(seconds)
        if token.endswith("_pretty") and abs(self.state.now - seconds) < timedelta(days=2).total_seconds():
            return self.day(seconds)
        match token.removesuffix("_pretty"):
            case "date_num":
                return moment.strftime("%Y-%m-%d")
            case "date" | "date_long":
                return format_date(moment, "full" if "long" in token else "long", locale=self._babel_locale)
            case "date_short":
                return format_date(moment, "medium", locale=self._babel_locale)
            case "time":
                return moment.strftime("%H:%M")
            case "time_secs":
                return format_time(moment, "HH:mm:ss", locale=self._babel_locale)
            case "ago":
                past = timedelta(seconds=seconds - self.state.now)
                return format_timedelta(past, add_direction=True, locale=self._babel_locale)
        return None

    @property
    def _babel_locale(self) -> str:
        return self.locale.replace("-", "_")
