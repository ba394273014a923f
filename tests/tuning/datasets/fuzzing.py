"""Mutating good files of every format: `python -m tests.tuning.datasets.fuzzing 100000` (`make fuzz`) tries so many.

Half of the mutations change bytes, half put odd values into the objects; whatever comes out, the check must not raise,
its report must be JSON, and every finding must have its sentences in both languages.
"""

import copy
import json
import random
import sys
from typing import Any

from tests.tuning.datasets.planting import TODAY, good_rows, said, written
from tests.tuning.datasets.test_image_rules import data_url
from tests.tuning.datasets.test_preference_rules import GOOD as PAIRS
from tests.tuning.datasets.test_prompt_rules import GOOD as PROMPTS
from tests.tuning.datasets.test_reinforcement_rules import GOOD as ITEMS
from tests.tuning.datasets.test_reinforcement_rules import MULTI, PYTHON
from tuning.datasets.check import check
from tuning.datasets.options import CheckOptions
from tuning.datasets.report import Report
from tuning.datasets.wording import Wording
from tuning.texts import LANGUAGES, Texts

PIECES = [b"\x00", b'"', b"{", b"]", b"\xff\xfe", b"\r", b"\n", b"NaN", rb"\ud800", b"null", b"[]", b"1e999", b"'", b"{{", b"@",
          b"sk-abcdefghijklmnop1234", b"4111111111111111", "你好，".encode(), b"<@U0123>", b":tada:", b"```"]  # fmt: skip
VALUES = [None, True, 0, -1, 0.5, 10**400, "", " ", "x" * 3000, "\ud800", "用户", [], [[]], [None], {}, {"": None}, {"type": "text"},
          [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}], {"$ref": "#"}, "{{item.x}}"]  # fmt: skip
PICTURE = {
    "messages": [said("user", [{"type": "image_url", "image_url": {"url": data_url()}}]), said("assistant", "A room.")]
}
SEEDS: tuple[tuple[list[Any], dict[str, Any]], ...] = (
    ([*good_rows()[:4], PICTURE], {}),
    (PROMPTS[:4], {"model": "davinci-002"}),
    (list(PAIRS[:4]), {"method": "dpo"}),
    (list(ITEMS[:4]), {"grader": MULTI, "method": "reinforcement"}),
    (list(ITEMS[:4]), {"grader": PYTHON}),
)
TEXTS = Texts.load()


def mutated(seed: int) -> tuple[bytes, dict[str, Any]]:
    """A file with a few odd things in it, and what it is checked for."""
    draw = random.Random(seed)  # noqa: S311 - a test's mutations are no secret.
    rows, options = SEEDS[seed % len(SEEDS)]
    if seed % 2:
        return _with_odd_bytes(written(rows), draw), options
    odd = json.loads(json.dumps(rows))
    for _ in range(draw.randint(1, 4)):
        _put_something_odd(odd, draw)
    return b"".join(json.dumps(row).encode() + b"\n" for row in odd), options


def _with_odd_bytes(content: bytes, draw: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(data) + 1)
        data[at : at + draw.choice((0, 0, 1, 5, 40))] = draw.choice([*PIECES, bytes(data[at : at + 9])])
    return bytes(data)


def _put_something_odd(rows: list[Any], draw: random.Random) -> None:
    holder: Any = rows
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return
        key = draw.choice(keys)
        if isinstance(holder[key], dict | list) and holder[key] and draw.random() < 0.8:
            holder = holder[key]
            continue
        if isinstance(holder, dict) and draw.random() < 0.2:
            holder[draw.choice(["", "item", "weight", "tools", "input", "role"])] = holder.pop(key)
        else:
            holder[key] = copy.deepcopy(draw.choice(VALUES))
        return


def tried(seed: int) -> Report:
    """The report on one mutated file, all of it said."""
    content, options = mutated(seed)
    report = check([content], CheckOptions("train.jsonl", TODAY, **options))
    json.dumps(report.to_json(), ensure_ascii=False).encode("utf-8")
    for language in LANGUAGES:
        wording = Wording(TEXTS, language)
        assert all(wording.message(finding) and wording.fix(finding) for finding in report.findings), seed
    return report


if __name__ == "__main__":
    count = int(sys.argv[1])
    found: set[str] = set()
    for number in range(count):
        found |= {finding.code for finding in tried(number).findings}
    sys.stdout.write(f"{count:,} mutated files without an exception; {len(found)} different rules were met\n")
