"""A base model by its name: what it was trained on, what became of it, and what to take instead."""

from handlers.blocks.kit import Content, section
from handlers.language import Voice
from handlers.mrkdwn import quoted_name
from tuning.known_models import Fate, KnownModel
from tuning.models import Became
from tuning.tokens.encodings import encoding_for


def known_model(voice: Voice, asked: str, became: Became) -> Content:
    """A few sentences about the model that somebody asked for by the name `asked`."""
    known, successor = became.known, became.successor
    facts = voice(
        "known.facts",
        model=quoted_name(asked),
        id=quoted_name(known.id),
        format=voice(f"words.formats.{known.formats[0]}"),
        encoding=encoding_for(known.id) or voice("known.own_tokenizer"),
        context=voice("known.context", n=known.context_tokens) if known.context_tokens else voice("known.no_context"),
    )
    fate = known.fate(became.today)
    since = {Fate.RETIRED: known.shuts_down_on, Fate.CLOSED: known.new_jobs_until}.get(fate)
    told = voice(f"known.{fate}", date=since.isoformat() if since else "", until=_until(voice, known))
    takes = "known.successor" if successor else "known.no_successor"
    instead = (
        [] if fate is Fate.TRAINABLE else [voice(takes, provider=became.provider, successor=quoted_name(successor))]
    )
    text = "\n".join([facts, told, *instead])
    return Content(text, (section(text),))


def _until(voice: Voice, known: KnownModel) -> str:
    if known.new_jobs_until and known.shuts_down_on:
        jobs, shut = known.new_jobs_until.isoformat(), known.shuts_down_on.isoformat()
        return voice("known.until", jobs=jobs, shut=shut)
    return voice("known.until_shut", shut=known.shuts_down_on.isoformat()) if known.shuts_down_on else ""
