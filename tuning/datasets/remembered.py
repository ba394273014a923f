"""What is kept of every row until the last one has been read: about a hundred bytes of numbers, and no text."""

import struct
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from storage.rows import DatasetFormat
from tuning.datasets.answers import FORMS, Ending, ending_of, form_of, refuses
from tuning.datasets.blanks import normalised
from tuning.datasets.evidence import evidence
from tuning.datasets.fingerprints import Fingerprints, of_plain, of_said
from tuning.datasets.hashing import fingerprint
from tuning.datasets.languages import language_of, names_language
from tuning.datasets.near_duplicates import Sketcher, Sketches, leaders
from tuning.datasets.passages import Said
from tuning.datasets.plain_wording import PlainWording
from tuning.datasets.scripts import SCRIPTS, script_of
from tuning.datasets.spooled import Spooled

LONGEST_LABEL: Final = 40
"""Characters; a longer answer is prose."""

_MOST_LABELS: Final = 200
_ENDS_REMEMBERED: Final = 10_000
_QUOTED: Final = 200
_COLUMNS: Final = {
    "line": "I", "example": "I", "row": "Q", "asked": "Q", "answer": "Q", "tokens": "I", "message": "H",
    "question_script": "B", "answer_script": "B", "form": "B", "ending": "B", "has_question": "B",
    "has_call": "B", "group": "Q", "question_language": "B", "answer_language": "B",
}  # fmt: skip
_DTYPES: Final = {"I": "<u4", "Q": "<u8", "H": "<u2", "B": "<u1"}
_SCRIPT_NUMBERS: Final = {name: number for number, name in enumerate(SCRIPTS)}
_FORM_NUMBERS: Final = {name: number for number, name in enumerate(FORMS)}
_LARGEST_MESSAGE: Final = 65_535
_PACKED: Final = struct.Struct("<" + "".join(_COLUMNS.values()))
_ROW: Final = np.dtype([(name, _DTYPES[kind]) for name, kind in _COLUMNS.items()])


class _Place(NamedTuple):
    line: int
    example: int
    trained_tokens: int
    message: int
    """That holds the answer, from 0."""


