"""When models stop, in words: one model's day with its source, and what a number of them have before them."""

from collections.abc import Sequence
from datetime import date

from handlers.blocks.kit import Content, actions, button, context, section
from handlers.language import Voice
from handlers.mrkdwn import escape
from tuning.ends import End, Source, outlook

_MOST_NAMES = 20


def told_end(voice: Voice, end: End, today: date) -> str:
    """One model's day with how it is known; that none is announced, or that nobody knows. Never nothing."""
    if end.on is None:
        return voice("ends.none" if end.source is Source.LIST else "ends.unknown")
    source = voice(f"ends.source.{end.source}")
    if end.on <= today:
        return voice("ends.over", date=end.on.isoformat(), source=source)
    return voice("ends.on", date=end.on.isoformat(), days=_days(voice, end.on, today), source=source)


def told_outlook(voice: Voice, ends: Sequence[End], today: date, closing: Sequence[tuple[str, date]]) -> str:
    """The first line of a list of models: how many stop when, of how many nobody knows, and where new jobs end.

    Args:
        closing: providers as in sentences, each with the first day on which it takes no new job.
    """
    ahead = outlook(ends, today)
    told = []
    if ahead.next_on:
        days = _days(voice, ahead.next_on, today)
        told.append(voice("ends.stop", n=ahead.total, k=ahead.stopping, date=ahead.next_on.isoformat(), days=days))
    elif ahead.total > ahead.unknown:
        told.append(voice("ends.nothing_announced"))
    if ahead.unknown:
        told.append(voice("ends.unknown_of", n=ahead.total, k=ahead.unknown))
    told += [voice("ends.new_jobs", provider=provider, date=day.isoformat()) for provider, day in closing]
    return " ".join(told)


def told_reminder(voice: Voice, names: Sequence[str], on: date, today: date) -> Content:
    """The models that stop on a day, for those who use them, with the way to all of them."""
    shown = ", ".join(f"*{escape(name)}*" for name in names[:_MOST_NAMES])
    left_off = voice("ends.and_more", n=len(names) - _MOST_NAMES) if len(names) > _MOST_NAMES else ""
    days = _days(voice, on, today)
    told = voice("ends.reminder", n=len(names), names=f"{shown}{left_off}", date=on.isoformat(), days=days)
    door = actions([button(voice("commands.door.models"), "models.list")])
    return Content(told, (section(told), context(voice("ends.reminder.next")), door))


def _days(voice: Voice, on: date, today: date) -> str:
    return voice("ends.days", n=(on - today).days)
