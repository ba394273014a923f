"""Blocks that are only read: header, divider, context, markdown, rich text, tables, alerts and the agent's tasks."""

from html import escape

from workspace.page.blocks.renderers import Renderer, html_renderer
from workspace.page.blocks.text import text_html
from workspace.page.writing.emoji import with_emoji
from workspace.page.writing.markdown import markdown
from workspace.page.writing.mrkdwn import plain
from workspace.page.writing.rich_text import rich_text
from workspace.page.writing.viewer import Viewer
from workspace.records import JsonObject

_TASK_MARKS = {"complete": "done", "in_progress": "running", "error": "failed"}


def _header(block: JsonObject, _: Viewer) -> str:
    return plain(block["text"]["text"])


def _divider(_block: JsonObject, _: Viewer) -> str:
    return "<hr>"


def _context(block: JsonObject, viewer: Viewer) -> str:
    return "".join(f"<span>{_context_element(element, viewer)}</span>" for element in block["elements"])


def _context_element(element: JsonObject, viewer: Viewer) -> str:
    return escape(element["alt_text"]) if element["type"] == "image" else text_html(element, viewer)


def _alert(block: JsonObject, viewer: Viewer) -> str:
    level = block.get("level", "default")
    css = level if level in {"info", "warning", "error", "success"} else "default"
    return f'<p class="alert alert-{css}">{text_html(block["text"], viewer)}</p>'


def _table(block: JsonObject, viewer: Viewer) -> str:
    head, *rows = block["rows"] or [[]]
    columns = block.get("column_settings") or []
    drawn = "".join(f"<tr>{_cells(row, 'td', columns, viewer)}</tr>" for row in rows)
    caption = f"<caption>{escape(str(block['caption']))}</caption>" if "caption" in block else ""
    return (
        f"<table>{caption}<thead><tr>{_cells(head, 'th', columns, viewer)}</tr></thead><tbody>{drawn}</tbody></table>"
    )


def _cells(row: list[JsonObject], tag: str, columns: list[JsonObject | None], viewer: Viewer) -> str:
    cells = []
    for index, cell in enumerate(row):
        column = columns[index] if index < len(columns) else None
        align = (column or {}).get("align") or ("right" if cell.get("type") == "raw_number" else "left")
        css = align if align in {"left", "center", "right"} else "left"
        cells.append(f'<{tag} class="cell-{css}">{_cell(cell, viewer)}</{tag}>')
    return "".join(cells)


def _cell(cell: JsonObject, viewer: Viewer) -> str:
    if cell.get("type") == "rich_text":
        return rich_text(cell, viewer)
    return with_emoji(escape(str(cell.get("text", cell.get("value", "")))))


def _task(block: JsonObject, viewer: Viewer) -> str:
    mark = _TASK_MARKS.get(block.get("status", "pending"), "pending")
    told = [f'<span class="task task-{mark}" title="{viewer.say(f"status_{mark}")}">{escape(block["title"])}</span>']
    parts = (block[part] for part in ("details", "output") if block.get(part))
    told += (f'<div class="quiet">{_task_text(part, viewer)}</div>' for part in parts)
    return "".join(told)


def _task_text(text: str | JsonObject, viewer: Viewer) -> str:
    return markdown(text) if isinstance(text, str) else rich_text(text, viewer)


def _plan(block: JsonObject, viewer: Viewer) -> str:
    tasks = "".join(f"<li>{_task(task, viewer)}</li>" for task in block.get("tasks", ()))
    return f"<strong>{escape(block.get('title', ''))}</strong><ul class='tasks'>{tasks}</ul>"


RENDERERS: dict[str, Renderer] = {
    "header": html_renderer(_header, "h3"),
    "divider": html_renderer(_divider),
    "context": html_renderer(_context),
    "markdown": html_renderer(lambda block, _: markdown(block["text"])),
    "rich_text": html_renderer(rich_text),
    "table": html_renderer(_table),
    "data_table": html_renderer(_table),
    "alert": html_renderer(_alert),
    "task_card": html_renderer(_task),
    "plan": html_renderer(_plan),
}
