"""Files of many kinds that nobody could object to: each has at least ten rows, and no finding of severity E is right."""

import base64
import json

from tests.tuning.datasets.acceptance.good_rows import (
    WEATHER,
    assistant,
    call,
    calling,
    jsonl,
    result,
    rows,
    tool_row,
    turns,
    user,
)
from tests.tuning.datasets.acceptance.other_defects import inline, pair, picture, shown

_N = range(12)
_ANIMALS = [
    "otter",
    "heron",
    "badger",
    "lynx",
    "stoat",
    "beaver",
    "raven",
    "marten",
    "adder",
    "newt",
    "shrew",
    "weasel",
]
_DEV = {"role": "developer", "content": "Answer with the number alone."}


def system(content):
    return {"role": "system", "content": content}


def _each(make):
    return [make(i, _ANIMALS[i]) for i in _N]


def _asked(make):
    """Twelve rows that differ in the animal they ask about; `make` says the rest of the row's messages."""
    return _each(lambda i, a: turns(user(f"What should I know about the {a}, as question {i}?"), *make(i, a)))


def _said(text):
    return _asked(lambda i, a: [assistant(text.replace("%", a).replace("#", str(i)))])


def _tool(parameters, name="look_up", **more):
    return {
        "type": "function",
        "function": {"name": name, "description": "Looks something up.", "parameters": parameters, **more},
    }


def _calls(parameters, arguments, **more):
    """Twelve rows that call one tool with those arguments."""
    tool = (
        _tool(parameters, **more) if parameters is not None else {"type": "function", "function": {"name": "look_up"}}
    )
    return [
        {
            **turns(
                user(f"What about the {a}, case {i}?"),
                calling(call(f"call_{i}", "look_up", arguments)),
                result(f"{a}: seen {i} times", f"call_{i}"),
                assistant(f"The {a} was seen {i} times."),
            ),
            "tools": [tool],
        }
        for i, a in enumerate(_ANIMALS)
    ]


def _object(**properties):
    return {"type": "object", "properties": properties}


_PARALLEL = _each(
    lambda i, a: tool_row(
        user(f"Compare Oslo, Rome and Bonn for day {i}, says the {a}."),
        calling(
            *(
                call(f"c{i}_{n}", arguments=json.dumps({"city": c, "day": i}))
                for n, c in enumerate(("Oslo", "Rome", "Bonn"))
            )
        ),
        *(result(f"{i + n} C", f"c{i}_{n}") for n in (2, 0, 1)),
        assistant(f"Oslo has {i}, Rome {i + 1}, Bonn {i + 2} degrees; the {a} prefers Rome."),
        parallel_tool_calls=True,
    )
)
_LEGACY = {"name": "find", "description": "Finds.", "parameters": _object(word={"type": "string"})}

