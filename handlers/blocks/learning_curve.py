"""What a learning curve has shown: whether more rows would help."""

from handlers.blocks.kit import Content, section
from handlers.language import Voice
from tuning.jobs.learning_curve import WORTH_IT, Outcome


def learning_curve(voice: Voice, outcome: Outcome) -> Content:
    """The validation loss at each portion, and what follows from the last step."""
    known = [
        voice("curve.point", portion=percent, loss=voice("curve.none") if loss is None else f"{loss:.3f}")
        for percent, loss in outcome.losses
    ]
    told = voice("curve.told", losses=" · ".join(known), next=_next(voice, outcome.fall))
    return Content(told, (section(told),))


def _next(voice: Voice, fall: float | None) -> str:
    if fall is None:
        return voice("curve.next.unknown")
    if fall < WORTH_IT:
        return voice("curve.next.enough", least=f"{100 * WORTH_IT:.0f}")
    return voice("curve.next.more", percent=f"{100 * fall:.1f}")
