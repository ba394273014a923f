"""How long a dataset's rows are, as Slack's own bar chart, and what of three rows is learned."""

from collections.abc import Sequence
from typing import Final

from handlers.blocks.kit import Block, Content, context, section, sections
from handlers.language import Voice
from handlers.mrkdwn import clip, escape, quoted_name
from storage.rows import DatasetVersion
from tuning.datasets.measures import Bin
from tuning.datasets.report import Report
from tuning.datasets.token_preview import Piece, Previewed

_MOST_BARS: Final = 20
_MOST_PIECES: Final = 6
_TEXT_CHARACTERS: Final = 220


def token_page(voice: Voice, version: DatasetVersion, report: Report, shown: Sequence[Previewed]) -> Content:
    tokens = report.tokens
    told = voice(
        "tokens.title",
        file=quoted_name(version.file_name),
        learned=tokens.trained,
        n=tokens.total,
        share=tokens.trained * 100 // max(tokens.total, 1),
    )
    blocks: list[Block] = [section(told), *histogram_chart(voice, tokens.histogram)]
    if tokens.quantiles:
        spread = [voice("tokens.quantile", name=name, n=value) for name, value in tokens.quantiles.items()]
        blocks.append(context(" · ".join(spread)))
    blocks.append(context(voice("tokens.key", encoding=tokens.encoding)))
    for row in shown:
        title = voice("tokens.row", line=row.line, n=row.tokens, learned=row.learned_tokens)
        blocks += sections([title, *(_shown(piece) for piece in row.pieces[:_MOST_PIECES])])
    return Content(told, tuple(blocks))


def histogram_chart(voice: Voice, histogram: Sequence[Bin]) -> list[Block]:
    """One bar for every so many tokens, neighbours put together where there are more than Slack draws."""
    if not histogram:
        return []
    together = -(-len(histogram) // _MOST_BARS)
    bars = [histogram[start : start + together] for start in range(0, len(histogram), together)]
    labels = [f"{bar[0].lower_tokens}–{bar[-1].upper_tokens - 1}" for bar in bars]
    data = [
        {"label": label, "value": sum(one.examples for one in bar)} for label, bar in zip(labels, bars, strict=True)
    ]
    axis = {"categories": labels, "x_label": voice("tokens.chart.x"), "y_label": voice("tokens.chart.y")}
    chart = {"type": "bar", "series": [{"name": voice("tokens.chart.y"), "data": data}], "axis_config": axis}
    return [{"type": "data_visualization", "title": voice("tokens.chart.title"), "chart": chart}]


def _shown(piece: Piece) -> str:
    sign = "🟩" if piece.is_learned else "⬜"
    return (
        f"{sign} *{escape(piece.role)}* ({piece.tokens}) {clip(escape(' '.join(piece.text.split())), _TEXT_CHARACTERS)}"
    )