CHAT = {
    "mixed languages and tools": rows(count=60),
    "ten rows": rows(count=10),
    "single turn": _said("The % sleeps # hours a day, mostly under roots."),
    "chinese": _each(lambda i, a: turns(user(f"请介绍一下第{i}号动物{a}的习性。"), assistant(f"第{i}号动物主要在夜间活动，喜欢安静的水边，平均寿命{i + 3}年。"))),
    "japanese": _each(lambda i, a: turns(user(f"{a}について教えてください（{i}）。"), assistant(f"{a}は夜行性で、体長は約{20 + i}センチです。"))),
    "korean": _each(lambda i, a: turns(user(f"{a}에 대해 알려 주세요 {i}."), assistant(f"{a}은(는) 밤에 활동하며 {i + 2}년 정도 삽니다."))),
    "arabic and hebrew": _each(lambda i, a: turns(user(f"ما هو {a}؟ رقم {i}"), assistant(f"حيوان ليلي يعيش قرب الماء مدة {i} سنوات.")) if i % 2 else
                               turns(user(f"מה זה {a}? מספר {i}"), assistant(f"חיה לילית שחיה ליד המים במשך {i} שנים."))),
    "persian with joiners": _each(lambda i, a: turns(user(f"{a} چیست؟ {i}"), assistant(f"این جانور شب‌ها بیدار است و {i} سال زندگی می‌کند."))),
    "emoji": _said("The % is a 🦦👨‍👩‍👧‍👦🏳️‍🌈 friend, rated #️⃣ # of 12 👍🏽."),
    "combining marks": _said("Le % vit près de l’étang; café, naïve, Ångström, ẹ̀kọ́ #."),
    "code with braces": _said("```python\ndef f(x={}):\n    return {k: [v] for k, v in x.items()}  # % #\n```\nIt returns lists."),
    "templates in code": _said("```jinja\n{{ user.name }} {% if a %}%{% endif %}\n```\nReplace it yourself, # times."),
    "html in answers": _said('Write `<div class="%">` and close it with `</div>`; use `a < b && b > c` # times.'),
    "latex": _said("$$\\frac{a_#}{b} \\le \\sum_{i=1}^{n} x_i^2$$ holds for the %."),
    "windows paths": _said("It is in C:\\Users\\%\\new\\table_#.txt, see \\\\server\\share."),
    "urls": _said("See https://example.com/%/page?id=#&lang=en#top and http://example.org/a_(b)."),
    "example mails": _said("Write to info@example.com or team#@example.org about the %."),
    "numbers": _said("It weighs 12,345.67 g; -0.5e-3, 0x1F, 1/3, 50 %, 1_000_000, # times."),
    "order numbers": _said("Order 2024-0000-#, tracking 00340434161094027318, EAN 4006381333931 for the %."),
    "ean and ids": _said("The %'s EAN is 4012345678901, its row id 6837461930274615 and batch 5920384756102938, # pieces."),
    "timestamps": _said("Seen at 1712345678901 ms, 1712345678901234567 ns, 2024-05-06T07:08:09Z, by % #."),
    "isbn": _said("ISBN 978-3-16-148410-0 has page # on the %."),
    "hashes": _said("sha256 of the % is " + "0123456789abcdef" * 4 + ", git 3f786850e387550fdaa836ed7e6dc881de23001b, #."),
    "uuid": _said("The id is 123e4567-e89b-12d3-a456-42661417400# for the %."),
    "version numbers": _said("Use 1.2.3.4 of the library, or v10.0.0.1 on Windows 10.0.19045.#, for the %."),
    "about secrets": _said("Set OPENAI_API_KEY=sk-... and never write password = \"...\" into the %'s file #."),
    "placeholders for keys": _said("Put <your-api-key> or sk-xxxxxxxxxxxxxxxxxxxxxxxx in its place: % #."),
    "health service": _said("The NHS was founded on 1948-07-05, spent 152 000 000 000 pounds, and knows the % since #."),
    "medicare": _said("Medicare enrolled 65 000 000 people, call 1-800-633-4227 about the %, line #."),
    "dashes and quotes": _said("“The %” – said ‘nobody’ — ever… №#"),
    "markdown": _said("# The %\n\n- one\n- two\n\n| a | b |\n|---|---|\n| # | x |\n\n**Done.**"),
    "json answers": _asked(lambda i, a: [assistant(json.dumps({"animal": a, "count": i, "tags": [], "ok": True}))]),
    "json in a fence": _each(lambda i, a: turns(system("Answer in JSON."), user(f"The {a}, {i}?"), assistant("```json\n" + json.dumps({"animal": a, "n": i}) + "\n```"))),
    "json asked, question back": _each(lambda i, a: turns(system("Reply with valid JSON once you know enough."), user(f"The {a}, {i}?"),
                                                         assistant(f"Which {a} do you mean, number {i}?"), user("The small one."), assistant(json.dumps({"animal": a, "n": i})))),
    "json lines": _each(lambda i, a: turns(system("Return JSON Lines."), user(f"The {a}, {i}?"), assistant(json.dumps({"a": a}) + "\n" + json.dumps({"b": i})))),
    "json schema in the system text": _each(lambda i, a: turns(system('Return JSON: {"type": "object", "properties": {"n": {"type": "integer"}}}'), user(f"Count the {a}s, {i}."), assistant(json.dumps({"n": i})))),
    "classification": _each(lambda i, a: turns(system("Classify as positive or negative."), user(f"The {a} was {'lovely' if i % 2 else 'awful'}, visit {i}."), assistant("positive" if i % 2 else "negative"))),
    "one letter answers": _each(lambda i, a: turns(user(f"Does the {a} swim? Y or N, {i}."), assistant("YN"[i % 2]))),
    "system prompt": _each(lambda i, a: turns(system("You are a warden."), *_said("The % is shy, # of us saw it.")[i]["messages"])),
    "weights": _each(lambda i, a: turns(user(f"Tell me of the {a}."), assistant(f"No {a}.", weight=0), user(f"Please, {i} lines."), assistant(f"The {a} dives {i} metres.", weight=1))),
    "names": _each(lambda i, a: turns({**user(f"Is the {a} here?"), "name": f"Anna_{i}"}, assistant(f"The {a} left at {i}.", name="warden-2"))),
    "nulls that exports write": _each(lambda i, a: turns(user(f"Is the {a} in?"), assistant(f"The {a} is out until {i}.", refusal=None, function_call=None))),
    "calls with null content": _each(lambda i, a: tool_row(user(f"Weather for the {a}?"), calling(content=None), result(), assistant(f"Mild for the {a}, {i}."))),
    "calls with text": _each(lambda i, a: tool_row(user(f"Weather for the {a}?"), calling(content="One moment."), result(), assistant(f"Mild for the {a}, {i}."))),
    "calls with empty content": _each(lambda i, a: tool_row(user(f"Weather for the {a}?"), calling(content=""), result(), assistant(f"Mild for the {a}, {i}."))),
    "ends with a call": _each(lambda i, a: tool_row(user(f"Weather for the {a} in {i} days?"), calling(call(arguments=json.dumps({"city": a}))))),
    "parallel calls": _PARALLEL,
    "two rounds of calls": _each(lambda i, a: tool_row(user(f"The {a}?"), calling(call("a")), result("1 C", "a"), calling(call("b")), result("2 C", "b"), assistant(f"Two degrees for the {a}, {i}."))),
    "empty tool result": _each(lambda i, a: tool_row(user(f"The {a}?"), calling(), result(""), assistant(f"Nothing known of the {a}, {i}."))),
    "tool result in parts": _each(lambda i, a: tool_row(user(f"The {a}?"), calling(), result([{"type": "text", "text": "7 C"}]), assistant(f"Seven for the {a}, {i}."))),
    "tools declared, none called": _each(lambda i, a: {**turns(user(f"Good day, {a}!"), assistant(f"Good day, visitor {i}.")), "tools": [WEATHER]}),
    "tool without parameters": _calls(None, "{}"),
    "tool with empty parameters": _calls({}, "{}"),
    "tool with a strict schema": _calls({**_object(word={"type": "string"}, n={"type": ["integer", "null"]}), "required": ["word", "n"], "additionalProperties": False}, '{"word": "a", "n": null}', strict=True),
    "tool with strict false": _calls(_object(word={"type": "string"}), '{"word": "a"}', strict=False),
    "tool with refs": _calls({**_object(node={"$ref": "#/$defs/node"}), "$defs": {"node": _object(next={"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]})}}, '{"node": {"next": {"next": null}}}'),
    "tool with definitions": _calls({"$schema": "http://json-schema.org/draft-07/schema#", **_object(a={"$ref": "#/definitions/A"}), "definitions": {"A": {"type": "string", "enum": ["x"]}}}, '{"a": "x"}'),
    "tool with nullable": _calls(_object(word={"type": "string", "nullable": True}), '{"word": null}'),
    "tool with formats": _calls(_object(at={"type": "string", "format": "date-time"}, m={"type": "string", "format": "email"}, p={"type": "string", "pattern": "^\\d{4}$"}), '{"at": "2024-01-01T00:00:00Z", "m": "a@example.com", "p": "2024"}'),
    "tool with one of": _calls({"type": "object", "oneOf": [_object(a={"type": "string"}) | {"required": ["a"]}, _object(b={"type": "number"}) | {"required": ["b"]}]}, '{"b": 1.5}'),
    "tool with examples": _calls(_object(word={"type": "string", "examples": ["a"], "default": "b", "title": "Word", "x-order": 1, "deprecated": False}), '{"word": "é\\n"}'),
    "tool with whole floats": _calls(_object(n={"type": "integer"}, x={"type": "number"}), '{"n": 3.0, "x": 2}'),
    "128 tools": [tool_row() | {"tools": [WEATHER, *({"type": "function", "function": {"name": f"t{n}", "description": f"Tool {n}.", "parameters": _object()}} for n in range(127))],
                                "messages": [user(f"The {a}?"), calling(), result(), assistant(f"Cold for the {a}, {i}.")]} for i, a in enumerate(_ANIMALS)],
    "long tool name": _each(lambda i, a: {**turns(user(f"The {a}?"), calling(call(name="n" * 64, arguments="{}")), result(), assistant(f"Cold for the {a}, {i}.")), "tools": [_tool(_object(), "n" * 64)]}),
    "functions of old": _each(lambda i, a: turns(user(f"The {a}?"), assistant(None, function_call={"name": "find", "arguments": json.dumps({"word": a})}), {"role": "function", "name": "find", "content": f"{i}"}, assistant(f"{i} of the {a}."), functions=[_LEGACY])),
    "text parts": _each(lambda i, a: turns(user([{"type": "text", "text": f"The {a}?"}, {"type": "text", "text": f"In {i} words."}]), assistant([{"type": "text", "text": f"The {a} hides, {i}."}]))),
    "refusal parts": _each(lambda i, a: turns(user(f"Harm the {a}, {i}!"), assistant([{"type": "refusal", "refusal": f"The {a} shall live {i} years."}]))),
    "refusals as field": _each(lambda i, a: turns(user(f"Harm the {a}, {i}!"), {"role": "assistant", "refusal": f"The {a} shall live {i} years."})),
    "images by url": _each(lambda i, a: shown(f"https://example.com/{a}.png?size={i}", said=f"A {a}, {i} metres away.", detail="low")),
    "images without extension": _each(lambda i, a: shown(f"https://example.com/{a}/{i}", said=f"A {a}, {i} metres away.")),
    "data urls": _each(lambda i, a: shown(inline(picture(*(("PNG", "RGB"), ("JPEG", "RGB"), ("WEBP", "RGB"), ("PNG", "RGBA"))[i % 4]), ("png", "jpeg", "webp", "png")[i % 4]), said=f"A {a}, {i} metres away.")),
    "ten images": _each(lambda i, a: turns(user([{"type": "image_url", "image_url": {"url": f"https://example.com/{a}{n}.jpg", "detail": "auto"}} for n in range(10)]), assistant(f"Ten of the {a}, {i}."))),
    "the same words on other images": _each(lambda i, a: shown(f"https://example.com/{a}.jpg", said=("A bird.", "A mammal.", "A reptile.")[i % 3])),
    "image alone": _each(lambda i, a: turns(user([{"type": "image_url", "image_url": {"url": f"https://example.com/{a}.webp"}}]), assistant(f"A {a}, seen from {i} metres."))),
    "very long rows": _each(lambda i, a: turns(user(f"All about the {a}, {i}."), assistant(" ".join(f"Fact {n} on the {a}: it walked {n * n + i} steps." for n in range(400))))),
    "very many turns": _each(lambda i, a: turns(*(m for n in range(30) for m in (user(f"And the {a} on day {n + i}?"), assistant(f"It walked {n * i + n} steps on day {n + i}."))))),
    "escapes of json": _said('"quoted" \\ / \b\f is % #'.replace("\b\f", "")),
    "similar rows": [turns(user(f"What is {n} plus {n + 3}?"), assistant(f"{2 * n + 3}")) for n in range(40)],
    "trivial rows": [turns(user(f"Question {n}"), assistant(f"Answer {n}")) for n in range(50)],
    "one prompt, ways to say it": _each(lambda i, a: turns(user("Name an animal."), assistant(f"How about the {a}?"))),
    "tabs and newlines": _said("a\tb\r\nc\n\n\td % #"),
    "line separators": _said("one\u2028two\u2029three\u0085four % #"),
    "exotic spaces": _said("one\u00a0two\u3000three\u2009four % #"),
    "key order": [{"messages": [{"content": f"The {a}?", "role": "user"}, {"weight": 1, "content": f"Hidden, {i}.", "role": "assistant"}]} for i, a in enumerate(_ANIMALS)],
    "begins with an answer that is not learned": _each(lambda i, a: turns(assistant("How can I help?", weight=0), user(f"The {a}?"), assistant(f"Asleep, {i}."))),
    "json inside strings": _said("{\"messages\": [{\"role\": \"user\"}], \"%\": NaN, '#': None}"),
    "backslashes": _said("\\ud83d is half of an emoji, \\u0000 is NUL, \\\\n a newline: % #"),
    "nested deep": _calls(_object(a={"type": "array", "items": _object(b={"type": "array", "items": _object(c=_object(d={"type": "string"}))})}), '{"a": [{"b": [{"c": {"d": "e"}}]}]}'),
    "scripts and shell": _said("```sh\nexport P=\"${HOME}/%\"; curl -s localhost:8080 | jq '.a[#]'\n```\nThat prints it."),
    "sql": _said("SELECT * FROM % WHERE id = # AND name LIKE '%x%'; -- done"),
    "diff": _said("```diff\n@@ -1,2 +1,2 @@\n-a %\n+b #\n```\nThat is all."),
    "phone like": _said("Dial extension 4567, room 12-34, flat 5/6, on 12.05.2024 10:30 for the %, #."),
    "iban like": _said("The code DE12 ABCD EFGH IJKL and reference RF18 5390 0754 7034 are no accounts: % #."),
    "id like": _said("Serial 110105194912310025, case 123-45-678, for the % #."),
}  # fmt: skip
"""Rows of chat files by what is unusual about them."""

PROMPT = {
    "separators": rows("prompt"),
    "no separators": [
        {"prompt": f"The {a}, case {i}:", "completion": f"asleep since {i}"} for i, a in enumerate(_ANIMALS)
    ],
    "empty prompts": [
        {"prompt": "", "completion": f"The {a} was seen {i} times in the reeds."} for i, a in enumerate(_ANIMALS)
    ],
    "labels": [
        {"prompt": f"The {a} was {'fine' if i % 2 else 'poor'} ->", "completion": f" {'good' if i % 2 else 'bad'}"}
        for i, a in enumerate(_ANIMALS)
    ],
    "chinese": [
        {"prompt": f"第{i}号问题：{a}吃什么？\n\n", "completion": f"它吃鱼和虾，每天{i + 1}次。\n"}
        for i, a in enumerate(_ANIMALS)
    ],
    "sixty rows": rows("prompt", 14),
}

PREFERENCE = {
    "pairs": rows("preference"),
    "with tools": _each(lambda i, a: pair([calling(call(f"call_{i}", arguments=json.dumps({"city": a})))], [assistant(f"I can't tell about the {a}, {i}.")], [user(f"The weather for the {a}, {i}?")])
                        | {"input": {"messages": [user(f"The weather for the {a}, {i}?")], "tools": [WEATHER], "parallel_tool_calls": True}}),
    "several turns": _each(lambda i, a: pair([assistant(f"The {a} dives {i} metres.")], [assistant(f"Dunno about {i}.")], [system("Be kind."), user(f"The {a}?"), assistant("What of it?"), user(f"How deep, {i}?")])),
    "same prompt, other pairs": _each(lambda i, a: pair([assistant(f"Take the {a}.")], [assistant(f"Take {i} of anything.")], [user(f"Which animal, if {i // 4}?")])),
}  # fmt: skip

REINFORCEMENT = {
    "numbers": rows("reinforcement"),
    "user alone": _each(lambda i, a: turns(user(f"Spell {a} backwards, {i}."), reference_answer=a[::-1])),
    "several turns": _each(lambda i, a: turns(_DEV, user(f"The {a} has {i} legs?"), assistant("Yes."), user("Twice that?"), reference_answer=str(2 * i))),
    "more fields": _each(lambda i, a: turns(user(f"Count the letters of {a}."), reference_answer=str(len(a)), meta={"level": i}, tags=["x"], share=i / 3, is_hard=bool(i % 2))),
    "with tools": _each(lambda i, a: turns(user(f"The weather for the {a}?"), reference_answer=a, tools=[WEATHER])),
    "images": _each(lambda i, a: turns(user([{"type": "text", "text": "Which animal?"}, {"type": "image_url", "image_url": {"url": f"https://example.com/{a}.png"}}]), reference_answer=a)),
}  # fmt: skip
FORMATS = {"chat": CHAT, "prompt": PROMPT, "preference": PREFERENCE, "reinforcement": REINFORCEMENT}


def _string(**more):
    return {
        "type": "string_check",
        "name": "s",
        "operation": "eq",
        "input": "{{sample.output_text}}",
        "reference": "{{item.reference_answer}}",
        **more,
    }


_MESSAGES = [
    {"role": "developer", "content": "Judge."},
    {"role": "user", "content": "{{ sample.output_text }} vs {{item.reference_answer}}"},
]
GRADERS = {
    "string check": _string(),
    "ignoring case": _string(operation="ilike", reference="{{item.reference_answer}}"),
    "spaces in the template": _string(input="{{ sample.output_text }}", reference="{{ item.reference_answer }}"),
    "similarity": {"type": "text_similarity", "name": "t", "evaluation_metric": "fuzzy_match", "input": "{{sample.output_text}}", "reference": "{{item.reference_answer}}"},
    "rouge": {"type": "text_similarity", "name": "t", "evaluation_metric": "rouge_l", "input": "{{sample.output_text}}", "reference": "{{item.reference_answer}}"},
    "score model": {"type": "score_model", "name": "m", "model": "gpt-4.1", "range": [0, 1], "input": _MESSAGES},
    "score model with parts": {"type": "score_model", "name": "m", "model": "gpt-4.1", "input": [{"type": "message", "role": "user", "content": {"type": "input_text", "text": "{{sample.output_text}}"}}], "sampling_params": {"temperature": 0}},
    "label model": {"type": "label_model", "name": "l", "model": "gpt-4.1", "labels": ["good", "bad"], "passing_labels": ["good"], "input": _MESSAGES},
    "python": {"type": "python", "name": "p", "source": "import re\n\ndef grade(sample: dict, item: dict) -> float:\n    return float(sample['output_text'] == item['reference_answer'])\n", "image_tag": "2025-05-08"},
    "python with helpers": {"type": "python", "name": "p", "source": "def clean(x):\n    return x.strip()\n\ndef grade(sample, item, **more):\n    try:\n        return 1.0 if clean(sample['output_text']) == item['reference_answer'] else 0\n    except KeyError:\n        return 0.0\n"},
    "multi": {"type": "multi", "name": "x", "graders": {"a": _string(name="a"), "b": _string(name="b", operation="like")}, "calculate_output": "0.5 * a + 0.5 * b"},
    "multi with functions": {"type": "multi", "name": "x", "graders": {"a": _string(name="a"), "b": _string(name="b")}, "calculate_output": "min(1, max(a, sqrt(b)) - a ^ 2 / 4)"},
    "nothing of the item": {"type": "string_check", "name": "s", "operation": "eq", "input": "{{sample.output_text}}", "reference": "yes"},
}  # fmt: skip
"""Graders that fit the numbers above."""


def as_files():
    """The same good rows as bytes that people's tools write: name, bytes, severities of what may be said of the form."""
    good = jsonl(rows())
    yield "no newline at the end", good[:-1]
    yield "crlf", good.replace(b"\n", b"\r\n")
    yield "mixed endings", good.replace(b"\n", b"\r\n", 5)
    yield "blank lines at the end", good + b"\n\n"
    yield "blank lines between", good.replace(b"\n", b"\n\n")
    yield "byte-order mark", b"\xef\xbb\xbf" + good
    yield "escaped", b"".join(json.dumps(row).encode() + b"\n" for row in rows())
    yield (
        "no spaces",
        b"".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for row in rows()),
    )
    yield "spaces around", good.replace(b"\n", b"  \n").replace(b'{"messages"', b'  { "messages"')
    yield "escaped solidus", good.replace(b"/", b"\\/")
    yield "base64 text", jsonl(_said(base64.b64encode(bytes(range(250))).decode() + " is the % #."))
