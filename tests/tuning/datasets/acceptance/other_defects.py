"""One fault in one row of the other formats, or in one raw line: code, severity, row."""

import base64
import io

from PIL import Image

from tests.tuning.datasets.acceptance.good_rows import assistant, call, calling, turns, user

_ASKED, _SAID = user("Where is the spare key?"), assistant("Under the third pot.")
_WORSE = assistant("No idea, look around.")
_CUT = '{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "Und'

LINES = [
    ("F011", "E", '{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."},]}'),
    ("F011", "E", "{'messages': [{'role': 'user', 'content': 'Where?'}, {'role': 'assistant', 'content': 'There.'}]}"),
    ("F011", "E", "{“messages”: [{“role”: “user”, “content”: “Where?”}, {“role”: “assistant”, “content”: “There.”}]}"),
    (
        "F011",
        "E",
        '{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."}]} // mine',
    ),
    ("F011", "E", '{"messages": [{"role": "user", "content": "A\tB"}, {"role": "assistant", "content": "There."}]}'),
    (
        "F011",
        "E",
        '{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There.", "weight": True}]}',
    ),
    ("F011", "E", '{"messages": [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": None}]}'),
    ("F011", "E", '{messages: [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "There."}]}'),
    ("F011", "E", '{"messages": [{"role": "user", "content": "say "hi""}, {"role": "assistant", "content": "hi"}]}'),
    (
        "F011",
        "E",
        '{"messages": [{"role": "user", "content": "C:\\data"}, {"role": "assistant", "content": "hi \\x41"}]}',
    ),
    ("F011", "E", "问：钥匙在哪里？ 答：在花盆下面。"),
    ("F012", "E", '{"messages": [{"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."}]}' * 2),
    (
        "F012",
        "E",
        '{"messages": [{"role": "user", "content": "A?"}, {"role": "assistant", "content": "B."}]} {"messages": []}',
    ),
    *(
        ("F013", "E", raw)
        for raw in ('[{"role": "user", "content": "Where?"}]', '"Where?"', "42", "null", "true", "[]")
    ),
    (
        "F014",
        "E",
        '{"messages": [{"role": "user", "content": "A", "content": "B"}, {"role": "assistant", "content": "C."}]}',
    ),
    (
        "F014",
        "E",
        '{"messages": [], "messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "C."}]}',
    ),
    (
        "F014",
        "E",
        '{"messages": [{"role": "user", "content": "A", "con\\u0074ent": "B"}, {"role": "assistant", "content": "C."}]}',
    ),
    (
        "F015",
        "E",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "C.", "weight": NaN}]}',
    ),
    (
        "F015",
        "E",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "C.", "weight": -Infinity}]}',
    ),
    ("F015", "E", '{"messages": [{"role": "user", "content": NaN}, {"role": "assistant", "content": "C."}]}'),
    ("F015", "E", '{"messages": NaN}'),
    ("F016", "E", '{"messages": [{"role": "user", "content": "A \\ud83d"}, {"role": "assistant", "content": "C."}]}'),
    (
        "F016",
        "E",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "\\ude00\\ud83d C."}]}',
    ),
    ("F017", "W", '{"messages": [{"role": "user", "content": "A\\u0000"}, {"role": "assistant", "content": "C."}]}'),
    (
        "F017",
        "W",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "\\u001b[31mC."}]}',
    ),
    ("F018", "E", '{"messages": ' + "[" * 70 + "]" * 70 + "}"),
    (
        "F018",
        "E",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "C.", "weight": 1'
        + "0" * 10_000
        + "}]}",
    ),
    (
        "F018",
        "E",
        '{"messages": [{"role": "user", "content": "A"}, {"role": "assistant", "content": "C.", "weight": 1e999}]}',
    ),
    ("F018", "E", "[" * 9_000),
    ("F019", "E", {"prompt": "Where is the key?", "completion": " Under the pot."}),
    ("F019", "E", {"input": {"messages": [_ASKED]}, "preferred_output": [_SAID], "non_preferred_output": [_WORSE]}),
    (
        "F004",
        "E",
        '{"messages": [{"role": "user", "content": "Café?"}, {"role": "assistant", "content": "Ja."}]}'.encode(
            "cp1252"
        ),
    ),
    (
        "F004",
        "E",
        '{"messages": [{"role": "user", "content": "钥匙在哪里？"}, {"role": "assistant", "content": "花盆"}]}'.encode(
            "gbk"
        ),
    ),
    (
        "F004",
        "E",
        b'{"messages": [{"role": "user", "content": "\xed\xa0\xbd"}, {"role": "assistant", "content": "Ja."}]}',
    ),
]
"""Lines of a chat file as they stand there."""

