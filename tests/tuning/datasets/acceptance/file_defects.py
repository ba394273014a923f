"""Faults of a whole file: the code, severity and line that it must be told by, its bytes, and how it is checked."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.tuning.datasets.acceptance.good_rows import (
    GRADER,
    assistant,
    chat,
    jsonl,
    line,
    prompt,
    reinforcement,
    rows,
    turns,
    user,
)
from tests.tuning.datasets.acceptance.other_defects import pair


class File(NamedTuple):
    """A file with one fault."""

    code: str
    severity: str
    line: int | None
    content: bytes
    options: Mapping[str, Any] = MappingProxyType({})


def _zip(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), jsonl(rows()))
    return packed.getvalue()


def _xlsx():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(zipfile.ZipInfo(name), "<a/>")
    return packed.getvalue()


_GOOD = jsonl(rows())


def _of_json(*answers):
    """Rows whose system text asks for JSON, with a few answers of their own kind."""
    said = [json.dumps({"room": n, "guests": n * n}) for n in range(20)] + list(answers)
    asked = {"role": "system", "content": "Answer in JSON."}
    return jsonl(turns(asked, user(f"Who is in room {n}?"), assistant(one)) for n, one in enumerate(said))


JSON_ANSWERS = _of_json('{"a": 1}\n{"b": 2}', "[1] says so.", "{room} is a name.", "[Nobody] yet.", "Which room?")
_PRETTY = json.dumps(rows(), indent=2, ensure_ascii=False).encode()
_CSV = b"question,answer\n" + b"".join(b'"Where is %d?","There, at %d."\n' % (n, n) for n in range(12))
_YAML = b"".join(b"- question: Where is %d?\n  answer: There.\n" % n for n in range(12))
_TEXT = "".join(f"User: where is number {n}?\nAssistant: there it is.\n\n" for n in range(12)).encode()
_NAMED = {"method": "reinforcement", "grader": GRADER}
_SAME = [turns(user(f"How is the weather at {n}?"), assistant("It rains.")) for n in range(12)]


def _copies(kind, n, of):
    good = rows(kind)
    return jsonl([*good, *(good[of] for _ in range(n))])


_HOUSES = [turns(user(f"What of house {n}?"), assistant(f"House {n} was built in {1800 + n} by millers and has {n % 5 + 2} rooms, a yard, a barn and a well.")) for n in range(40)]  # fmt: skip
_MILL = "The mill stands by the river and turns. " * 9_000
_TALKS = [turns(user(f"I am guest {n} and my tap drips."), assistant("Which room?"), user(f"Room {n}."), assistant(f"A plumber comes at {n}.")) for n in range(40)]  # fmt: skip

FILES = [
    *(File("F001", "E", None, content) for content in (b"", b"\n", b"\n \n\t\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n")),
    *(File("F002", "E", None, _GOOD, {"file_name": name}) for name in ("a.json", "a.csv", "a.txt", "train", "a.ndjson", "a.jsonl.bak")),
    File("F002", "E", None, gzip.compress(_GOOD, mtime=0), {"file_name": "a.jsonl.gz"}),
    File("F002", "E", None, _zip("a.jsonl"), {"file_name": "a.zip"}),
    *(File("F005", "E", None, _GOOD.decode().encode(code)) for code in ("utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
    File("F006", "W", 1, b"\xef\xbb\xbf" + _GOOD),
    File("F006", "W", 1, b"\xef\xbb\xbf" + _GOOD, {"provider": "together"}),
    File("F006", "W", 1, b"\xef\xbb\xbf" + _GOOD, {"provider": "nebius"}),
    File("F006", "W", 1, _GOOD, {"provider": "azure"}),
    File("F007", "E", 1, _PRETTY),
    File("F007", "E", 1, json.dumps(rows()).encode()),
    File("F007", "E", 1, b"\n".join(json.dumps(row, indent=4).encode() for row in rows())),
    File("F007", "E", 1, json.dumps({"data": rows()}, indent=1).encode()),
    File("F007", "E", 1, json.dumps({"data": rows()}).encode()),
    File("F007", "E", 1, b"\xef\xbb\xbf" + _PRETTY.replace(b"\n", b"\r\n")),
    File("F007", "E", 1, b"[\n" + b",\n".join(line(row) for row in rows()) + b"\n]\n"),
    File("F008", "E", None, _CSV),
    File("F008", "E", None, _CSV.replace(b'","', b'"\t"').replace(b"n,a", b"n\ta")),
    File("F008", "E", None, _YAML),
    File("F008", "E", None, _TEXT),
    File("F008", "E", None, "问：钥匙在哪里？\n答：在花盆下面。\n\n问：灯呢？\n答：在桌上。\n".encode()),
    File("F008", "E", None, _xlsx()),
    File("F009", "W", 4, _GOOD.replace(b"\n", b"\n\n", 3).replace(b"\n\n", b"\n", 2)),
    File("F009", "W", 2, b"\n".join([line(rows()[0]), b" \t", *map(line, rows()[1:])])),
    File("F009", "I", None, _GOOD + b"\n\n"),
    File("F010", "I", None, _GOOD.replace(b"\n", b"\r\n")),
    File("F010", "I", None, _GOOD.replace(b"\n", b"\r\n", 4)),
    File("F010", "E", None, _GOOD.replace(b"\n", b"\r")),
    File("F020", "E", None, _zip()),
    File("F020", "E", None, _zip("a.jsonl", "b.jsonl"), {"file_name": "a.zip"}),
    File("F021", "E", 12, _GOOD[:-30]),
    File("F021", "E", 13, _GOOD + b'{"mess'),
    File("F021", "E", 12, _GOOD[: -len(_GOOD.splitlines()[-1])]),
    File("F022", "I", None, _GOOD, {"known_files": "train.jsonl"}),
    File("S001", "E", None, jsonl(rows(count=9))),
    File("S001", "E", None, jsonl(rows(count=1))),
    File("S001", "E", None, jsonl(rows(count=2)), {"provider": "fireworks"}),
    File("S002", "W", None, jsonl(rows(count=49))),
    File("S003", "I", None, jsonl(rows(count=50))),
    File("S003", "I", None, jsonl(rows(count=199))),
    File("S006", "W", 7, jsonl(r if i != 6 else turns(user("All of it?"), assistant(" ".join(f"fact {n} of {n * n}," for n in range(300)))) for i, r in enumerate(rows()))),
    File("Q001", "W", None, _copies("chat", 2, 3)),
    File("Q001", "E", None, _copies("chat", 40, 3)),
    File("Q002", "W", None, jsonl([*rows(), *(turns(user("Please tell me how the old stone bridge over the river near the mill was built."), assistant(f"It was built by hand from local granite in the long summer of {year}, by masons from three villages, and it has stood ever since, through floods, ice and two wars.")) for year in (1704, 1709))])),
    File("Q003", "W", None, jsonl([*rows(), turns(user("When does the mill open in winter?"), assistant("At nine.")), turns(user("When does the mill open in winter?"), assistant("It stays shut until spring."))])),
    File("Q004", "W", None, jsonl(_SAME)),
    File("Q004", "E", None, jsonl([*_SAME, *(turns(user(f"And on day {n}?"), assistant("It rains.")) for n in range(12))])),
    File("Q004", "W", None, jsonl([*_SAME, *rows(count=5)])),
    File("Q005", "W", None, jsonl([*rows(count=9), *(turns(user(f"Open door {n}!"), assistant(f"I'm sorry, but I can't help with door {n}.")) for n in range(3))])),
    File("Q006", "W", None, jsonl([turns(user(f"Was the visit to room {n} of the castle pleasant for its {n * 3} guests?"), assistant("no" if n < 4 else "yes")) for n in range(40)])),
    File("Q012", "E", 21, _of_json('{"room": 21, "guests": [1, 2')),
    File("Q013", "W", None, jsonl([turns({"role": "system", "content": f"You are helper {n} of the {'mill' if n % 2 else 'castle'}."}, *rows()[n]["messages"]) for n in (0, 1, 2, 4, 5, 6, 8, 9, 10, 1, 2)])),
    File("Q014", "W", None, jsonl([turns(user(f"List the {n} sights."), assistant(f"# Sights\n\n- **mill** {n}\n- bridge {n * n}\n" if n % 3 else f"There is the mill, then the bridge, all {n} of them.")) for n in range(24)])),
    File("Q019", "W", None, jsonl([turns(user(f"Was the meal number {n * 37 % 101} good, in {n} words?"), assistant("bad" if n < 20 else "good")) for n in range(40)])),
    File("T006", "W", None, jsonl([*rows(), {"messages": rows()[3]["messages"], "tools": [{"type": "function", "function": {"name": "get_weather", "description": "Weather.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "day": {"type": "number"}}}}}]}])),
    File("T017", "W", None, jsonl([*rows(), turns(user("Which tools?"), assistant("One for the light."), tools=[{"type": "function", "function": {"name": "light", "description": "Light.", "parameters": {"type": "object", "properties": {}}}}])])),
    File("S005", "E", None, jsonl([turns(m["messages"][0], {**m["messages"][1], "weight": 0}) for m in (chat(i * 4) for i in range(12))])),
    File("X006", "E", None, jsonl({**prompt(n), "prompt": "Say something.\n\n###\n\n"} for n in range(12))),
    File("X006", "E", None, jsonl({**prompt(n), "completion": " yes END"} for n in range(12))),
    File("X003", "I", None, jsonl({**prompt(n), "prompt": ""} for n in range(12))),
    File("X005", "E", None, jsonl(rows("prompt")), {"model": "gpt-4.1-mini-2025-04-14"}),
    File("X007", "W", None, jsonl({**prompt(n), "prompt": prompt(n)["prompt"].replace("\n\n###\n\n", "") + "abc"[n % 3]} for n in range(12))),
    File("X008", "W", None, jsonl([*rows("prompt"), {"prompt": "What does\n\n###\n\nmean here?\n\n###\n\n", "completion": " The end of a prompt. END"}])),
    File("X009", "W", None, jsonl({**prompt(n), "completion": prompt(n)["completion"].replace(". END", ".!?"[n % 3])} for n in range(12))),
    File("X010", "W", None, jsonl({**prompt(n), "prompt": "Please answer the following question: " + prompt(n)["prompt"]} for n in range(12))),
    File("X011", "W", None, jsonl({**prompt(n), "prompt": prompt(n)["prompt"].upper()} for n in range(12))),
    File("X013", "W", None, jsonl({"prompt": f"Visit {n * 7 % 13} to room {n}\n\n###\n\n", "completion": " good END" if n < 35 else " bad END"} for n in range(40))),
    File("P011", "E", None, jsonl([*rows("preference"), pair(), pair([assistant("No idea, look around.")], [assistant("Under the third pot.")])])),
    File("P012", "W", None, jsonl(pair([assistant(f"The mill stands {n} steps behind the old bridge, by the water. " * 2)], [assistant(f"It is {n} away.")], [user(f"Where is mill {n}?")]) for n in range(40))),
    File("P013", "W", None, jsonl(pair([assistant(f"The mill number {n} stands behind the bridge.")], [assistant(f"磨坊第{n}号就在那座桥的后面不远处。")], [user(f"Where is mill {n}?")]) for n in range(40))),
    File("P014", "W", None, jsonl(rows("preference"))),
    File("P015", "E", None, jsonl(rows("preference")), {"method": "supervised"}),
    File("P015", "E", None, jsonl(rows()), {"method": "dpo"}),
    File("R009", "W", None, jsonl({**reinforcement(n), "reference_answer": "yes" if n else "no"} for n in range(40)), _NAMED),
    File("R013", "E", None, jsonl(rows("reinforcement")), {"method": "reinforcement", "grader": {**GRADER, "input": "{{sample.output_json.answer}}"}}),
    File("R014", "E", None, jsonl(rows("reinforcement")), {**_NAMED, "model": "o4-mini-2025-04-16"}),
    File("I013", "E", None, jsonl([*rows(), turns(user([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]), assistant("A mill."))]), {"model": "gpt-3.5-turbo-0125", "today": date(2026, 8, 1)}),
    File("C027", "E", 13, jsonl([*rows(), turns(user(_MILL), assistant("A mill turns."))]), {"model": "gpt-4o-mini-2024-07-18"}),
    File("C027", "W", 13, jsonl([*rows(), turns(user("What turns?"), assistant(_MILL))]), {"model": "gpt-4o-mini-2024-07-18"}),
    File("Q011", "W", 41, jsonl([*_HOUSES, turns(user("And the last?"), assistant("Yes"))])),
    File("I014", "I", None, jsonl([*rows(), turns(user([{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]), assistant("A mill."))])),
    File("C015", "E", 13, jsonl([*rows(), turns(user("Where?"), assistant("There."), user("Thanks."))]), {"provider": "azure"}),
    File("C017", "E", 13, jsonl([*rows(), turns(user("Where?"), user("And when?"), assistant("There, at nine."))]), {"provider": "together"}),
    File("K004", "W", None, _GOOD, {"provider": "fireworks", "model": "accounts/fireworks/models/none"}),
    File("K005", "W", None, _GOOD, {"model": "gpt-4.1-mini-2025-04-14"}),
]  # fmt: skip
"""With provider OpenAI where nothing else is said."""

_MESSAGES = [{"role": "user", "content": "{{sample.output_text}} or {{item.reference_answer}}?"}]
_SCORE = {"type": "score_model", "name": "m", "model": "gpt-4.1", "range": [0, 1], "input": _MESSAGES}
_LABEL = {
    "type": "label_model",
    "name": "l",
    "model": "gpt-4.1",
    "labels": ["a", "b"],
    "passing_labels": ["a"],
    "input": _MESSAGES,
}
_SIMILAR = {
    "type": "text_similarity",
    "name": "t",
    "evaluation_metric": "bleu",
    "input": "{{sample.output_text}}",
    "reference": "{{item.reference_answer}}",
}


def _python(source):
    return {"type": "python", "name": "p", "source": source}


def _multi(formula, **graders):
    return {
        "type": "multi",
        "name": "x",
        "graders": graders or {"a": {**GRADER, "name": "a"}},
        "calculate_output": formula,
    }


GRADERS = [
    ("G001", {**GRADER, "type": "exact_match"}),
    ("G001", {k: v for k, v in GRADER.items() if k != "type"}),
    *(("G002", {k: v for k, v in GRADER.items() if k != name}) for name in ("reference", "input", "operation", "name")),
    ("G002", {"type": "python", "name": "p"}),
    ("G002", {k: v for k, v in _multi("a").items() if k != "calculate_output"}),
    ("G003", {**GRADER, "operation": "equals"}),
    ("G003", {**GRADER, "operation": "EQ"}),
    ("G004", {**_SIMILAR, "evaluation_metric": "levenshtein"}),
    ("G004", {**_SIMILAR, "evaluation_metric": "rouge_6"}),
    ("G005", {**GRADER, "reference": "{{item.reference_anwser}}"}),
    ("G005", {**GRADER, "reference": "{{item.reference_answer}"}),
    ("G005", {**GRADER, "reference": "{{row.reference_answer}}"}),
    ("G006", {**_SCORE, "range": [1, 0]}),
    ("G006", {**_SCORE, "range": [1, 1]}),
    ("G006", {**_SCORE, "input": "Judge this."}),
    ("G006", {**_SCORE, "input": [{"role": "user"}]}),
    ("G007", {**_LABEL, "labels": []}),
    ("G007", {**_LABEL, "passing_labels": ["c"]}),
    ("G008", _python("def grade(sample, item)\n    return 1\n")),
    ("G008", _python("def score(sample, item):\n    return 1\n")),
    ("G008", _python("def grade(sample):\n    return 1\n")),
    ("G008", _python("def grade(sample, item):\n    return 1\n" + "#" * 262_200)),
    ("G009", _multi("a + c")),
    ("G009", _multi("a +")),
    ("G009", _multi("b", b=_multi("a"))),
]  # fmt: skip
"""Graders for good reinforcement rows, and what is wrong with them."""


def held_out():
    """Pairs of files: code, severity, line in the first, the first, the second."""
    others = [chat(i) for i in range(20, 40)]
    yield "V001", "E", 4, jsonl(rows()), jsonl([*others, chat(3)])
    yield "V001", "E", 1, jsonl(rows()), jsonl([chat(0), *others])
    yield (
        "V002",
        "E",
        5,
        jsonl(rows()),
        jsonl([*others, turns(chat(4)["messages"][0], assistant("Ask somebody else, please."))]),
    )
    yield (
        "V003",
        "W",
        2,
        jsonl(_TALKS[:39]),
        jsonl([*_HOUSES[:11], turns(*_TALKS[1]["messages"][:2], user("The bath."), assistant("At once."))]),
    )
    yield "V004", "E", None, jsonl(rows()), jsonl(rows("prompt"))
    yield "V006", "E", None, jsonl(rows()), jsonl(rows())
    yield "S007", "W", None, jsonl(rows(count=20)), jsonl([chat(i) for i in range(40, 45)])
    yield "S007", "W", None, jsonl(rows(count=20)), jsonl([chat(i) for i in range(40, 55)])
