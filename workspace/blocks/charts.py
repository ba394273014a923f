"""Charts and tables: the blocks that carry data.

Limits of docs.slack.dev/reference/block-kit/blocks/data-visualization-block (title 50, series name 20, label 20, 20
points, 6 series, axis label 50) and .../table-block (100 rows of 20 cells, 10,000 characters).
"""

from workspace.blocks.rules import (
    Problem,
    Problems,
    Rule,
    anything,
    boolean,
    by_type,
    fields,
    many,
    number,
    one_of,
    optional,
    required,
    text,
    typed,
)

MAX_POINTS = 20
MAX_SERIES = 6
MAX_TABLE_CHARACTERS = 10_000

_POINT = fields({"label": required(text(20)), "value": required(number())})
_SERIES = fields({"name": required(text(20)), "data": required(many(_POINT, MAX_POINTS))})
_AXES = fields(
    {
        "categories": required(many(text(20), MAX_POINTS)),
        "x_label": optional(text(50, 0)),
        "y_label": optional(text(50, 0)),
    }
)


def _xy_chart(name: str) -> Rule:
    shape = typed(name, {"series": required(many(_SERIES, MAX_SERIES)), "axis_config": required(_AXES)})

    def rule(value: object, pointer: str) -> Problems:
        found = list(shape(value, pointer))
        yield from found
        if not found and isinstance(value, dict):
            yield from _agreement(value["series"], value["axis_config"]["categories"], pointer)

    return rule


def _agreement(series: list[dict[str, object]], categories: list[str], pointer: str) -> Problems:
    """Series have names of their own, and a point's label is one of the categories."""
    if len({one["name"] for one in series}) < len(series):
        yield Problem(f"{pointer}/series", "series names must be unique")
    for index, one in enumerate(series):
        points = one["data"]
        if isinstance(points, list) and not {point["label"] for point in points} <= set(categories):
            yield Problem(f"{pointer}/series/{index}/data", "labels must match axis_config.categories")


_CHARTS: dict[str, Rule] = {name: _xy_chart(name) for name in ("line", "bar", "area")}
_CHARTS["pie"] = typed("pie", {"segments": required(many(_POINT, MAX_POINTS))})

DATA_VISUALIZATION = {"title": required(text(50)), "chart": required(by_type(_CHARTS))}

_CELL = by_type(
    {
        "raw_text": typed("raw_text", {"text": required(text(3000))}),
        "raw_number": typed("raw_number", {"value": required(number()), "text": optional(text(3000))}),
        "rich_text": typed("rich_text", {"elements": required(many(anything, 100)), "block_id": optional(text(255))}),
    }
)


def _no_column(value: object, pointer: str) -> Problems:
    """A column setting is an object, or null for none."""
    if value is not None:
        shape = {"align": optional(one_of("left", "center", "right")), "is_wrapped": optional(boolean)}
        yield from fields(shape)(value, pointer)


def _rows(maximum: int) -> Rule:
    shape = many(many(_CELL, 20), maximum)

    def rule(value: object, pointer: str) -> Problems:
        found = list(shape(value, pointer))
        yield from found
        if found or not isinstance(value, list):
            return
        if len({len(row) for row in value}) > 1:
            yield Problem(pointer, "all rows must have the same number of cells")
        if sum(len(str(cell.get("text", ""))) for row in value for cell in row) > MAX_TABLE_CHARACTERS:
            yield Problem(pointer, f"must be less than {MAX_TABLE_CHARACTERS + 1} characters")

    return rule


TABLE = {"rows": required(_rows(100)), "column_settings": optional(many(_no_column, 20))}
DATA_TABLE = {
    "caption": required(text(150)),
    "rows": required(_rows(101)),
    "page_size": optional(number(1, 100)),
    "row_header_column_index": optional(number(0, 19)),
    "column_settings": optional(many(_no_column, 20)),
}