PROMPT = [
    ("X001", "E", {"prompt": "Where is it?\n\n###\n\n"}),
    ("X001", "E", {"Prompt": "Where is it?\n\n###\n\n", "completion": " There. END"}),
    ("X001", "E", {"prompt": "Where is it?\n\n###\n\n", "output": " There. END"}),
    ("X001", "E", {"question": "Where is it?\n\n###\n\n", "answer": " There. END"}),
    ("X002", "E", {"prompt": ["Where is it?"], "completion": " There. END"}),
    ("X002", "E", {"prompt": "Where is it?\n\n###\n\n", "completion": 7}),
    ("X002", "E", {"prompt": "Where is it?\n\n###\n\n", "completion": None}),
    ("F015", "E", '{"prompt": "Where is it?", "completion": NaN}'),
    ("X003", "E", {"prompt": "Where is it?\n\n###\n\n", "completion": ""}),
    ("X003", "E", {"prompt": "Where is it?\n\n###\n\n", "completion": "  "}),
    ("X004", "E", {"prompt": "Where is it?\n\n###\n\n", "completion": " There. END", "id": 4}),
    ("F019", "E", turns(_ASKED, _SAID)),
]
"""Rows of a prompt/completion file."""


def pair(preferred=None, other=None, asked=None, **more):
    return {
        "input": {"messages": asked or [_ASKED]},
        "preferred_output": [_SAID] if preferred is None else preferred,
        "non_preferred_output": [_WORSE] if other is None else other,
        **more,
    }


_IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}

PREFERENCE = [
    ("P001", "E", {"prompt": "Where?", "chosen": "Under the pot.", "rejected": "No idea."}),
    ("P001", "E", {"input": {"messages": [_ASKED]}, "preferred_output": [_SAID]}),
    (
        "P001",
        "E",
        {"input": {"messages": [_ASKED]}, "preferred_completion": [_SAID], "non_preferred_completion": [_WORSE]},
    ),
    ("P002", "E", pair() | {"input": "Where is it?"}),
    ("P002", "E", pair() | {"input": [_ASKED]}),
    ("P002", "E", pair() | {"input": {"messages": []}}),
    ("P002", "E", pair() | {"input": {}}),
    ("P003", "E", pair(score=0.7)),
    ("P003", "E", pair() | {"input": {"messages": [_ASKED], "temperature": 1}}),
    ("P004", "E", pair([])),
    ("P004", "E", pair(preferred={"role": "assistant", "content": "x"})),
    ("P004", "E", pair(other=[_WORSE, _WORSE])),
    ("P004", "E", pair() | {"preferred_output": "Under the pot."}),
    ("P005", "E", pair([user("Under the third pot.")])),
    ("P006", "E", pair([assistant("")])),
    ("P006", "E", pair(other=[assistant(None)])),
    ("P007", "E", pair([_SAID], [_SAID])),
    ("P007", "E", pair([assistant("Under  the pot.")], [assistant("Under the pot. ")])),
    (
        "P007",
        "W",
        pair(
            [assistant("Take the path behind the house, then look under the third flower pot on the left side. " * 2)],
            [assistant("Take the path behind the house, then look under the third flower pot on the left side! " * 2)],
        ),
    ),
    ("P008", "E", pair(asked=[_ASKED, assistant("Hm.")])),
    ("P009", "E", pair([assistant("Under the pot.", weight=1)])),
    ("P009", "E", pair(asked=[{"role": "human", "content": "Where?"}])),
    ("P009", "E", pair([calling(call(name="other"))])),
    ("P010", "E", pair(asked=[user([{"type": "text", "text": "What is this?"}, _IMAGE])])),
]
"""Rows of a preference file."""


