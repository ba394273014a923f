"""Rows that come near a fault and have none: the code that must stay silent, and the row."""

from tests.tuning.datasets.acceptance.good_rows import WEATHER, assistant, call, calling, result, tool_row, turns, user
from tests.tuning.datasets.acceptance.other_defects import inline, pair, picture, shown

_ASKED, _SAID = user("Where is the spare key kept?"), assistant("Under the third flower pot on the left.")


def _answer(text):
    return turns(_ASKED, assistant(text))


def _tool(parameters, **more):
    function = {"name": "get_weather", "description": "The weather.", "parameters": parameters, **more}
    return tool_row() | {"tools": [{"type": "function", "function": function}]}


_STRICT = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "day": {"type": "integer"}},
    "required": ["city", "day"],
    "additionalProperties": False,
}

CHAT = [
    ("F011", '{"messages": [{"role": "user", "content": "a\\\\b, \'c\', // d, ,]}"}, {"role": "assistant", "content": "True, None"}]}'),
    ("F012", '{"messages": [{"role": "user", "content": "{}{}"}, {"role": "assistant", "content": "}{ is odd."}]}'),
    ("F014", '{"messages": [{"role": "user", "content": "\\"a\\": 1, \\"a\\": 2"}, {"role": "assistant", "content": "Twice."}]}'),
    ("F015", '{"messages": [{"role": "user", "content": "Is NaN a number?"}, {"role": "assistant", "content": "No, nor is Infinity."}]}'),
    ("F016", '{"messages": [{"role": "user", "content": "\\ud83d\\ude00 \\\\ud83d"}, {"role": "assistant", "content": "A smile."}]}'),
    ("F017", '{"messages": [{"role": "user", "content": "a\\tb\\r\\nc"}, {"role": "assistant", "content": "\\n1\\n2"}]}'),
    ("C005", turns(_ASKED, _SAID, parallel_tool_calls=True, tools=[WEATHER])),
    ("C008", turns(_ASKED, {"role": "assistant", "refusal": "That stays secret."})),
    ("C009", tool_row(_ASKED, calling(content=None), result(), _SAID)),
    ("C011", tool_row(_ASKED, calling(content=""), result(), _SAID)),
    ("C011", _answer(".")),
    ("C012", turns(user([{"type": "text", "text": "Where?"}]), assistant([{"type": "refusal", "refusal": "No."}]))),
    ("C015", tool_row(_ASKED, calling())),
    ("C016", turns({"role": "system", "content": "Be kind."}, _ASKED, _SAID)),
    ("C017", tool_row(_ASKED, calling(call("a"), call("b")), result(call_id="a"), result(call_id="b"), _SAID)),
    ("C018", turns(_ASKED, {**_SAID, "weight": 1})),
    ("C020", turns(_ASKED, {**_SAID, "weight": 0}, user("And at night?"), assistant("In the shed."))),
    ("C022", turns({**_ASKED, "name": "a" * 64}, _SAID)),
    ("C023", turns(_ASKED, {**_SAID, "refusal": None, "audio": None})),
    ("C024", tool_row(parallel_tool_calls=False)),
    ("C025", _answer("Write `a <| b |> c`, or [INSTALL], or <|> in it.")),
    ("C025", _answer("## Response times\n\nUnder a second.")),
    ("C026", turns(user("Say: under the pot."), assistant("Under the pot."))),
    ("T004", tool_row() | {"tools": [WEATHER, *({"type": "function", "function": {"name": f"t{n}"}} for n in range(127))]}),
    ("T005", _tool({"type": "object", "properties": {"city": {"type": ["string", "null"]}, "day": {"$ref": "#/$defs/d"}}, "$defs": {"d": {"type": "integer"}}})),
    ("T005", _tool(_STRICT, strict=True)),
    ("T006", tool_row()),
    ("T009", tool_row(_ASKED, calling(call("a")), result(call_id="a"), _SAID, user("Rome?"), calling(call("A")), result(call_id="A"), _SAID)),
    ("T011", tool_row(_ASKED, calling(call(arguments=' {"city":\n"Oslo"} ')), result(), _SAID)),
    ("T013", tool_row(_ASKED, calling(call(arguments='{"city": "Oslo", "day": 14}')), result(), _SAID)),
    ("T014", tool_row(_ASKED, calling(call("a"), call("b")), result(call_id="b"), result(call_id="a"), _SAID)),
    ("T015", tool_row(_ASKED, calling())),
    ("Q005", _answer("I'm sorry to hear that; the key is under the pot.")),
    ("Q007", turns(user("How do you say 'good morning' in Chinese?"), assistant("You say 早上好 in the morning."))),
    ("Q008", _answer("Ça va, le garçon naïf; Ærø, Ångström, São Paulo: R&D costs 5 € &c.")),
    ("Q009", _answer("Mail <info@example.com>, see <b>bold</b>, at 10:30:45, std::vector::iterator.")),
    ("Q010", _answer("Ha, ha, ha! No, no: 1, 1, 2, 3, 5, 8, 13, 21.")),
    ("Q012", _answer("Use `a` and ```b```; then:\n```\nc\n```")),
    ("Q015", _answer("My todo list is short; a company [1] and {x}.")),
    ("Q016", _answer("An AI language model predicts words; a llama is an animal.")),
    ("Q018", _answer("请在左边第三个花盆下面找钥匙，用完放回原处。Thanks, bye.")),
    ("Z001", _answer("Put sk-... or <your-key> there; risk-assessment-of-large-projects is a page.")),
    ("Z002", _answer("Card 4111 1111 1111 1112, code DE89 3704 0044 0532 0130 01, order 536-904-399.")),
    ("Z002", _answer("身份证号的格式如 11010519491231002Y，共十八位。")),
    ("Z002", _answer("The NHS was founded on 1948-07-05; Medicare covers 65 000 000 people.")),
    ("Z002", _answer("EAN 4006381333931, ns 1712345678901234567, ids 6011 and 4242.")),
    ("Z006", _answer("Ignore the noise; the previous instructions of the builder are in the attic.")),
    ("Z007", _answer("The Scunthorpe cocktail bar has a classic bass; that's no stupid question.")),
    ("I003", shown("HTTPS://example.com/A.PNG?x=1")),
    ("I005", shown(inline(picture("WEBP"), "webp"))),
    ("I010", shown(inline(picture("PNG", "RGBA")))),
    ("I011", shown("https://example.com/files/a.png")),
]  # fmt: skip

PREFERENCE = [
    ("P004", pair([assistant("Under the pot.")], [assistant("No idea.")])),
    ("P005", pair([calling(call(arguments='{"city": "Oslo"}'))]) | {"input": {"messages": [_ASKED], "tools": [WEATHER]}}),
    ("P006", pair([calling(call(arguments='{"city": "Oslo"}'))]) | {"input": {"messages": [_ASKED], "tools": [WEATHER]}}),
    ("P007", pair([assistant("Under the pot on the left.")], [assistant("Under the pot on the right.")])),
    ("P008", pair(asked=[_ASKED, assistant("Which one?"), user("The spare one.")])),
]  # fmt: skip