class RememberedRows:
    """The rows of a file that have an answer, as columns of numbers; one entry a row, in the order of the file."""

    def __init__(self, *, keeps_prompts: bool = False) -> None:
        self._keeps_prompts = keeps_prompts
        self._packed = bytearray()
        self._spooled: Spooled | None = None
        """The rows of later pieces of the file; they stand behind those in `_packed`."""
        self._spooled_rows = 0
        self._sketcher = Sketcher()
        self.labels: Counter[str] = Counter()
        """Answers so short that they may be classes, the first 200 different ones."""
        self.are_all_short = True
        self.refusals = 0
        self.is_json_declared = False
        """Whether a system text asks for JSON."""
        self.ends: dict[int, str] = {}
        """The last characters of answers that look cut, by the row's index here."""
        self._candidate = self._majority_votes = 0
        self._majority = ""
        self.first_refusal = -1

    def add(self, line: int, example: int, said: Said, trained_tokens: int) -> None:
        """Keep a row; one without an answer is passed over, unless the model is to write it itself."""
        if said.turns.answered == len(said.passages) and not (self._keeps_prompts and said.passages):
            return
        answer, question, recognised = said.answer, said.question, of_said(said)
        text = answer.text if answer else ""
        place = _Place(line, example, trained_tokens, answer.number - 1 if answer else 0)
        group = fingerprint(said.group) if said.group else recognised.opening
        self._keep(place, recognised, group, question.text if question else "", text, is_calling=said.turns.is_calling)
        self.is_json_declared |= "JSON" in said.system
        self._sketcher.add(said.spoken)

    def add_plain(self, line: int, example: int, wording: PlainWording, spoken: bytes, trained_tokens: int) -> None:
        """Keep a plain row whose spoken texts have been put together."""
        turns, texts = wording.shape.turns, wording.texts
        if turns.answered == len(texts) and not self._keeps_prompts:
            return
        text = "" if turns.answer is None else texts[turns.answer]
        question = "" if turns.question is None else texts[turns.question]
        place, recognised = _Place(line, example, trained_tokens, turns.answer or 0), of_plain(wording)
        self._keep(place, recognised, recognised.opening, question, text, is_calling=False)
        self.is_json_declared |= "JSON" in wording.system
        self._sketcher.add(spoken)

    def _keep(
        self, place: _Place, recognised: Fingerprints, group: int, question: str, answer: str, *, is_calling: bool
    ) -> None:
        ending = ending_of(answer)
        scripts, languages = _scripts_of(question, answer)
        self._packed += _PACKED.pack(
            place.line,
            place.example,
            recognised.row,
            recognised.asked,
            recognised.answered,
            place.trained_tokens,
            min(place.message, _LARGEST_MESSAGE),
            *scripts,
            _FORM_NUMBERS[form_of(answer)],
            ending,
            bool(question) and not question.isspace(),
            is_calling,
            group,
            *languages,
        )
        self._remember_text(answer, recognised.answered, ending)

    def _remember_text(self, text: str, recognised: int, ending: Ending) -> None:
        index = len(self) - 1
        if ending is not Ending.WHOLE and len(self.ends) < _ENDS_REMEMBERED:
            self.ends[index] = evidence(text[-_QUOTED:])
        if refuses(text):
            self.refusals += 1
            self.first_refusal = index if self.first_refusal < 0 else self.first_refusal
        label = normalised(text[: LONGEST_LABEL * 2])
        if len(label) > LONGEST_LABEL:
            self.are_all_short = False
        elif label in self.labels or len(self.labels) < _MOST_LABELS:
            self.labels[label] += 1
        self._vote(recognised, text)

    def _vote(self, recognised: int, text: str) -> None:
        """Boyer and Moore's majority vote: what more than half of the rows answer is left standing."""
        if self._majority_votes == 0:
            self._candidate, self._majority = recognised, normalised(text[:_QUOTED])
        self._majority_votes += 1 if recognised == self._candidate else -1

    def absorb(self, later: "RememberedRows", lines: int, examples: int) -> None:
        """Add the rows of a later piece of the file, before which it has so many lines and examples."""
        before = len(self)
        moved = np.frombuffer(later._packed, _ROW).copy() if later._packed else np.zeros(0, _ROW)
        moved["line"] += lines
        moved["example"] += examples
        self._spooled = self._spooled or Spooled()
        self._spooled.add(moved.tobytes())
        self._spooled_rows += len(moved)
        self._sketcher.absorb(later._sketcher)
        for index, end in later.ends.items():
            if len(self.ends) < _ENDS_REMEMBERED:
                self.ends[before + index] = end
        self.is_json_declared |= later.is_json_declared
        if later.refusals and not self.refusals:
            self.first_refusal = before + later.first_refusal
        self.refusals += later.refusals
        self.are_all_short &= later.are_all_short
        for label, count in later.labels.items():
            if label in self.labels or len(self.labels) < _MOST_LABELS:
                self.labels[label] += count
        self._absorb_votes(later)

    def _absorb_votes(self, later: "RememberedRows") -> None:
        if later._candidate == self._candidate:
            self._majority_votes += later._majority_votes
        elif later._majority_votes > self._majority_votes:
            self._candidate, self._majority = later._candidate, later._majority
            self._majority_votes = later._majority_votes - self._majority_votes
        else:
            self._majority_votes -= later._majority_votes

    def __len__(self) -> int:
        return len(self._packed) // _PACKED.size + self._spooled_rows

    def column(self, name: str) -> NDArray[Any]:
        """One column as numbers; the rows must all have been added."""
        return self._rows()[name].copy()

    def at(self, index: int, name: str) -> int:
        """One row's entry in a column."""
        return int(self._rows()[index][name])

    def _rows(self) -> NDArray[Any]:
        if self._spooled:
            self._packed += self._spooled.take()
            self._spooled, self._spooled_rows = None, 0
        return np.frombuffer(self._packed, _ROW) if self._packed else np.zeros(0, _ROW)

    @property
    def majority(self) -> str:
        """How the commonest answer begins, where more than half of the answers are the same."""
        return self._majority

    @cached_property
    def leaders(self) -> NDArray[np.int64]:
        """For each row the first row of its cluster of near-duplicates."""
        return leaders(self.sketches)

    @cached_property
    def sketches(self) -> Sketches:
        """What near-duplicates are recognised by, one row each."""
        return self._sketcher.sketches()

    @cached_property
    def first_of_row(self) -> NDArray[np.int64]:
        """For each row the first one that says exactly the same, blanks aside."""
        return first_with_same(self.column("row"))

    @property
    def are_labels(self) -> bool:
        """Whether the answers are classes: short, few, and each of them again and again."""
        distinct = len(self.labels)
        return self.are_all_short and 1 <= distinct < _MOST_LABELS and distinct * 3 < len(self)


def _scripts_of(question: str, answer: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """The scripts of a question and its answer, and in Latin letters their languages; none where the question itself
    says in which language it wants to be answered."""
    scripts = script_of(question), script_of(answer)
    are_latin = scripts == ("latin", "latin")
    languages = (language_of(question), language_of(answer)) if are_latin else (0, 0)
    may_differ = scripts[0] != scripts[1] or (all(languages) and languages[0] != languages[1])
    if may_differ and names_language(question):
        return (0, 0), (0, 0)
    return (_SCRIPT_NUMBERS[scripts[0]], _SCRIPT_NUMBERS[scripts[1]]), languages


@dataclass(frozen=True, slots=True)
class Remembered:
    """The rows beside what else is known when the last one has been read."""

    rows: RememberedRows
    format: DatasetFormat

    def place(self, index: int) -> dict[str, Any]:
        """Where the answer of a row stands, as a fault names it."""
        return {
            "line": self.line(index),
            "example": self.rows.at(index, "example"),
            "path": self._path(self.rows.at(index, "message")),
        }

    def line(self, index: int) -> int:
        return self.rows.at(index, "line")

    def _path(self, message: int) -> str:
        if self.format is DatasetFormat.PROMPT_COMPLETION:
            return "completion"
        return f"preferred_output[{message}]" if self.format is DatasetFormat.PREFERENCE else f"messages[{message}]"


def first_with_same(values: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """For each entry the index of the first entry that is equal."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    found: NDArray[np.int64] = first[inverse].astype(np.int64)
    return found