def _number(*messages, **more):
    return turns(*messages, **{"reference_answer": "12", **more})


_ASKS = user("How much is five and seven, written with digits?")

REINFORCEMENT = [
    ("R001", "E", {"messages": [], "reference_answer": "12"}),
    ("R001", "E", {"prompt": "How much is 5 + 7?", "reference_answer": "12"}),
    ("R001", "E", {"messages": "How much is 5 + 7?", "reference_answer": "12"}),
    ("R002", "E", _number(_ASKS, assistant("12"))),
    ("R003", "E", _number({"role": "system", "content": "Digits only."}, _ASKS)),
    ("R004", "E", turns(_ASKS)),
    ("R005", "E", _number(_ASKS, reference_answer="")),
    ("R005", "E", _number(_ASKS, reference_answer=None)),
    ("R006", "E", _number(_ASKS, reference_answer=12)),
    ("R006", "W", _number(_ASKS, source="school")),
    ("R007", "E", _number(_ASKS, **{"reference-url": "a"})),
    (
        "R010",
        "W",
        _number(user("Where is the lake? Seven hundred steps away."), reference_answer="seven hundred steps"),
    ),
    ("R011", "W", _number(user("How much is five and seven? Think step by step and show your chain of thought."))),
    ("R012", "E", _number(user([{"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}]))),
]
"""Rows of a reinforcement file, with a grader that compares with `reference_answer`."""


def picture(form="PNG", mode="RGB", **save):
    written = io.BytesIO()
    Image.new(mode, (8, 8), 1).save(written, form, **save)
    return written.getvalue()


def shown(url, said="A plain square, eight pixels wide.", **more):
    return turns(
        user([{"type": "text", "text": "What is on it?"}, {"type": "image_url", "image_url": {"url": url, **more}}]),
        assistant(said),
    )


def inline(content, kind="png"):
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


_PART = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
_MOVING = {"save_all": True, "append_images": [Image.new("RGB", (8, 8), c) for c in ("red", "blue")], "duration": 9}

IMAGES = [
    ("I001", "E", turns(user("Draw."), assistant([_PART]))),
    ("I001", "E", turns({"role": "system", "content": [_PART]}, user("What is it?"), assistant("A square."))),
    (
        "I002",
        "E",
        turns(user([{"type": "image_url", "image_url": "https://example.com/a.png"}]), assistant("A square.")),
    ),
    ("I002", "E", turns(user([{"type": "image_url"}]), assistant("A square."))),
    ("I002", "E", turns(user([{"type": "image_url", "image_url": {}}]), assistant("A square."))),
    ("I003", "E", shown("ftp://example.com/a.png")),
    ("I003", "E", shown("images/a.png")),
    ("I003", "E", shown("file:///home/a.png")),
    ("I003", "E", shown("data:image/png,abc")),
    ("I004", "E", shown("https://example.com/a.png", detail="medium")),
    ("I004", "E", shown("https://example.com/a.png", detail=1)),
    ("I005", "E", shown("data:image/png;base64,%%%%")),
    ("I005", "E", shown(inline(b"not an image at all"))),
    ("I005", "E", shown(inline(picture("JPEG")))),
    ("I006", "E", shown(inline(picture("GIF", "P"), "gif"))),
    ("I006", "E", shown(inline(picture("WEBP", **_MOVING), "webp"))),
    ("I008", "E", turns(user([_PART] * 11), assistant("Eleven squares."))),
    ("I010", "E", shown(inline(picture("PNG", "L")))),
    ("I010", "E", shown(inline(picture("JPEG", "CMYK"), "jpeg"))),
    ("I011", "E", shown("https://files.slack.com/files-pri/T1-F1/a.png")),
    ("I011", "W", shown("https://192.168.1.4/a.png")),
    ("I011", "W", shown("http://localhost/a.png")),
]
"""Rows of a chat file with images."""
