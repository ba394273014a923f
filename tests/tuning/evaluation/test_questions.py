"""Which rows of a file a model can be asked."""

import json

from storage.rows import DatasetFormat
from tuning.evaluation.questions import Form, spread_questions

ASK = {"role": "user", "content": "Is it open?"}
ANSWER = {"role": "assistant", "content": "Until six."}
CALL = {"id": "call_1", "type": "function", "function": {"name": "hours", "arguments": "{}"}}


def test_rows_with_tools_or_images_are_passed_over_even_where_a_text_stands_beside_the_call(tmp_path):
    told = {"role": "tool", "tool_call_id": "call_1", "content": "18:00"}
    called = {"role": "assistant", "content": "One moment.", "tool_calls": [CALL]}
    image = {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://a.example/1.png"}}]}
    rows = [[ASK, ANSWER], [ASK, called, told, ASK, ANSWER], [ASK, called], [image, ANSWER]]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows))

    asked = spread_questions(path, Form(DatasetFormat.CHAT), 10)

    assert [(one.shown, one.expected) for one in asked] == [("Is it open?", "Until six.")]
