"""Rules on the answers of a file taken together: how alike, how long, in which language and form."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from storage.rows import DatasetFormat
from tuning.datasets.answers import FORMS, Ending
from tuning.datasets.languages import LANGUAGES
from tuning.datasets.remembered import Remembered, first_with_same
from tuning.datasets.rules import Fault, rule
from tuning.datasets.scripts import SCRIPTS

FEWEST_ROWS = 10
"""What every file has at least at OpenAI; with fewer rows a share says nothing. Our choice, as are the shares below."""

FEWEST_ROWS_TO_BLOCK = 20
"""With fewer rows even one answer to everything only warns."""

SAME_ANSWER_PER_CENT = 60
REFUSALS_PER_CENT = 10
ONE_LABEL_PER_CENT = 80
RARE_SCRIPT_PER_CENT = 2
OTHER_SCRIPT_PER_CENT = 20
USUAL_FORM_PER_CENT, FEWEST_OF_OTHER_FORM = 95, 3
UNMARKED_ENDS_PER_CENT = 5
JSON_SET_PER_CENT = 80
FEWEST_TOKENS, PROSE_TOKENS, SHORT_PROSE_TOKENS = 3, 12, 6
"""Too few for an answer, where half of the answers have at least so many, and three quarters so many."""

OUTLIER_RANGES = 3
"""Interquartile ranges beyond the quartiles."""

_SMALLEST_RANGE_TOKENS = 32


@rule("Q004")
def same_answer(remembered: Remembered) -> Iterator[Fault]:
    """One answer to most questions; where the answers are classes another rule looks at their balance."""
    rows = remembered.rows
    if len(rows) < FEWEST_ROWS:
        return
    counts = np.bincount(first_with_same(rows.column("answer")))
    commonest, n = int(counts.argmax()), int(counts.max())
    is_only = n == len(rows)
    is_balance_of_classes = rows.are_labels and not is_only
    is_told_of_completions = is_only and remembered.format is DatasetFormat.PROMPT_COMPLETION
    is_same = n * 100 >= len(rows) * SAME_ANSWER_PER_CENT
    if is_same and not is_balance_of_classes and not is_told_of_completions:
        parameters: dict[str, str | int] = {"share": n * 100 // len(rows), "text": rows.majority}
        place = remembered.place(commonest)
        blocks = is_only and len(rows) >= FEWEST_ROWS_TO_BLOCK
        yield Fault(**place, severity="E" if blocks else None, evidence=rows.majority, parameters=parameters)


@rule("Q005")
def refusals(remembered: Remembered) -> Iterator[Fault]:
    """A model learns to refuse as readily as its examples do."""
    rows = remembered.rows
    if len(rows) >= FEWEST_ROWS and rows.refusals * 100 > len(rows) * REFUSALS_PER_CENT:
        share = rows.refusals * 100 // len(rows)
        yield Fault(**remembered.place(rows.first_refusal), parameters={"share": share})


@rule("Q006")
def one_label(remembered: Remembered) -> Iterator[Fault]:
    """A class that is nearly always right is nearly always answered."""
    rows = remembered.rows
    if len(rows) < FEWEST_ROWS or not rows.are_labels or len(rows.labels) == 1:
        return
    label, n = rows.labels.most_common(1)[0]
    if n * 100 > len(rows) * ONE_LABEL_PER_CENT:
        yield Fault(evidence=label, parameters={"label": label, "share": n * 100 // len(rows)})


@rule("Q007")
def other_language(remembered: Remembered) -> Iterator[Fault]:
    """Asked in one script and answered in another, where most rows keep to one; or a script that hardly occurs."""
    rows = remembered.rows
    asked, answered = rows.column("question_script"), rows.column("answer_script")
    is_known = (asked > 0) & (answered > 0)
    asked_in, answered_in = rows.column("question_language"), rows.column("answer_language")
    differs = is_known & ((asked != answered) | ((asked_in > 0) & (answered_in > 0) & (asked_in != answered_in)))
    if differs.sum() * 100 <= is_known.sum() * OTHER_SCRIPT_PER_CENT:
        for index in np.flatnonzero(differs).tolist():
            if asked[index] != answered[index]:
                yield _language(remembered, index, SCRIPTS[asked[index]], SCRIPTS[answered[index]])
            else:
                yield _language(remembered, index, LANGUAGES[asked_in[index]], LANGUAGES[answered_in[index]])
    counts = np.bincount(answered, minlength=len(SCRIPTS))
    rare = [script for script, n in enumerate(counts) if script and 0 < n * 100 < len(rows) * RARE_SCRIPT_PER_CENT]
    for index in np.flatnonzero(np.isin(answered, rare) & ~differs).tolist():
        yield _language(remembered, index, SCRIPTS[asked[index]], SCRIPTS[answered[index]])


@rule("Q011")
def unusual_length(remembered: Remembered) -> Iterator[Fault]:
    """Answers far outside the usual length; labels and short replies are no prose, so nothing is too short there."""
    tokens = remembered.rows.column("tokens").astype(np.int64)
    if len(tokens) < FEWEST_ROWS:
        return
    low, middle, high = (int(value) for value in np.percentile(tokens, (25, 50, 75)))
    is_prose = middle >= PROSE_TOKENS and low >= SHORT_PROSE_TOKENS
    reach = OUTLIER_RANGES * max(high - low, _SMALLEST_RANGE_TOKENS)
    is_short = (tokens < FEWEST_TOKENS) & (tokens > 0) if is_prose else np.zeros(len(tokens), bool)
    is_far = (tokens > high + reach) | ((tokens < low - reach) & (tokens > 0))
    for index in np.flatnonzero(is_short | is_far).tolist():
        yield Fault(**remembered.place(index), parameters={"n": int(tokens[index]), "low": low, "high": high})


@rule("Q012")
def cut_answer(remembered: Remembered) -> Iterator[Fault]:
    """An answer that stops in the middle: a sentence, a block of code, or JSON where most answers are JSON."""
    rows = remembered.rows
    endings, forms = rows.column("ending"), rows.column("form")
    is_json_set = _share(forms == FORMS.index("json")) >= JSON_SET_PER_CENT
    suspects = endings == Ending.CUT
    if is_json_set:
        suspects |= endings == Ending.BROKEN_JSON
    elif len(rows) >= FEWEST_ROWS:
        unmarked = endings == Ending.UNMARKED
        suspects |= unmarked if unmarked.sum() == 1 or _share(unmarked) <= UNMARKED_ENDS_PER_CENT else False
    for index in np.flatnonzero(suspects).tolist():
        is_declared = endings[index] == Ending.BROKEN_JSON and rows.is_json_declared
        place, seen = remembered.place(index), rows.ends.get(index)
        yield Fault(**place, severity="E" if is_declared else None, evidence=seen)


@rule("Q014")
def form_drift(remembered: Remembered) -> Iterator[Fault]:
    """Most answers in one form and the rest in another."""
    forms = remembered.rows.column("form")
    if len(forms) < FEWEST_ROWS:
        return
    counts = np.bincount(forms, minlength=len(FORMS))
    usual, other = (int(form) for form in np.argsort(-counts, kind="stable")[:2])
    share = int(counts[usual]) * 100 // len(forms)
    if share < USUAL_FORM_PER_CENT and counts[other] >= FEWEST_OF_OTHER_FORM:
        place = remembered.place(int(np.flatnonzero(forms == other)[0]))
        phrases = {"usual": f"forms.{FORMS[usual]}", "other": f"forms.{FORMS[other]}"}
        yield Fault(**place, parameters={"share": share}, phrases=phrases)


def _language(remembered: Remembered, index: int, asked: str, answered: str) -> Fault:
    phrases = {"asked": f"scripts.{asked or 'unclear'}", "answered": f"scripts.{answered}"}
    return Fault(**remembered.place(index), phrases=phrases)


def _share(is_so: NDArray[np.bool_]) -> float:
    return float(is_so.mean()) * 100 if len(is_so) else 0.0


RULES = (same_answer, refusals, one_label, other_language, unusual_length, cut_answer, form_drift)
"""For every file whose rows have answers."""
